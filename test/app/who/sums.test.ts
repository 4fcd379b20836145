import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { watchGrid, watchTotal } from '../../../src/app/screens/watch/grid.ts'
import { watchPane } from '../../../src/app/screens/watch/rows.ts'
import { shown } from '../../../src/app/state/shown.ts'
import type { State } from '../../../src/app/state/state.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'
import type { LogEvent } from '../../../src/model/log-event.ts'
import { ok } from '../../../src/words/failure.ts'
import { countersOf, FACTS, settingsOf, VALUES } from '../../harness/samples/samples.ts'
import { packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const OWN = FACTS.netns.inode

const probed = (kind: 'probe' | 'silent', text: string, netns: number | null, at: number): LogEvent => ({
	kind,
	message: {
		number: 1,
		at,
		wallMicros: 0,
		text: kind === 'silent' ? `silent INVALID packet: ${text.slice(text.indexOf('IN='))}` : text,
		family: 2,
		indev: 'eth0',
		outdev: null,
		link: null,
		packet: new Uint8Array(40),
		netns,
		hook: 0,
		length: 40,
		entry: null,
		beyond: null,
	},
})

const packet = fc.record({
	kind: fc.constantFrom('line', 'cut', 'silent', 'elsewhere', 'silent-elsewhere'),
	body: fc.constantFrom('bad checksum', 'invalid tcp flag combination', 'nobody knows'),
	source: fc.integer({ min: 1, max: 250 }),
	port: fc.integer({ min: 1, max: 5 }),
})
const step = fc.record({
	packets: fc.array(packet, { maxLength: 40 }),
	/** What the kernel has counted so far, over or under what came. */
	counted: fc.integer({ min: 0, max: 90 }),
	isAll: fc.boolean(),
	isPaused: fc.boolean(),
})

/** The number in the cell of each row, added up. */
function sumOf(state: State): number {
	const { rows } = watchGrid(state, 10_000)
	return rows.reduce((sum, { cells }) => sum + Number((cells.count?.text ?? '0').replaceAll(' ', '')), 0)
}

const notTold = (state: State) => watchPane(state).rows.some(({ item }) => item.kind === 'not-told')

/** `source`: by which way the reasons come. */
function opened(source: 'probe' | 'kmsg'): State {
	const values = new Map(Object.entries({ ...VALUES, log_invalid: '255', 'nf_log.10': 'nf_log_ipv6' }))
	const settings = { type: 'settings', result: ok(settingsOf(10, values)) } as const
	return stepped(
		seenState(),
		10,
		{ type: 'log-started' },
		settings,
		...(source === 'probe' ? [{ type: 'probes-started' } as const] : []),
	)
}

function eventOf(
	source: 'probe' | 'kmsg',
	{ kind, body, source: last, port }: { kind: string; body: string; source: number; port: number },
	seq: number,
	at: number,
): LogEvent {
	const text = packetText(body, `10.0.3.${last}`, port)
	const whole = kind === 'cut' ? text.slice(0, text.indexOf('SRC=') + 6) : text
	if (source === 'kmsg') return record(seq, whole, { at: at * 1000 })
	if (kind === 'silent') return probed('silent', text, OWN, at)
	if (kind === 'elsewhere') return probed('probe', whole, 77, at)
	if (kind === 'silent-elsewhere') return probed('silent', text, 77, at)
	return probed('probe', whole, OWN, at)
}

describe.each(['probe', 'kmsg'] as const)('Watch by %s', (source) => {
	test('has as many packets by each grouping as by reason, at every moment', () => {
		fc.assert(
			fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
				let state = opened(source)
				let at = 1_000
				let seq = 0
				let isAll = false
				for (const { packets, counted, isAll: wanted, isPaused } of steps) {
					const events = packets.map((one) => eventOf(source, one, ++seq, at))
					state = stepped(state, at, { type: 'log', events })
					state = stepped(state, at + 500, {
						type: 'counters',
						result: ok(countersOf(at + 500, { invalid: counted, error: 0, drop: 0 })),
					})
					if (wanted !== isAll) state = stepped(state, at + 600, { type: 'all-namespaces' })
					isAll = wanted
					state = stepped(state, at + 1_000, { type: 'tick', wall: at })
					if (isPaused) state = stepped(state, at + 1_000, { type: 'pause' })
					at += 1_000
					const total = watchTotal(shown(state))
					const without = notTold(state)
					if (!without) expect(sumOf(state)).toBe(total)
					for (const watchBy of GROUPINGS) {
						const by = { ...state, watchBy }
						expect(watchTotal(shown(by))).toBe(total)
						expect(watchPane(by).rows.every(({ item }) => ['who', 'not-told'].includes(item.kind))).toBe(true)
						if (!without) expect(sumOf(by)).toBe(total)
					}
				}
			}),
			{ numRuns: 60 },
		)
	})
})

test('packets without a log line that probes have seen are told apart, the others are the rest', () => {
	let state = opened('probe')
	for (const [second, counted] of [
		[1, 0],
		[2, 9],
	] as const) {
		const at = second * 1_000
		const silent =
			second === 1 ? [] : Array.from({ length: 5 }, () => probed('silent', packetText(''), OWN, at + 100))
		state = stepped(state, at + 200, { type: 'log', events: silent })
		const result = ok(countersOf(at + 300, { invalid: counted, error: 0, drop: 0 }))
		state = stepped(state, at + 300, { type: 'counters', result })
		state = stepped(state, at + 1_000, { type: 'tick', wall: at })
	}
	const by = { ...state, watchBy: 'source' as const }
	expect(
		watchGrid(by, 10).rows.map(({ cells }) => [cells.reason?.text, cells.count?.text, cells.share?.text]),
	).toEqual([
		['10.0.3.7', '5', '56%'],
		['not known: no log line', '4', '44%'],
	])
})
