import { netnsName } from '../../investigation/netns-words.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { Observer } from '../../ports/observer.ts'
import { createHeadless, type Headless } from '../common/headless.ts'
import { reasonsOf } from './figures.ts'
import { createProbeTold, type ProbeTold } from './probe-told.ts'
import { namedRows } from './silent/named.ts'
import type { Elsewhere } from './types.ts'

type Told = { readonly headless: Headless; readonly told: ProbeTold }

/** More of them are one: whoever makes them decides how many there are. */
const MOST = 256

/** What probes tell of network namespaces other than the one that is looked at, each for itself. */
export function createElsewhere(clock: Clock, ttlMs: number) {
	const states = new Map<number, Told>()
	const stateOf = (netns: number): Told => {
		const known = states.get(netns) ?? (states.size >= MOST ? states.get(0) : undefined)
		if (known !== undefined) return known
		const fresh = { headless: createHeadless(clock, ttlMs), told: createProbeTold() }
		states.set(states.size >= MOST ? 0 : netns, fresh)
		return fresh
	}
	return {
		take(netns: number, events: readonly LogEvent[]): void {
			const { headless, told } = stateOf(netns)
			headless.take({ type: 'log', events })
			told.take(events)
		},
		/** Most packets first. */
		async reasons(observer: Pick<Observer, 'namespaces'>): Promise<readonly Elsewhere[]> {
			if (states.size === 0) return []
			const reading = await observer.namespaces('counters')
			const rows = reading.ok ? reading.value.rows : []
			const names = new Map(rows.map((row) => [row.inode, netnsName(row)]))
			const all = [...states].map(([inode, { headless, told }]) => {
				const state = headless.state()
				const silent = (state.unlined?.rows ?? []).reduce((sum, { count }) => sum + count, 0)
				return {
					netns: { inode, name: names.get(inode) ?? `net:[${inode}]` },
					reasons: reasonsOf(state, told),
					// The settings of another namespace are not read.
					named: namedRows(state, {}).map(({ counter: _, ...row }) => row),
					obituaries: told.obituaries(),
					silent,
				}
			})
			return all.toSorted((one, other) => packetsOf(other) - packetsOf(one))
		},
	}
}

const packetsOf = ({ reasons, silent }: Elsewhere): number =>
	reasons.reduce((sum, { count }) => sum + count, silent)
