import { describe, expect, test } from 'vitest'
import { chooseSource, lockUpRisk, type SourceInput, type SourceWish } from '../../src/changes/log-source.ts'
import type { NfLogRow } from '../../src/kernel/nflog/nf-log.ts'
import type { NflogListener } from '../../src/kernel/nflog/nfnetlink-log.ts'

const row = (family: number, bound: string | null, ...available: string[]): NfLogRow => ({
	family,
	bound,
	available,
})
const SYSLOG = [
	row(2, 'nf_log_ipv4', 'nf_log_ipv4', 'nfnetlink_log'),
	row(10, 'nf_log_ipv6', 'nf_log_ipv6', 'nfnetlink_log'),
]
const BOUND = [
	row(2, 'nfnetlink_log', 'nf_log_ipv4', 'nfnetlink_log'),
	row(10, 'nfnetlink_log', 'nf_log_ipv6', 'nfnetlink_log'),
]
const NOBODY = [row(2, null, 'nfnetlink_log'), row(10, null, 'nfnetlink_log')]
const TOOLS: SourceInput['tools'] = {
	conntrack: null,
	nft: null,
	iptables: null,
	tcpdump: 'tcpdump version 4.99.3',
	setpriv: 'setpriv from util-linux 2.38.1',
}
const listener = (portid: number, group = 0): NflogListener => ({
	group,
	portid,
	queued: 0,
	copyMode: 2,
	copyRange: 65531,
	flushTimeout: 1,
	uses: 2,
})

type Case = {
	readonly wish?: SourceWish
	readonly tools?: Partial<SourceInput['tools']>
	readonly loggers?: readonly NfLogRow[]
	readonly listeners?: readonly NflogListener[] | null
	readonly readOnly?: Readonly<Record<string, string>>
	readonly initial?: boolean
	readonly ourPortid?: number
	readonly reader?: 'running'
}

function chosen(given: Case) {
	const { wish = 'auto', tools = {}, loggers = SYSLOG, listeners = [], readOnly = {}, initial = true } = given
	const values = Object.fromEntries(loggers.map(({ family, bound }) => [`nf_log.${family}`, bound ?? 'NONE']))
	return chooseSource({
		wish,
		settings: { values, loggers, listeners, readOnly },
		tools: { ...TOOLS, ...tools },
		initial,
		ourPortid: given.ourPortid,
		reader: given.reader,
	})
}

describe('auto', () => {
	test.each<[string, Case, 'kmsg' | 'nflog', RegExp]>([
		['a syslog logger is bound', {}, 'nflog', /^NFLOG, because tcpdump can read NFLOG group 0/],
		['nobody is bound', { loggers: NOBODY }, 'nflog', /whole packets/],
		['nfnetlink_log is bound', { loggers: BOUND }, 'nflog', /tcpdump/],
		['another namespace', { initial: false }, 'nflog', /no need for nf_log_all_netns/],
		['other groups are others', { listeners: [listener(812, 5)] }, 'nflog', /tcpdump/],
		['our own reader, by its port', { listeners: [listener(812)], ourPortid: 812 }, 'nflog', /tcpdump/],
		['our own reader runs', { listeners: [listener(812)], reader: 'running' }, 'nflog', /tcpdump/],
		[
			'no reader is installed',
			{ tools: { tcpdump: null } },
			'kmsg',
			/^the kernel log, because tcpdump.*is not installed.*apt install tcpdump/,
		],
		['no setpriv', { tools: { setpriv: null } }, 'kmsg', /setpriv.*is not installed/],
		['someone reads', { listeners: [listener(812)] }, 'kmsg', /because pid 812 already reads NFLOG group 0$/],
		[
			'a second port of a process',
			{ listeners: [listener(3_221_225_472)] },
			'kmsg',
			/netlink port 3221225472/,
		],
		[
			'not loaded',
			{ loggers: [row(2, 'nf_log_ipv4', 'nf_log_ipv4'), row(10, null)] },
			'kmsg',
			/not loaded \(modprobe/,
		],
		[
			'loaded for one family only',
			{ loggers: [SYSLOG[0] as NfLogRow, row(10, null)] },
			'kmsg',
			/is not loaded/,
		],
		['no list of loggers', { loggers: [] }, 'kmsg', /does not show which loggers/],
		['no list of listeners', { listeners: null }, 'kmsg', /cannot be seen/],
		[
			'not writable',
			{ readOnly: { 'nf_log.10': 'it is mounted read-only' } },
			'kmsg',
			/nf_log\/10 cannot be written: it is/,
		],
		[
			'not writable, and not to be written',
			{ loggers: BOUND, readOnly: { 'nf_log.10': 'read-only' } },
			'nflog',
			/tcp/,
		],
	])('%s', (_, given, source, why) => {
		const choice = chosen(given)
		expect(choice.source).toBe(source)
		expect(choice.why).toMatch(why)
		expect(choice.why.split('\n')).toHaveLength(1)
		expect(choice.blockers).toEqual([])
	})
})

test('NFLOG says who does not see the lines meanwhile', () => {
	for (const wish of ['auto', 'nflog'] as const) {
		expect(chosen({ wish }).notes.join()).toMatch(/syslog and journald, which get them now, do not see/)
		expect(chosen({ wish, loggers: NOBODY }).notes.join()).toMatch(/syslog and journald do not see/)
	}
	expect(chosen({ wish: 'kmsg' }).notes).toEqual([])
})

describe('asked for by name', () => {
	test('the kernel log is always had', () => {
		for (const given of [{}, { tools: { tcpdump: null } }, { loggers: [] }, { listeners: [listener(7)] }])
			expect(chosen({ ...given, wish: 'kmsg' })).toMatchObject({ source: 'kmsg', blockers: [] })
	})
	test.each<[string, Case, RegExp]>([
		['no reader is installed', { tools: { tcpdump: null } }, /apt install tcpdump/],
		['someone reads', { listeners: [listener(812)] }, /pid 812 already reads NFLOG group 0/],
		['not loaded', { loggers: [row(2, null), row(10, null)] }, /modprobe nfnetlink_log/],
		['not visible', { listeners: null }, /cannot be seen/],
	])('NFLOG cannot be had: %s', (_, given, blocker) => {
		const choice = chosen({ ...given, wish: 'nflog' })
		expect(choice.source).toBe('nflog')
		expect(choice.blockers.join('\n')).toMatch(blocker)
	})
	test('without setpriv it can, with a warning', () => {
		const { blockers, notes } = chosen({ wish: 'nflog', tools: { setpriv: null } })
		expect(blockers).toEqual([])
		expect(notes.join()).toMatch(/if ctscope is killed, tcpdump may go on listening/)
	})
})

describe('the risk of a lock-up', () => {
	const settings = (loggers: readonly NfLogRow[], listeners: readonly NflogListener[] | null) => ({
		values: {},
		loggers,
		listeners,
	})
	test.each<[string, readonly NfLogRow[], readonly NflogListener[] | null, number, object, boolean]>([
		['TCP through a stranger', BOUND, [listener(812)], 6, {}, true],
		['all through a stranger', BOUND, [listener(812)], 255, {}, true],
		['SCTP through a stranger', BOUND, [listener(812)], 132, {}, true],
		['one family is enough', [BOUND[0] as NfLogRow, SYSLOG[1] as NfLogRow], [listener(812)], 6, {}, true],
		['UDP holds no lock', BOUND, [listener(812)], 17, {}, false],
		['ICMP holds no lock', BOUND, [listener(812)], 1, {}, false],
		['lines go elsewhere', SYSLOG, [listener(812)], 6, {}, false],
		['nobody listens', BOUND, [], 6, {}, false],
		['another group', BOUND, [listener(812, 3)], 6, {}, false],
		['our own reader asks for no entry', BOUND, [listener(812)], 6, { ourPortid: 812 }, false],
		['our own reader runs', BOUND, [listener(812)], 6, { reader: 'running' }, false],
	])('%s', (_, loggers, listeners, protocol, ours, risky) => {
		const said = lockUpRisk(settings(loggers, listeners), protocol, ours)
		expect(said !== undefined).toBe(risky)
		if (risky) expect(said).toMatch(/pid 812.*lock up a CPU/)
	})

	test('the choice says it, with the ways out', () => {
		for (const wish of ['auto', 'kmsg'] as const) {
			const { source, notes } = chosen({ wish, loggers: BOUND, listeners: [listener(812)] })
			expect(source).toBe('kmsg')
			expect(notes.join()).toMatch(
				/lock up a CPU.*bind the logger of the kernel log.*or log UDP or ICMP only/,
			)
		}
	})
})
