import { describe, expect, test } from 'vitest'
import type { Source } from '../../src/changes/log-source.ts'
import { planToLog, reverse } from '../../src/changes/plan.ts'
import type { NfLogRow } from '../../src/kernel/nflog/nf-log.ts'
import type { NflogListener } from '../../src/kernel/nflog/nfnetlink-log.ts'

const row = (family: number, bound: string | null, ...available: string[]): NfLogRow => ({
	family,
	bound,
	available,
})
const BOTH = [
	row(2, 'nf_log_ipv4', 'nf_log_ipv4', 'nfnetlink_log'),
	row(10, 'nf_log_ipv6', 'nf_log_ipv6', 'nfnetlink_log'),
]
const VALUES = {
	log_invalid: '0',
	nf_log_all_netns: '0',
	'nf_log.2': 'nf_log_ipv4',
	'nf_log.10': 'nf_log_ipv6',
}

type Case = {
	readonly protocol?: number
	readonly source?: Source
	readonly listeners?: readonly NflogListener[] | null
	readonly reader?: 'running'
	readonly initial?: boolean
	readonly values?: Readonly<Record<string, string>>
	readonly loggers?: readonly NfLogRow[]
	readonly readOnly?: Readonly<Record<string, string>>
}

function planned(given: Case) {
	const { protocol = 6, initial = true, values = {}, loggers = BOTH, readOnly = {}, listeners = [] } = given
	const { plan, blockers, notes } = planToLog({
		settings: { values: { ...VALUES, ...values }, readOnly, loggers, listeners },
		netns: { initial },
		protocol,
		...(given.source === undefined ? {} : { source: given.source }),
		reader: given.reader,
	})
	return { changes: plan.changes.map(({ knob, from, to }) => `${knob} ${from} ${to}`), blockers, notes }
}

const unboundV4 = {
	loggers: [row(2, null, 'nf_log_ipv4'), row(10, 'nf_log_ipv6', 'nf_log_ipv6')],
	values: { 'nf_log.2': 'NONE' },
}
const unbound = {
	loggers: [row(2, null, 'nf_log_ipv4'), row(10, null, 'nf_log_ipv6')],
	values: { 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' },
}

test.each<[string, Case, string[]]>([
	['initial namespace, all bound', {}, ['log_invalid 0 6']],
	['255', { protocol: 255 }, ['log_invalid 0 255']],
	['already on', { values: { log_invalid: '6' } }, []],
	['255 tells about TCP too', { values: { log_invalid: '255' } }, []],
	['off', { protocol: 0, values: { log_invalid: '6' } }, ['log_invalid 6 0']],
	['off while it is off', { protocol: 0 }, []],
	[
		'off looks at nothing else',
		{ protocol: 0, values: { log_invalid: '255' }, initial: false, loggers: [] },
		['log_invalid 255 0'],
	],
	['another namespace', { initial: false }, ['nf_log_all_netns 0 1', 'log_invalid 0 6']],
	[
		'another namespace, host switch on',
		{ initial: false, values: { nf_log_all_netns: '1' } },
		['log_invalid 0 6'],
	],
	['nobody bound', unbound, ['nf_log.2 NONE nf_log_ipv4', 'nf_log.10 NONE nf_log_ipv6', 'log_invalid 0 6']],
	[
		'the order: logger, all namespaces, log_invalid',
		{ ...unboundV4, initial: false },
		['nf_log.2 NONE nf_log_ipv4', 'nf_log_all_netns 0 1', 'log_invalid 0 6'],
	],
	['ICMP is IPv4 only', { ...unbound, protocol: 1 }, ['nf_log.2 NONE nf_log_ipv4', 'log_invalid 0 1']],
	['ICMPv6 is IPv6 only', { ...unbound, protocol: 58 }, ['nf_log.10 NONE nf_log_ipv6', 'log_invalid 0 58']],
	[
		'nflog is bound',
		{
			loggers: [
				row(2, 'nfnetlink_log', 'nf_log_ipv4', 'nfnetlink_log'),
				row(10, 'nf_log_ipv6', 'nf_log_ipv6'),
			],
			values: { 'nf_log.2': 'nfnetlink_log' },
		},
		['nf_log.2 nfnetlink_log nf_log_ipv4', 'log_invalid 0 6'],
	],
])('changes: %s', (_, given, changes) => {
	const { changes: found, blockers } = planned(given)
	expect(found).toEqual(changes)
	expect(blockers).toEqual([])
})

describe('blockers', () => {
	const none = { loggers: [row(2, null), row(10, null)] }
	test('no logger is loaded: says how to load it', () => {
		expect(planned(none).blockers).toEqual([
			'no logger for the kernel log is loaded for IPv4: modprobe nf_log_syslog (up to Linux 5.12: modprobe nf_log_ipv4)',
			'no logger for the kernel log is loaded for IPv6: modprobe nf_log_syslog (up to Linux 5.12: modprobe nf_log_ipv6)',
		])
	})
	test('only nflog is loaded', () => {
		const loggers = [row(2, null, 'nfnetlink_log'), row(10, null, 'nfnetlink_log')]
		expect(planned({ loggers }).blockers).toHaveLength(2)
	})
	test('one family can log: the other is noted, and is no reason to stop', () => {
		const { blockers, notes, changes } = planned({ loggers: [BOTH[0] as NfLogRow, row(10, null)] })
		expect(blockers).toEqual([])
		expect(notes.join()).toContain('for IPv6: modprobe')
		expect(changes).toEqual(['log_invalid 0 6'])
	})
	test('conntrack is not loaded', () => {
		const { plan, blockers } = planToLog({
			settings: { values: {}, readOnly: {}, loggers: BOTH },
			netns: { initial: true },
			protocol: 6,
		})
		expect(plan.changes).toEqual([])
		expect(blockers).toEqual([
			'nf_conntrack_log_invalid is not there: conntrack is not loaded (modprobe nf_conntrack)',
		])
	})
	test('the switch of the host cannot be seen from a namespace', () => {
		const { blockers } = planToLog({
			settings: { values: { log_invalid: '0' }, readOnly: {}, loggers: BOTH },
			netns: { initial: false },
			protocol: 6,
		})
		expect(blockers[0]).toContain('nf_log_all_netns=1')
	})
	test('a knob that may not be written', () => {
		expect(planned({ readOnly: { log_invalid: 'it is mounted read-only' } }).blockers).toEqual([
			'log_invalid cannot be written: it is mounted read-only',
		])
	})
	test('no list of loggers', () => expect(planned({ loggers: [] }).blockers).toHaveLength(2))
})

test.each<[string, Case, string]>([
	[
		'nflog loses its lines',
		{ loggers: [row(2, 'nfnetlink_log', 'nf_log_ipv4'), BOTH[1] as NfLogRow] },
		'whoever listens to nfnetlink_log gets none',
	],
	['GRE', { protocol: 47 }, 'no kernel that was checked logs a line for GRE'],
	['41', { protocol: 41 }, 'ICMPv6 is 58'],
	[
		'another protocol was on',
		{ values: { log_invalid: '17' } },
		'logging is on for UDP now: with this change it is on for TCP instead',
	],
	['the whole host', { initial: false }, 'nf_log_all_netns is for the whole host'],
])('notes: %s', (_, given, words) => expect(planned(given).notes.join('\n')).toContain(words))

describe('NFLOG', () => {
	const LOADED = [BOTH[0] as NfLogRow, row(10, 'nf_log_ipv6', 'nf_log_ipv6', 'nfnetlink_log')]
	const BOUND = [
		row(2, 'nfnetlink_log', 'nf_log_ipv4', 'nfnetlink_log'),
		row(10, 'nfnetlink_log', 'nf_log_ipv6', 'nfnetlink_log'),
	]
	const bound = { 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
	const stranger = { group: 0, portid: 812, queued: 0, copyMode: 2, copyRange: 1, flushTimeout: 1, uses: 2 }
	const nflog = (given: Case) => planned({ loggers: LOADED, source: 'nflog', ...given })
	const take4 = 'nf_log.2 nf_log_ipv4 nfnetlink_log'
	const take6 = 'nf_log.10 nf_log_ipv6 nfnetlink_log'

	test.each<[string, Case, string[]]>([
		['both families, log_invalid last', {}, [take4, take6, 'log_invalid 0 6']],
		['both families for ICMP too: tcpdump binds IPv4', { protocol: 58 }, [take4, take6, 'log_invalid 0 58']],
		['no switch of the host in another namespace', { initial: false }, [take4, take6, 'log_invalid 0 6']],
		[
			'from nobody',
			{
				loggers: [row(2, null, 'nfnetlink_log'), row(10, null, 'nfnetlink_log')],
				values: { 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' },
			},
			['nf_log.2 NONE nfnetlink_log', 'nf_log.10 NONE nfnetlink_log', 'log_invalid 0 6'],
		],
		['bound already', { loggers: BOUND, values: bound }, ['log_invalid 0 6']],
		[
			'one bound already',
			{ loggers: [BOUND[0] as NfLogRow, LOADED[1] as NfLogRow], values: { 'nf_log.2': 'nfnetlink_log' } },
			[take6, 'log_invalid 0 6'],
		],
		[
			'all is as it should be, our reader runs',
			{
				loggers: BOUND,
				values: { ...bound, log_invalid: '6' },
				listeners: [stranger],
				reader: 'running',
			},
			[],
		],
		['off', { protocol: 0, values: { log_invalid: '6' } }, ['log_invalid 6 0']],
		[
			'another group is nobody',
			{ listeners: [{ ...stranger, group: 9 }] },
			[take4, take6, 'log_invalid 0 6'],
		],
	])('changes: %s', (_, given, changes) => {
		const found = nflog(given)
		expect(found.changes).toEqual(changes)
		expect(found.blockers).toEqual([])
	})

	test.each<[string, Case, RegExp]>([
		[
			'someone reads group 0',
			{ listeners: [stranger] },
			/pid 812.*a second reader is refused.*lock up a CPU/,
		],
		[
			'someone reads it, and all is bound',
			{ listeners: [stranger], loggers: BOUND, values: bound },
			/pid 812/,
		],
		[
			'not loaded',
			{ loggers: [row(2, 'nf_log_ipv4', 'nf_log_ipv4'), row(10, null)] },
			/modprobe nfnetlink_log/,
		],
		['who listens cannot be seen', { listeners: null }, /cannot be seen/],
		['no list of loggers', { loggers: [] }, /IPv4.*no such row/],
		['not writable', { readOnly: { 'nf_log.10': 'read-only' } }, /nf_log.10 cannot be written: read-only/],
		['conntrack is not there', { values: { log_invalid: undefined as never } }, /conntrack is not loaded/],
	])('blockers: %s', (_, given, blocker) => expect(nflog(given).blockers.join('\n')).toMatch(blocker))

	test('who does not see the lines meanwhile is said where the source is chosen, not again', () => {
		expect(nflog({}).notes).toEqual([])
		expect(nflog({ loggers: BOUND, values: bound }).notes).toEqual([])
	})

	test('the kernel log never feeds a stranger on group 0 with TCP', () => {
		const half = {
			listeners: [stranger],
			loggers: [row(2, 'nfnetlink_log', 'nfnetlink_log'), BOTH[1] as NfLogRow],
			values: { 'nf_log.2': 'nfnetlink_log' },
		}
		expect(planned({ ...half }).blockers.join()).toMatch(/pid 812.*lock up a CPU/)
		expect(planned({ ...half, protocol: 255 }).blockers.join()).toMatch(/pid 812.*lock up a CPU/)
		expect(planned({ ...half, protocol: 17 }).blockers).toEqual([])
		expect(planned({ ...half, protocol: 58 }).blockers).toEqual([])
		expect(planned({ ...half, listeners: [] }).blockers).toEqual([])
		// Where the logger of the kernel log can be bound, it is bound before anything is logged.
		expect(planned({ loggers: BOUND, values: bound, listeners: [stranger] })).toMatchObject({
			blockers: [],
			changes: [
				'nf_log.2 nfnetlink_log nf_log_ipv4',
				'nf_log.10 nfnetlink_log nf_log_ipv6',
				'log_invalid 0 6',
			],
		})
	})
})

test('no plan ever changes a value into itself', () => {
	for (const protocol of [0, 1, 6, 17, 47, 58, 132, 255])
		for (const log_invalid of ['0', '6', '58', '255'])
			for (const initial of [true, false])
				for (const change of planToLog({
					settings: { values: { ...VALUES, log_invalid }, readOnly: {}, loggers: BOTH },
					netns: { initial },
					protocol,
				}).plan.changes)
					expect(change.from).not.toBe(change.to)
})

test('reverse: newest first, from and to changed places', () => {
	const changes = [
		{ knob: 'nf_log.2', from: 'NONE', to: 'nf_log_ipv4' },
		{ knob: 'log_invalid', from: '0', to: '6' },
	]
	expect(reverse({ purpose: 'p', changes }).changes).toEqual([
		{ knob: 'log_invalid', from: '6', to: '0' },
		{ knob: 'nf_log.2', from: 'nf_log_ipv4', to: 'NONE' },
	])
})
