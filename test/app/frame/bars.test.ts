import { describe, expect, test } from 'vitest'
import { changeBar } from '../../../src/app/frame/change-bar.ts'
import { describe as texts } from '../../../src/app/frame/describe.ts'
import { farewell } from '../../../src/app/frame/farewell.ts'
import { footerLines } from '../../../src/app/frame/footer.ts'
import { headerLine } from '../../../src/app/frame/header.ts'
import { accountOf } from '../../../src/app/log/account.ts'
import { watchGrid } from '../../../src/app/screens/watch/grid.ts'
import type { State } from '../../../src/app/state/state.ts'
import type { HeldChange, LeaseView } from '../../../src/model/change.ts'
import { lineText } from '../../../src/words/line.ts'
import { controlOf, heldSite } from '../../harness/samples/dyndbg-samples.ts'
import { foundLease } from '../../harness/samples/samples.ts'
import * as s from '../../ui/situations.ts'

const withLease = (
	changes: readonly HeldChange[],
	rest: Partial<LeaseView> = {},
	more: Partial<State> = {},
): State => ({
	...s.counts(),
	lease: s.holding(changes, rest),
	...more,
})
const bar = (state: State, columns = 80) =>
	lineText(changeBar(state, columns)).replaceAll(/ {2,}/g, '  ').trim()

const two = [s.held(), s.liberal({ state: 'in-force', confirmBy: null, undoAt: s.NOW + 581_000 })]
const undone = s.held({ state: 'undone', now: '0', endedAt: s.WALL })
const CONFLICT = s.held({ state: 'conflict', now: '255', endedAt: s.WALL })

describe('the change bar', () => {
	test.each<[string, State, number, string]>([
		['nothing', s.counts(), 80, 'NO CHANGES IN FORCE  guard: starts when needed'],
		['one', withLease([s.held()]), 80, '1 CHANGE  log_invalid 0→6  undo in 09:41  guard ok+timer'],
		[
			'two',
			withLease(two),
			80,
			'2 CHANGES  log_invalid 0→6  tcp_be_liberal 0→1  undo in 09:41  guard ok+timer',
		],
		[
			'two with room',
			withLease(two),
			120,
			'2 CHANGES IN FORCE  log_invalid 0→6  tcp_be_liberal 0→1  undo in 09:41 (14:15:53)  guard ok, timer ok',
		],
		[
			'the important one first',
			withLease([
				s.held({ seq: 1, knob: 'nf_log_all_netns', sysctl: 'net.netfilter.nf_log_all_netns', set: '1' }),
				s.held({ seq: 2 }),
			]),
			80,
			'2 CHANGES  log_invalid 0→6  +1  undo in 09:41  guard ok+timer',
		],
		[
			'a dead session left something on',
			{ ...s.counts(), others: [foundLease('K2A9')] },
			80,
			'1 CHANGE LEFT ON by a session that died  8 Changes shows',
		],
		[
			'of a living session it says nothing',
			{ ...s.counts(), others: [foundLease('K2A9', { alive: true })] },
			80,
			'NO CHANGES IN FORCE  guard: starts when needed',
		],
		['narrow', withLease(two), 40, '2 CHANGES  undo in 09:41'],
		['very narrow', withLease(two), 16, '2 CHANGES 09:41'],
		[
			'without systemd',
			withLease([s.held()], { form: 'child', timer: false }),
			80,
			'1 CHANGE  log_invalid 0→6  undo in 09:41  guard ok (child)',
		],
		[
			'waiting for K',
			withLease([s.liberal()]),
			80,
			'1 CHANGE  tcp_be_liberal: press K to keep, or undo in 41 s  guard ok+timer',
		],
		['waiting for K, narrow', withLease([s.liberal()]), 40, '1 CHANGE  undo in 41 s'],
		[
			'last minute',
			withLease([s.held()], {}, { now: s.NOW + 560_000 }),
			80,
			'1 CHANGE  log_invalid 0→6  undo in 21 s  guard ok+timer',
		],
		['guard lost', withLease(two, { phase: 'lost' }), 80, 'GUARD LOST: undoing now'],
		['undoing', withLease(two, { phase: 'undoing' }), 80, 'UNDOING 2 CHANGES ...'],
		['leaving', withLease(two, {}, { busy: 'leaving' }), 80, 'UNDOING 2 CHANGES ...'],
		['leaving with nothing on', { ...s.counts(), busy: 'leaving' }, 80, 'LEAVING ...'],
		['writing the first', { ...s.counts(), busy: 'applying' }, 80, 'WRITING ...'],
		[
			'writing one more',
			withLease([s.held()], {}, { busy: 'applying' }),
			80,
			'1 CHANGE, WRITING  log_invalid 0→6  undo in 09:41  guard ok+timer',
		],
		[
			'undone',
			withLease([undone], { phase: 'closed', why: 'at your request' }),
			80,
			'UNDONE 1 of 1: at your request  NO CHANGES IN FORCE',
		],
		[
			'one to look at',
			withLease([s.held(), { ...CONFLICT, seq: 2, endedAt: null }]),
			80,
			'1 CHANGE, 1 TO CHECK  log_invalid 0→6  undo in 09:41  guard ok+timer',
		],
		[
			'left alone',
			withLease([CONFLICT], { phase: 'closed' }),
			80,
			'UNDONE 0 of 1, 1 TO CHECK  log_invalid reads 255, set elsewhere: left alone',
		],
		[
			'undo failed',
			withLease([s.held({ state: 'failed' })], { phase: 'failed' }),
			80,
			'UNDO FAILED for 1 of 1: log_invalid',
		],
		[
			'flood',
			withLease([undone], { phase: 'closed', why: 'log flood: 412 lines/s for 3 s', flood: { rate: 412 } }),
			80,
			'LOG FLOOD 412 lines/s for 3 s: 1 change switched off  NO CHANGES IN FORCE',
		],
		[
			'persisted',
			withLease([s.held()], { persisted: true }),
			120,
			'1 CHANGE IN FORCE  log_invalid 0→6  undo in 09:41 (14:15:53)  guard ok, timer ok, stays when you leave',
		],
		[
			'read only',
			{ ...s.counts(), modes: { ...s.counts().modes, readOnly: true } },
			80,
			'NO CHANGES IN FORCE  read only',
		],
	])('%s', (_name, state, columns, text) => {
		expect(bar(state, columns)).toBe(text)
	})

	test('the last minute stands out', () => {
		const line = changeBar(withLease([s.held()], {}, { now: s.NOW + 560_000 }), 80)
		expect(line.map(({ tone }) => tone)).toEqual(['alarm'])
		expect(lineText(line)).toHaveLength(80)
	})
})

describe('the footer', () => {
	test.each<[string, State, number, string]>([
		[
			'nothing is on',
			s.counts(),
			80,
			'enter log why  o focus  / filter  p pause  c copy  : command  ? help  q quit',
		],
		['the way out stays longest', s.counts(), 24, '? help q quit'],
		['changes are on', withLease(two), 40, 'u undo this U undo all ? help q quit'],
		[
			'K comes before all when something waits for it',
			withLease([s.liberal()]),
			40,
			'u undo this U undo all K keep ? help',
		],
		[
			'a dialog has its own keys only',
			s.later(s.reasons(), { type: 'quit', keepScreen: false }),
			80,
			'enter undo and leave   s or esc stay   l leave them on until they expire',
		],
		[
			'typing a filter',
			s.later(s.reasons(), { type: 'filter-open' }, { type: 'filter-text', text: '!rst' }),
			80,
			'filter not: rst█                                 6 of 7   enter keep  esc clear',
		],
	])('%s', (_name, state, columns, text) => {
		expect(footerLines(state, columns, 1).map(lineText).join('').trim()).toBe(text)
	})
})

test.each([
	[
		120,
		/^ ctscope {2}web-07 {2}kernel 6.1.0-56 {2}netns init \(4026531840\) {2}uid 0 \(sudo: alice\) +14:06:12$/,
	],
	[80, /^ ctscope {2}web-07 {2}6.1.0-56 {2}netns init {2}uid 0 +14:06$/],
	[50, /^ ctscope web-07 6.1.0-56 netns init uid 0 +14:06$/],
	[30, /^ ctscope netns init +14:06$/],
	[12, /^ ct.* 14:06$/],
])('the header at %i columns', (columns, text) => {
	expect(lineText(headerLine(s.counts(), columns))).toMatch(text)
})

describe('packets that no line told about', () => {
	test('are those counted less those told; accepted ones are no part of it', () => {
		const state = s.reasons()
		const told = state.reasons
			.filter(({ reason }) => reason.verdict === 'invalid')
			.reduce((sum, row) => sum + row.count, 0)
		expect(told).toBe(144)
		expect(accountOf(state).notTold.count).toBe((state.counters.value?.since.invalid ?? 0) - told)
	})
	test('the number is never negative', () => {
		const state = s.reasons()
		expect(accountOf({ ...state, counters: { ...state.counters, value: undefined } }).notTold).toEqual({
			count: 0,
			rate: 0,
		})
	})
	test('are all of them while the kernel tells nothing', () => {
		const [row] = watchGrid(s.counts(), 5, true).rows
		expect(row?.cells).toMatchObject({
			reason: { text: 'reason not logged by the kernel' },
			count: { text: '2 568' },
			share: { text: '100%' },
		})
	})
})

describe('texts for the terminal', () => {
	test.each<[string, State, string]>([
		['nothing is on', s.counts(), 'ctscope web-07'],
		['changes are on', withLease(two), 'ctscope web-07: 2 changes, undo 09:41'],
		['the guard is lost', withLease(two, { phase: 'lost' }), 'ctscope web-07: GUARD LOST'],
		['nothing is known', s.blank(), 'ctscope'],
	])('title: %s', (_name, state, text) => {
		expect(texts.title(state)).toBe(text)
	})

	test('what is copied is the row, or in a dialog the command', () => {
		expect(texts.copyText(s.reasons())).toMatch(
			/^TCP SEQ is over upper bound: 90 lines, [\d.]+\/s, verdict invalid\nnf_ct_proto_6: SEQ is over upper bound/,
		)
		expect(texts.copyText(s.on(s.reasons(), 'switches'))).toBe(
			'sysctl -w net.netfilter.nf_conntrack_log_invalid=6',
		)
		expect(texts.copyText(s.on(s.reasons(), 'table'))).toBe('invalid=20799')
		expect(texts.copyText(s.on(s.reasons(), 'log'))).toMatch(
			/^nf_ct_proto_6: this text is in no catalogue IN=eth0/,
		)
		expect(texts.copyText(s.conflict())).toBe('sysctl -w net.netfilter.nf_conntrack_log_invalid=0')
		const asked = s.later(s.counts(), { type: 'log-why' }, { type: 'accept' })
		expect(texts.copyText(asked)).toBe('sysctl -w net.netfilter.nf_conntrack_log_invalid=255')
		expect(texts.copyText(s.blank())).toBeUndefined()
	})

	test('nothing that is copied, shown as text or put into the title can be obeyed', () => {
		for (const screen of ['watch', 'switches', 'table', 'log', 'changes'] as const) {
			const state = s.on(s.hostile(), screen)
			const all = [
				texts.title(state),
				texts.copyText(state)?.replaceAll('\n', '') ?? '',
				...texts.lofi(state),
			]
			for (const text of all) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u)
		}
	})

	test('plain lines are never cut', () => {
		const lines = texts.lofi(s.reasons()).join('\n')
		expect(lines).toContain('ignored ACK under lower bound')
		expect(lines).toMatch(/10\.0\.3\.7:443 > 10\.0\.9\.22:40112/)
		expect(lines).not.toMatch(/[│─▸]/)
	})
})

describe('the last words', () => {
	test.each<[string, State, readonly string[]]>([
		['nothing was changed', s.counts(), []],
		[
			'all is undone',
			withLease([undone], { phase: 'closed' }),
			[
				'ctscope: 1 change, 1 undone, none in force.',
				'  undone      net.netfilter.nf_conntrack_log_invalid  6 -> 0',
			],
		],
		[
			'a conflict',
			withLease([undone, { ...CONFLICT, seq: 2 }], { phase: 'closed' }),
			[
				'ctscope: 2 changes, 1 undone, none in force.',
				'  undone      net.netfilter.nf_conntrack_log_invalid  6 -> 0',
				'  LEFT ALONE  net.netfilter.nf_conntrack_log_invalid  reads 255: set by someone else',
				'    by hand: sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
			],
		],
		[
			'they stay',
			withLease([s.held()], { persisted: true }),
			[
				'ctscope: 1 change, 0 undone',
				'  in force    net.netfilter.nf_conntrack_log_invalid  0 -> 6',
				'1 change stays on until 14:15:53. To undo now: ctscope revert --lease L7F2',
			],
		],
		[
			'an undo failed',
			withLease([s.held({ state: 'failed', now: '6' })], { phase: 'failed' }),
			[
				'ctscope: 1 change, 0 undone',
				'  FAILED      net.netfilter.nf_conntrack_log_invalid  still 6',
				'    by hand: sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
				'NOT UNDONE: 1 change. It is tried again every minute. To try now: ctscope revert --lease L7F2',
			],
		],
	])('%s', (_name, state, lines) => {
		expect(farewell(state)).toEqual(lines)
	})

	test('call sites of one lease that ended alike are one line', () => {
		const sites = controlOf('6.1')
		const site = (func: string, at: number, more: Partial<HeldChange> = {}) =>
			heldSite(sites, func, { seq: at, appliedAt: at, state: 'undone', ...more })
		const changes = [
			site('tcp_new', 1),
			site('sctp_new', 2),
			site('gre_pkt_to_tuple', 3),
			site('init_conntrack', 4, { state: 'conflict', now: 'pm' }),
		]
		const state = {
			...s.counts(),
			lease: undefined,
			history: changes.map((change) => ({ ...change, leaseId: 'K7QX3' })),
		}
		const lines = farewell(state)
		expect(lines[1]).toBe('  undone      3 call sites of 3 files  p -> _')
		expect(lines.filter((line) => line.includes('LEFT ALONE'))).toHaveLength(1)
	})
})
