import type { ActionBody } from '../../src/app/state/actions.ts'
import type { PastChange, State } from '../../src/app/state/state.ts'
import { reducer } from '../../src/app/store/reducer.ts'
import { tapOf } from '../../src/changes/tap/tap.ts'
import { flowFromText } from '../../src/investigation/join/flow-words.ts'
import { parseConntrackEntry } from '../../src/kernel/conntrack/conntrack-entry.ts'
import type { Composition } from '../../src/kernel/conntrack/conntrack-list.ts'
import { readPasted } from '../../src/kernel/rules/read/pasted.ts'
import type { Verdict } from '../../src/kernel/rules/rule.ts'
import type { TracedPacket, TraceStep, TraceVisit } from '../../src/kernel/rules/trace.ts'
import type { HeldChange, LeaseView } from '../../src/model/change.ts'
import type { HostFacts } from '../../src/model/host-facts.ts'
import type { LogEvent } from '../../src/model/log-event.ts'
import type { NetnsRow } from '../../src/model/namespaces.ts'
import type { ListReading, Lists, TableWalk } from '../../src/model/table-readings.ts'
import { fail, ok } from '../../src/words/failure.ts'
import {
	controlOf,
	heldSite,
	noControl,
	printkReading,
	withFlags,
} from '../harness/samples/dyndbg-samples.ts'
import { livesSeen } from '../harness/samples/lives.ts'
import {
	countersOf,
	EMPTY_COMPOSITION,
	FACTS,
	foundLease,
	heldChange,
	leaseView,
	SURROUNDINGS,
	settingsOf,
	VALUES,
} from '../harness/samples/samples.ts'
import { emptyState, message, record } from '../harness/samples/states.ts'

process.env.TZ = 'UTC'

/** 14:06:12 of a day. */
export const WALL = Date.UTC(2026, 10, 23, 14, 6, 12)
export const NOW = 500_000

type Timed = readonly [at: number, body: ActionBody]

/** The reducer makes all of these states, so they are ones that can be. */
function play(state: State, steps: readonly Timed[]): State {
	return steps.reduce((last, [at, body]) => reducer(last, { ...body, at }), state)
}

const AROUND: State['surroundings'] = {
	value: { at: 0, last: SURROUNDINGS, first: SURROUNDINGS },
	at: 0,
	failure: undefined,
}

const start = (rest: Partial<State> = {}): State =>
	emptyState({ now: NOW - 120_000, wall: WALL - 120_000, surroundings: AROUND, ...rest })

const FACTS_HERE: HostFacts = {
	...FACTS,
	kernel: '6.1.0-56',
	user: { uid: 0, name: 'root', sudoUser: 'alice' },
}

/** Counters once a second over `seconds`, rising by `perSecond`, ending at NOW. */
function counting(seconds: number, perSecond: (second: number) => number, total = 18_231): Timed[] {
	const steps: Timed[] = []
	let invalid = total
	for (let second = seconds; second >= 0; second--) {
		if (second < seconds) invalid += perSecond(second)
		// As in life: the counters are read in the middle of a second, and the second ends half of one later.
		const at = NOW - second * 1000 - 500
		const half = Math.floor(invalid / 2)
		const rest = {
			insert_failed: 0,
			drop: 0,
			early_drop: 0,
			error: 0,
			search_restart: 3,
			entries: 41_022,
			found: 31,
			insert: 0,
		}
		const cpus = [
			{ ...rest, invalid: half, clash_resolve: 12, chaintoolong: 0 },
			{ ...rest, invalid: invalid - half, search_restart: 0, found: 0, clash_resolve: 0, chaintoolong: 0 },
		]
		steps.push([at, { type: 'counters', result: ok(countersOf(at, ...cpus)) }])
		steps.push([NOW - second * 1000, { type: 'tick', wall: WALL - second * 1000 }])
	}
	return steps
}

const wave = (second: number) => 40 + Math.round(15 * Math.sin(second / 6))

const settings = (values: Readonly<Record<string, string>> = {}) =>
	settingsOf(
		NOW,
		new Map(
			Object.entries({
				...VALUES,
				checksum: '1',
				tcp_ignore_invalid_rst: '0',
				'nf_log.10': 'nf_log_ipv6',
				...values,
			}),
		),
	)

const facts: Timed = [NOW - 120_000, { type: 'facts', facts: FACTS_HERE }]
const settingsRead = (values: Readonly<Record<string, string>> = {}): Timed => [
	NOW,
	{ type: 'settings', result: ok({ ...settings(values), count: 41_022, max: 262_144 }) },
]

/** Nothing has been read. */
export const blank = (): State => emptyState({ now: NOW, wall: WALL })

/** The kernel counts, log_invalid is off. */
export const counts = (): State => play(start(), [facts, ...counting(60, wave), settingsRead()])

/** Nothing is INVALID. */
export const quiet = (): State =>
	play(start(), [facts, ...counting(20, () => 0, 0), settingsRead({ log_invalid: '255' })])

const packet = (
	body: string,
	source: string,
	destination: string,
	numbers: string,
	protocol = 6,
	name = 'TCP',
) =>
	`nf_ct_proto_${protocol}: ${body} IN=eth0 OUT= MAC=02:42:ac SRC=${source} DST=${destination} LEN=1500 TOS=0x00 PREC=0x00 TTL=62 ID=4321 DF PROTO=${name} ${numbers}`

const tcp = (body: string, source: string, port: number, flags = 'ACK') =>
	packet(
		body,
		'10.0.3.7',
		source,
		`SPT=443 DPT=${port} SEQ=3911228771 ACK=1209 WINDOW=501 RES=0x00 ${flags} URGP=0`,
	)

/** One line every `apart` ms, the last one at `until`. */
export function lines(count: number, from = 1000, until = NOW, apart = 50): LogEvent[] {
	const texts = [
		tcp('SEQ is over upper bound 3911100000 (over the window of the receiver)', '10.0.9.21', 51514),
		tcp(
			'SEQ is over upper bound 3911100000 (over the window of the receiver)',
			'10.0.9.22',
			40112,
			'ACK PSH',
		),
		tcp('SEQ is over upper bound 3911100000 (over the window of the receiver)', '10.0.9.21', 51514),
		tcp('ACK is over upper bound 77120991 (ACKed data not seen yet)', '10.0.9.21', 51530),
		tcp('SEQ is over upper bound 3911100000 (over the window of the receiver)', '10.0.9.21', 51530),
		tcp('invalid rst', '10.0.9.21', 51514, 'RST'),
		tcp('SEQ is over upper bound 3911100000 (over the window of the receiver)', '10.0.9.21', 51514),
		packet('bad checksum', 'fd77::1', 'fd77::2', 'SPT=53 DPT=40000 LEN=60', 17, 'UDP'),
		tcp('ignored ACK under lower bound 5 (possible overly delayed)', '10.0.9.21', 51514),
		tcp('this text is in no catalogue', '10.0.9.21', 51514),
	]
	return Array.from({ length: count }, (_, index) => {
		const at = until - (count - 1 - index) * apart
		return record(from + index, texts[index % texts.length] ?? '', { at: at * 1000 })
	})
}

export const held = (rest: Partial<HeldChange> = {}): HeldChange =>
	heldChange({
		set: '6',
		now: '6',
		appliedAt: WALL - 40_000,
		undoAt: NOW + 581_000,
		purpose: 'log why TCP packets are INVALID',
		...rest,
	})

export const liberal = (rest: Partial<HeldChange> = {}): HeldChange =>
	held({
		seq: 2,
		knob: 'tcp_be_liberal',
		class: 'treats-differently',
		sysctl: 'net.netfilter.nf_conntrack_tcp_be_liberal',
		path: '/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal',
		purpose: 'accept TCP packets outside the window: on',
		set: '1',
		now: '1',
		state: 'confirm',
		undoAt: NOW + 101_000,
		confirmBy: NOW + 41_000,
		byHand: 'sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=0',
		...rest,
	})

export const holding = (changes: readonly HeldChange[], rest: Partial<LeaseView> = {}): LeaseView =>
	leaseView({ leaseId: 'L7F2', deadline: NOW + 581_000, changes, ...rest })

const logger = held({
	seq: 2,
	knob: 'nf_log.2',
	sysctl: 'net.netfilter.nf_log.2',
	path: '/proc/sys/net/netfilter/nf_log/2',
	was: 'NONE',
	set: 'nf_log_ipv4',
	now: 'nf_log_ipv4',
	byHand: 'sysctl -w net.netfilter.nf_log.2=NONE',
})

const inOrder = (steps: readonly Timed[]) => steps.toSorted(([one], [other]) => one - other)

/** Reasons are known, two changes are in force; the way of the reasons opened five seconds ago. */
export const reasons = (): State =>
	play(
		start(),
		inOrder([
			facts,
			[NOW - 119_000, { type: 'log-started' }],
			...counting(60, wave),
			[NOW - 5000, { type: 'lease', view: holding([held(), logger]) }],
			[NOW - 5000, settingsRead({ log_invalid: '6' })[1]],
			[NOW - 2000, { type: 'log', events: lines(100, 1000, NOW - 2000, 22) }],
			settingsRead({ log_invalid: '6' }),
			[
				NOW - 200,
				{
					type: 'log',
					events: [{ kind: 'gap', lost: 12, at: NOW - 1900 }, ...lines(80, 2000, NOW - 200, 22)],
				},
			],
			[NOW, { type: 'table', result: ok(walk()) }],
			[NOW, { type: 'lists', result: ok(lists()) }],
		]),
	)

/** What probes have seen of unconfirmed and dying entries. */
export const seenByProbes: ActionBody = { type: 'lives', lives: livesSeen({ at: NOW - 4000 }) }

/** NFLOG is read; half of what is counted has no line, a rule logs too, and the table was full once. */
export const nflog = (): State => {
	const able: HostFacts = {
		...FACTS_HERE,
		tools: { ...FACTS_HERE.tools, tcpdump: '4.99.3', setpriv: '2.38.1' },
	}
	const bound = { log_invalid: '255', 'nf_log.2': 'nfnetlink_log', 'nf_log.10': 'nfnetlink_log' }
	const told = lines(90, 1, NOW - 300, 40).map(
		(event, index): LogEvent =>
			event.kind === 'record' ? message(index, event.record.text, event.record.at / 1000) : event,
	)
	const rule =
		'[UFW BLOCK] IN=eth0 OUT= MAC=02:42:ac SRC=203.0.113.9 DST=10.0.9.21 LEN=40 PROTO=TCP SPT=4431 DPT=23 SYN'
	return play(
		start(),
		inOrder([
			[NOW - 120_000, { type: 'facts', facts: able }],
			[NOW - 119_000, { type: 'log-started' }],
			...counting(60, wave),
			[NOW - 5000, { type: 'lease', view: holding([held({ set: '255', now: '255' }), logger]) }],
			[NOW - 5000, settingsRead(bound)[1]],
			[NOW - 5000, { type: 'nflog-starting' }],
			[NOW - 4900, { type: 'nflog-started' }],
			[
				NOW - 250,
				{
					type: 'log',
					events: [
						...told.slice(0, 88),
						{ kind: 'nflog-lost', lost: 7, at: NOW - 300 },
						...told.slice(88),
						record(1, rule, { at: (NOW - 290) * 1000, level: 4 }),
						record(2, 'nf_conntrack: nf_conntrack: table full, dropping packet', { at: (NOW - 280) * 1000 }),
					],
				},
			],
			settingsRead(bound),
		]),
	)
}

/** The settings of a host on which nobody reads NFLOG group 0. */
export const quietGroup = (): State['settings'] => {
	const { settings } = counts()
	return { ...settings, value: settings.value && { ...settings.value, listeners: [] } }
}

/** The log is on, and nobody takes the lines of IPv4. */
export const unbound = (): State =>
	play(start(), [
		facts,
		[NOW - 119_000, { type: 'log-started' }],
		...counting(60, wave),
		settingsRead({ log_invalid: '255', 'nf_log.2': 'NONE', 'nf_log.10': 'NONE' }),
	])

export const composition = (rest: Partial<Composition> = {}): Composition => ({
	...EMPTY_COMPOSITION,
	entries: 40_100,
	byProtocol: { tcp: 38_000, udp: 2_092, icmp: 8 },
	byState: { ESTABLISHED: 21_000, TIME_WAIT: 16_800, SYN_SENT: 200 },
	unreplied: 812,
	assured: 30_404,
	offload: 0,
	...rest,
})

export const walk = (rest: Partial<TableWalk> = {}): TableWalk => ({
	at: NOW - 4000,
	tookMs: 231,
	costMs: 180,
	countBefore: 41_022,
	countAfter: 41_002,
	ipv4: composition(),
	ipv6: composition({
		entries: 900,
		byProtocol: { tcp: 700, udp: 150, icmpv6: 50 },
		byState: { ESTABLISHED: 700 },
		unreplied: 5,
		assured: 600,
	}),
	...rest,
})

const NONE_KEPT: ListReading = { kept: 'no', size: 0, staying: [], meaning: 'this kernel keeps no such list' }

export const lists = (rest: Partial<Lists> = {}): Lists => ({
	at: NOW - 4000,
	unconfirmed: NONE_KEPT,
	dying: { kept: 'yes', size: 0, staying: [], meaning: 'entries whose end could not be told to a listener' },
	queues: [
		{
			queue: 0,
			portid: 4471,
			waiting: 2,
			copyMode: 2,
			copyRange: 65_531,
			queueDropped: 0,
			userDropped: 0,
			lastId: 9,
		},
	],
	...rest,
})

/** A conflict, a change that waits for K, one that is over, another session. */
export const conflict = (): State => {
	const over: PastChange = {
		...held({
			seq: 1,
			knob: 'checksum',
			sysctl: 'net.netfilter.nf_conntrack_checksum',
			was: '1',
			set: '0',
			now: '1',
			state: 'undone',
			endedAt: WALL + 108_000 - 180_000,
		}),
		leaseId: 'L6AA',
	}
	const other = held({ seq: 1, now: '255', state: 'conflict', note: '' })
	const state = play(reasons(), [
		[NOW, { type: 'lease', view: holding([other, liberal(), { ...logger, seq: 3 }]) }],
		[
			NOW,
			{
				type: 'others',
				leases: [foundLease('K2A9', { alive: true, deadline: NOW + 723_000, createdAt: WALL - 60_000 })],
			},
		],
		[NOW, { type: 'go', screen: 'changes' }],
	])
	return { ...state, history: [over] }
}

/** One action a second. */
export const later = (state: State, ...bodies: readonly ActionBody[]): State =>
	bodies.reduce((last, body) => play(last, [[last.now + 1000, body]]), state)

/** Nothing could be read: no right, no tool, no module. */
export const refused = (): State =>
	play(start(), [
		[
			NOW,
			{
				type: 'facts',
				facts: {
					...FACTS_HERE,
					user: { uid: 1000, name: 'alice', sudoUser: null },
					capNetAdmin: false,
					tools: { conntrack: null, nft: null, iptables: null, tcpdump: null, setpriv: null },
					missing: [
						{ what: 'conntrack', why: 'the program is not installed', next: 'apt install conntrack' },
						{ what: 'nf_conntrack', why: 'the module is not loaded', next: 'modprobe nf_conntrack' },
					],
				},
			},
		],
		[
			NOW,
			{
				type: 'counters',
				result: fail({ kind: 'unsupported', what: 'the counters', why: 'nf_conntrack is not loaded' }),
			},
		],
		[
			NOW,
			{
				type: 'table',
				result: fail({ kind: 'missing-tool', tool: 'conntrack', debianPackage: 'conntrack' }),
			},
		],
		[
			NOW,
			{
				type: 'lists',
				result: fail({ kind: 'missing-tool', tool: 'conntrack', debianPackage: 'conntrack' }),
			},
		],
		[
			NOW,
			{
				type: 'settings',
				result: fail({ kind: 'not-permitted', what: 'reading the settings', need: 'root' }),
			},
		],
		[
			NOW,
			{
				type: 'log-failed',
				failure: { kind: 'not-permitted', what: '/dev/kmsg', need: 'root or CAP_SYSLOG' },
			},
		],
	])

/** Escape sequences, line ends, directions, wide and joined characters, length. */
export const EVIL =
	'\x1b[31m\x1b]0;owned\x07\x9b2J\r\n\u202e\u2028漢字\u200d👩‍👩‍👧e\u0301\u0301\u0301\u0301\u0301\t'.repeat(3)

const evil = (name: string) => `${name}${EVIL}`

/** Every text that comes from outside is hostile. */
export function hostile(): State {
	const change = held({
		was: evil('w'),
		set: evil('s'),
		now: evil('n'),
		sysctl: evil('net.netfilter.x'),
		path: evil('/proc/'),
		purpose: evil('p'),
		note: evil('note'),
		byHand: evil('hand'),
		state: 'conflict',
	})
	const list: ListReading = {
		kept: 'yes',
		size: 9,
		staying: [{ text: evil('tcp 6'), since: NOW - 50_000 }],
		meaning: evil('meaning'),
	}
	const evilSettings = settings({ log_invalid: evil('6'), 'nf_log.2': evil('log'), printk: evil('4') })
	const base = play(start(), [
		[
			NOW,
			{
				type: 'facts',
				facts: {
					...FACTS_HERE,
					hostname: evil('host'),
					kernel: evil('6'),
					netns: { inode: 1, name: evil('ns'), initial: false },
					user: { uid: 0, name: evil('u'), sudoUser: evil('sudo') },
					missing: [{ what: evil('what'), why: evil('why'), next: evil('next') }],
				},
			},
		],
		...counting(30, wave),
		[
			NOW,
			{
				type: 'log',
				events: [
					record(1, tcp(evil('reason'), '10.0.0.1', 1)),
					record(2, evil('other')),
					...lines(9, 10),
					record(99, tcp(`bad checksum`, evil('10.'), 1)),
					record(100, evil('nf_ct_proto_6: ')),
				],
			},
		],
		[
			NOW,
			{
				type: 'settings',
				result: ok({
					...evilSettings,
					readOnly: { log_invalid: evil('locked') },
					loggers: [{ family: 2, bound: evil('b'), available: [evil('a')] }],
				}),
			},
		],
		[
			NOW,
			{
				type: 'table',
				result: ok(
					walk({
						ipv4: composition({
							byProtocol: { [evil('tcp')]: 9 },
							byState: { [evil('EST')]: 4 },
							notUnderstood: 3,
							samples: [evil('sample')],
						}),
					}),
				),
			},
		],
		[NOW, { type: 'lists', result: ok(lists({ unconfirmed: list, dying: list })) }],
		[
			NOW,
			{
				type: 'lease',
				view: holding([change, held({ seq: 2, sysctl: evil('net.'), was: evil('0') })], {
					leaseId: evil('L'),
					why: evil('why'),
				}),
			},
		],
		[
			NOW,
			{
				type: 'others',
				leases: [
					foundLease(evil('K'), {
						alive: true,
						owner: { uid: 0, user: evil('u'), sudoUser: evil('bob'), tty: evil('pts'), pid: 1, pidStart: '' },
						problem: evil('problem'),
					}),
				],
			},
		],
		[NOW, { type: 'say', notice: { text: evil('notice'), tone: 'bad' } }],
	])
	return { ...base, history: [{ ...change, leaseId: evil('H'), state: 'vanished', endedAt: WALL }] }
}

export const sized = (state: State, columns: number, rows: number): State =>
	play(state, [[state.now, { type: 'resized', columns, rows }]])

export const on = (state: State, screen: State['screen']): State =>
	play(state, [[state.now, { type: 'go', screen }]])

export const ascii = (state: State): State => ({
	...state,
	modes: { ...state.modes, ascii: true, color: false },
})

export const PRINTK_SITES = controlOf('6.1')

/** On Printk, with the call sites of 6.1; `flags` by function. */
export const printk = (flags: Readonly<Record<string, string>> = {}, state = reasons()): State =>
	on(later(state, { type: 'printk', result: ok(printkReading(withFlags(PRINTK_SITES, flags))) }), 'printk')

/** tcp_new was switched by us, init_conntrack by someone else, and what we set in nf_conntrack_in is not ours any more. */
export const printing = (): State => {
	const site = (seq: number, func: string, rest: Partial<HeldChange> = {}) =>
		heldSite(PRINTK_SITES, func, {
			seq,
			purpose: 'print tcp_new "invalid new deleting"',
			appliedAt: WALL - 40_000,
			undoAt: NOW + 581_000,
			...rest,
		})
	const changes = [
		site(1, 'tcp_new'),
		site(2, 'nf_conntrack_in', {
			state: 'conflict',
			now: 'pmf',
			note: 'ctscope set p, now it reads pmf: someone else changed it, so it is left alone',
		}),
	]
	const flags = { tcp_new: 'p', init_conntrack: 'p', nf_conntrack_in: 'pmf' }
	return later(printk(flags, counts()), { type: 'lease', view: holding(changes) })
}

/** A kernel without dynamic debug, or with its file where nobody mounted it. */
export const noPrintk = (rest: Parameters<typeof noControl>[0] = {}): State =>
	on(later(reasons(), { type: 'printk', result: ok(noControl(rest)) }), 'printk')

/** Call sites whose names and texts are hostile, and one that is ours. */
export const hostilePrintk = (): State => {
	const evil = [1, 2, 3].map((line) => ({
		file: `net/netfilter/${EVIL}.c`,
		line,
		module: `nf_conntrack`,
		func: EVIL,
		flags: 'p',
		format: `${EVIL}\n${EVIL}`,
		class: EVIL,
	}))
	const changes = [
		heldSite(PRINTK_SITES, 'tcp_new', { was: EVIL, set: EVIL, now: EVIL, note: EVIL, byHand: EVIL }),
	]
	return on(
		later(
			hostile(),
			{ type: 'printk', result: ok(printkReading([...PRINTK_SITES, ...evil], { path: EVIL })) },
			{ type: 'lease', view: holding(changes) },
		),
		'printk',
	)
}

/** A packet that a rule of ours marked, and that a chain behind a jump dropped. */
export function traced(text: string, steps = 4): TracedPacket {
	const step = (table: string, chain: string, of: string, handle: number, verdict: Verdict): TraceStep => ({
		family: 'inet',
		table,
		chain,
		kind: 'rule',
		text: of,
		handle,
		verdict,
	})
	const all = [
		step('ctscope', 'prerouting', 'ct state invalid meta nftrace set 1', 3, {
			kind: 'final',
			word: 'continue',
		}),
		{
			...step('ctscope', 'prerouting', '', 0, { kind: 'final', word: 'accept' }),
			kind: 'policy',
			handle: null,
		},
		step('fw', 'in', 'jump more', 6, { kind: 'jump', chain: 'more' }),
		step('fw', 'more', `ct state invalid counter drop comment "${text}"`, 7, { kind: 'final', word: 'drop' }),
	] as const
	const visit = (table: string, chain: string, at: number): TraceVisit => ({
		family: 'inet',
		table,
		chain,
		steps: at,
		conntrack: null,
		ends: `10.0.3.7:443 > ${text}:5`,
		layers: 'ip tcp',
		from: 'eth0',
		to: '',
	})
	return {
		id: '1',
		fields: {
			'ip saddr': '10.0.3.7',
			'ip daddr': text,
			'ip protocol': 'tcp',
			'tcp sport': '443',
			'tcp dport': '5',
			'tcp flags': '0x11',
			'ip length': '40',
			'ip ttl': '61',
			'ip id': '47356',
		},
		steps: all.slice(0, steps),
		visits: [visit('ctscope', 'prerouting', 0), visit('fw', 'in', 2)],
	}
}

/** Rules of two backends, a tap of ours, and a packet that was followed. `text` comes into names, prefixes and comments. */
export function rules(text = 'mine', state = reasons()): State {
	const pasted = (packets: number) => `table inet fw {
	chain in {
		type filter hook input priority filter; policy accept;
		jump more
	}
	chain more {
		ct state invalid counter packets ${packets} bytes ${packets * 40} drop comment "${text}" # handle 7
		ct state new log prefix "${text}" group 3
	}
}
# Generated by iptables-save v1.8.9 on Mon
*filter
:FORWARD DROP [12:480]
:DOCKER-USER - [0:0]
[9:360] -A FORWARD -j DOCKER-USER
[${packets}:9] -A DOCKER-USER -m conntrack --ctstate INVALID -m comment --comment "${text}" -j DROP
COMMIT
`
	const reading = (at: number, packets: number) =>
		({
			type: 'rules',
			result: ok({
				at,
				tookMs: 30,
				ruleset: readPasted(pasted(packets)).ruleset,
				backends: ['nft', 'iptables-legacy'] as const,
				failures: [],
			}),
		}) as const
	const tap = tapOf({ kind: 'tap', hooks: ['input', 'output'], states: ['invalid'], prefix: 'tap INVALID: ' })
	const taps = (at: number, packets: number) =>
		({
			type: 'taps',
			result: ok({
				at,
				tables: ['fw', 'ctscope'],
				taps: [
					{
						table: 'ctscope',
						tap,
						counts: [{ hook: 'input' as const, state: null, packets, bytes: packets * 40 }],
					},
				],
			}),
		}) as const
	return later(
		on(state, 'rules'),
		reading(NOW - 2000, 40),
		reading(NOW, 130),
		taps(NOW - 1000, 10),
		taps(NOW, 25),
		{ type: 'traced', packets: [traced(text)] },
	)
}

/** The numbered step in view, those before it answered. */
export const stepAt = (state: State, number: number): State =>
	later(
		on(state, 'steps'),
		{ type: 'move-to', where: 'first' },
		{ type: 'step-next' },
		{ type: 'move-to', where: 'first' },
		{ type: 'move', by: number - 1 },
	)

/** Flows of the most frequent reason that were looked at, with entries that have no reply. */
export const sampled = (): State => {
	const state = rules()
	const [row] = state.reasons
	return later(
		state,
		...(row?.flows ?? []).slice(0, 3).map(({ flow }): ActionBody => {
			const query = flowFromText('TCP', flow) ?? {
				protocol: 'tcp',
				source: '10.0.3.7',
				sourcePort: 443,
				destination: '10.0.9.21',
				destinationPort: 51514,
			}
			const line = `tcp 6 299 ESTABLISHED src=${query.source} dst=${query.destination} sport=${query.sourcePort} dport=${query.destinationPort} packets=8871 bytes=9000000 [UNREPLIED] src=${query.destination} dst=${query.source} sport=${query.destinationPort} dport=${query.sourcePort} packets=0 bytes=0 mark=0 use=1`
			const entry = parseConntrackEntry(line)
			return {
				type: 'sampled',
				sample: {
					reasonId: row?.reason.id ?? '',
					flow,
					facts: {
						query,
						entries: entry === undefined ? [] : [entry],
						sockets: [],
						addresses: [],
						missing: [],
					},
				},
			}
		}),
	)
}

/** A setting that was tried: the rate fell with it and came back. */
export const tried = (): State => {
	const state = sampled()
	const seconds = (rate: number) => Array.from({ length: 30 }, (_, at) => rate + (at % 3))
	return {
		...state,
		steps: {
			...state.steps,
			experiments: [
				{
					knob: 'tcp_be_liberal',
					from: '0',
					to: '1',
					before: seconds(40),
					during: seconds(0),
					after: seconds(38),
					lines: {
						reason: 'tcp packet is out of window',
						before: seconds(39),
						during: seconds(0),
						after: seconds(37),
					},
					cut: '',
					said: { least: 612, most: 640, of: 640 },
				},
			],
		},
	}
}

/** The list of network namespaces: nothing is INVALID here, and much of it in a container. */
export const namespaces = (name = 'web'): State => {
	const row = (inode: number, rest: Partial<NetnsRow>): NetnsRow => ({
		inode,
		here: false,
		initial: false,
		path: `/proc/${inode}/ns/net`,
		names: [],
		processes: 3,
		first: { pid: inode, name: 'nginx' },
		container: null,
		invalid: 0,
		entries: 12,
		max: 262_144,
		logInvalid: '0',
		logger: 'nf_log_ipv4',
		why: '',
		...rest,
	})
	const at = (when: number, invalid: number): ActionBody => ({
		type: 'namespaces',
		result: ok({
			at: when,
			rows: [
				row(1, { here: true, initial: true, processes: 81, first: { pid: 1, name: 'systemd' } }),
				row(2, { names: [name] }),
				row(3, {
					invalid,
					logInvalid: '255',
					logger: 'nfnetlink_log',
					container: {
						engine: 'containerd',
						id: '3f4a9c1be2d0',
						pod: '0a1b2c3d-1111-2222-3333-444455556666',
					},
				}),
				row(4, { invalid: null, entries: null, logInvalid: null, logger: null, first: null, processes: 0 }),
			],
		}),
	})
	return later(
		quiet(),
		at(NOW - 2000, 1000),
		at(NOW, 1024),
		{ type: 'list-namespaces' },
		{ type: 'namespaces-move', by: 2 },
	)
}
