import type { ActionBody } from '../../src/app/state/actions.ts'
import type { State } from '../../src/app/state/state.ts'
import type { Holders } from '../../src/kernel/conntrack/list-groups.ts'
import { ok } from '../../src/words/failure.ts'
import { countersOf, FACTS, settingsOf, VALUES } from '../harness/samples/samples.ts'
import { emptyState, stepped } from '../harness/samples/states.ts'
import { composition, NOW, WALL, walk } from './situations.ts'

/** One client has most of the table, with connections that nobody answers. */
export const ONE_SOURCE: Holders = {
	looked: 300,
	sources: [
		{ name: '10.0.9.66', count: 270 },
		{ name: '10.0.9.21', count: 12 },
	],
	prefixes: [{ name: '10.0.9.0/24', count: 291 }],
	targets: [
		{ name: 'tcp 10.0.3.7:443', count: 30 },
		{ name: 'tcp 10.0.3.7:80', count: 21 },
	],
	kinds: [
		{ name: 'tcp SYN_SENT', count: 262 },
		{ name: 'tcp ESTABLISHED', count: 30 },
		{ name: 'udp', count: 8 },
	],
	unreplied: 266,
}

export type Filling = {
	readonly entries?: number
	readonly max?: number | null
	/** Rises of each second. */
	readonly drop?: number
	readonly earlyDrop?: number
	readonly insertFailed?: number
	readonly invalid?: number
	readonly seconds?: number
	/** Totals of the life of the namespace before. */
	readonly before?: number
	readonly holders?: Holders | undefined
	readonly initial?: boolean
	readonly values?: Readonly<Record<string, string>>
}

/** A table that is watched for some seconds; full, and dropping 2.4 new connections a second, when nothing else is said. */
export function filling({
	entries = 300,
	max = 300,
	drop = 2.4,
	earlyDrop = 0,
	insertFailed = 0,
	invalid = 0,
	seconds = 10,
	before = 0,
	holders = ONE_SOURCE,
	initial = true,
	values = {},
}: Filling = {}): State {
	const since = NOW - seconds * 1000
	const read = (second: number): ActionBody => ({
		type: 'counters',
		result: ok(
			countersOf(since + second * 1000, {
				invalid: before + second * invalid,
				insert_failed: before + second * insertFailed,
				drop: before + second * drop,
				early_drop: before + second * earlyDrop,
				error: 0,
				chaintoolong: 0,
				clash_resolve: 0,
				entries,
			}),
		),
	})
	let state = stepped(emptyState({ now: since, wall: WALL - seconds * 1000 }), since, {
		type: 'facts',
		facts: { ...FACTS, netns: { ...FACTS.netns, initial, name: initial ? 'init' : 'web' } },
	})
	const settings = settingsOf(
		NOW,
		new Map(
			Object.entries({ ...VALUES, tcp_timeout_syn_sent: '120', 'nf_log.10': 'nf_log_ipv6', ...values }),
		),
	)
	for (let second = 0; second <= seconds; second += 1)
		state = stepped(state, since + second * 1000, read(second), {
			type: 'tick',
			wall: WALL - (seconds - second) * 1000,
		})
	return stepped(
		state,
		NOW,
		{ type: 'settings', result: ok({ ...settings, at: NOW, count: entries, max }) },
		{
			type: 'table',
			result: ok(
				walk({
					countBefore: entries,
					countAfter: entries,
					ipv4: composition({ entries, byProtocol: { tcp: entries }, byState: {}, unreplied: 9, assured: 9 }),
					ipv6: composition({ entries: 0, byProtocol: {}, byState: {}, unreplied: 0, assured: 0 }),
				}),
			),
		},
		...(holders === undefined
			? []
			: [{ type: 'holders', result: ok({ ...holders, at: NOW - 4000 }) } as const]),
		{ type: 'tick', wall: WALL },
	)
}
