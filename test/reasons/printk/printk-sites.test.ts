import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createControlReader, type PrintkSite, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { createPrintkReader } from '../../../src/kernel/dyndbg/dyndbg-line.ts'
import { proposals } from '../../../src/reasons/printk/printk-proposals.ts'
import {
	decoded,
	estimate,
	type Rates,
	SITE_TEXTS,
	siteTold,
	TALK_WORDS,
	type Talk,
} from '../../../src/reasons/printk/printk-sites.ts'
import { SILENT_PATHS, type SilentPath, silentPaths } from '../../../src/reasons/silent-paths.ts'
import { EVERY_SITE, KERNELS, sitesOf } from '../../kernel/dyndbg/pr-debug-sites.ts'

const base = (file: string) => file.slice(file.lastIndexOf('/') + 1)

/** Files whose sites say why a packet or an entry ends; the rest are helpers and their NAT. */
const DESCRIBED =
	/^(?:nf_conntrack_(?:core|proto\w*|seqadj|helper|ovs|reasm|expect|standalone|netlink)|nf_nat_(?:core|proto\w*|helper))\.c$/

const controlOf = (kernel: string): readonly PrintkSite[] => {
	const reader = createControlReader()
	reader.push(readFileSync(new URL(`../../fixtures/dyndbg-control-${kernel}.txt`, import.meta.url), 'utf8'))
	return reader.end()
}

describe('what a site tells', () => {
	test.each(EVERY_SITE.map(({ site }) => [base(site.file), site.func, site.format.trim(), site] as const))(
		'%s %s %j',
		(file, func, _, site) => {
			const told = siteTold(site)
			if (DESCRIBED.test(file)) expect(told.known).toBe(true)
			expect(told.tells.length).toBeGreaterThan(15)
			expect(told.tells.length, told.tells).toBeLessThan(150)
			expect(told.tells).not.toMatch(/\.$|%|\n/)
			if (!told.known) expect(told.tells).toContain(`${func}()`)
			// The line of source says nothing, and neither does what pr_fmt() puts in front.
			expect(siteTold({ ...site, line: 1 })).toEqual(told)
			if (told.known) expect(siteTold({ ...site, format: `${site.module}: ${site.format}` })).toEqual(told)
		},
	)

	test('every described site is one of a kernel', () => {
		const known = new Set(EVERY_SITE.map(({ site }) => `${base(site.file)} ${site.format.trim()}`))
		// Found in the control files of running kernels only.
		for (const { file, format } of ['6.1', '6.12'].flatMap(controlOf))
			known.add(`${base(file)} ${format.trim()}`)
		// One table serves both files of GRE.
		const others = SITE_TEXTS.filter(({ file, format }) => !known.has(`${file} ${format}`))
		expect(new Set(others.map(({ file }) => file))).toEqual(new Set(['nf_nat_proto.c']))
	})

	test.each(['6.1', '6.12'])('every site of module nf_conntrack on a running %s is described', (kernel) => {
		const own = controlOf(kernel).filter(({ module }) =>
			/^(?:nf_conntrack|nf_nat|nf_defrag_ipv6)$/.test(module),
		)
		expect(own.length).toBeGreaterThan(30)
		for (const site of own) expect(siteTold(site).known, `${site.file} ${site.format}`).toBe(true)
	})

	test('a text stands once for a place', () => {
		const keys = SITE_TEXTS.map(({ file, func, format }) => `${file} ${func} ${format}`)
		expect(new Set(keys).size).toBe(keys.length)
	})

	test('silent paths are those of the catalogue', () => {
		const ids = new Set(SILENT_PATHS.map(({ id }) => id))
		for (const { explains = [], narrows = [] } of SITE_TEXTS)
			for (const id of [...explains, ...narrows]) expect(ids.has(id), id).toBe(true)
	})

	test('only bad packets explain bad packets', () => {
		for (const { format, explains = [], talk } of SITE_TEXTS)
			if (explains.length > 0) expect(talk, format).toBe('per-bad-packet')
	})

	test.each<[string, string, string, Talk]>([
		['help', 'DCC %s detected\n', 'help() of nf_x has come to "DCC ... detected"', 'per-packet'],
		['nf_x_init', 'ready %u%%\n', 'nf_x_init() of nf_x has come to "ready ...%"', 'rare'],
		['f', '\x1b[2J%pI4:%hu\n', 'f() of nf_x has come to "\\x1b[2J...:..."', 'per-packet'],
		['initialise', 'x\n', 'initialise() of nf_x has come to "x"', 'per-packet'],
	])('a site that nobody has described: %s', (func, format, tells, talk) => {
		const site = {
			file: 'net/netfilter/nf_x.c',
			line: 1,
			module: 'nf_x',
			func,
			flags: '',
			format,
			class: null,
		}
		expect(siteTold(site)).toEqual({ tells, talk, explains: [], narrows: [], known: false })
	})
})

describe('what the numbers of a line say', () => {
	const KERNEL: Readonly<Record<string, string>> = {
		old: '4.18.0-394.el8',
		older: '4.19.108',
		new: '6.12.117',
	}

	test.each<[kernel: 'old' | 'older' | 'new', text: string, says: string]>([
		['old', 'syn=1 ack=0 fin=0 rst=0 old=0 new=1', 'NONE to SYN_SENT on SYN'],
		['old', 'syn=1 ack=1 fin=0 rst=0 old=1 new=2', 'SYN_SENT to SYN_RECV on SYN+ACK'],
		['old', 'syn=0 ack=1 fin=1 rst=0 old=3 new=4', 'ESTABLISHED to FIN_WAIT on FIN+ACK'],
		['old', 'syn=0 ack=1 fin=0 rst=0 old=3 new=3', 'stays ESTABLISHED on ACK'],
		['old', 'syn=0 ack=0 fin=0 rst=1 old=3 new=8', 'ESTABLISHED to CLOSE on RST'],
		[
			'old',
			'syn=0 ack=0 fin=0 rst=0 old=3 new=77',
			'ESTABLISHED to state 77 on a packet without SYN, ACK, FIN and RST',
		],
		['old', 'tcp_in_window: I=1 II=1 III=1 IV=1', 'inside the window'],
		[
			'old',
			'tcp_in_window: I=0 II=1 III=1 IV=0',
			'SEQ is over the upper bound, ACK is under the lower bound',
		],
		[
			'old',
			'tcp_in_window: res=0 sender end=10 maxend=1010 maxwin=1 receiver end=0 maxend=0 maxwin=0',
			'out of the window; sender may send 1 000 more, receiver not seen yet',
		],
		[
			'old',
			'tcp_in_window: res=1 sender end=4294967290 maxend=10 maxwin=1 receiver end=20 maxend=10 maxwin=0',
			'accepted; sender may send 16 more, receiver is 10 beyond',
		],
		['old', 'seq=4294967295 ack=0+(0) sack=0+(0) win=64240 end=4', '5 in sequence numbers, window 64 240'],
		[
			'old',
			'seq=1 ack=5+(-7) sack=5+(-7) win=1 end=1',
			'0 in sequence numbers, window 1, ACK shifted by -7 by NAT',
		],
		[
			'older',
			'tcp_new: sender end=10 maxend=20 maxwin=1 scale=8 receiver end=0 maxend=0 maxwin=0 scale=0',
			'sender may send 10 more, receiver not seen yet',
		],
		['old', 'nf_ct_tcp: Invalid dir=1 index=4 ostate=7', 'RST in the reply direction in state TIME_WAIT'],
		['new', "icmp: can't create new conn with type 0", 'type 0, echo reply'],
		['new', "icmp: can't create new conn with type 77", 'type 77'],
		['new', "icmpv6: can't create new conn with type 129", 'type 129, echo reply'],
		[
			'old',
			'nf_conntrack_sctp: Invalid dir=0 ctype=1 conntrack=4',
			'INIT in the original direction in state ESTABLISHED',
		],
		[
			'old',
			'dir: 1   cur_state: SCTP_CONNTRACK_COOKIE_WAIT  chunk_type: 2  new_state: SCTP_CONNTRACK_COOKIE_WAIT',
			'COOKIE_WAIT to COOKIE_WAIT on INIT ACK in the reply direction',
		],
		['new', 'Unknown chunk type 0, Will stay in NONE', 'DATA, stays NONE'],
		['old', 'Chunk Num: 0  Type: 10', 'COOKIE ECHO'],
		['new', 'Setting vtag 5000000 for new conn', 'tag 5000000, on little-endian machines 0x00000005'],
		[
			'new',
			'Setting vtag 5000000 for dir 1',
			'tag 5000000, on little-endian machines 0x00000005 in the reply direction',
		],
		['new', 'Unsupported GRE proto(0x800)', 'carries IPv4, not PPP (0x880b)'],
		['new', 'Unsupported GRE proto(0x1234)', 'carries protocol 0x1234, not PPP (0x880b)'],
		[
			'new',
			'nf_conntrack: bogus IPv4 packet: nhoff 0, ihl 60, skblen 40',
			'a header of 60 bytes at 0 in 40 bytes',
		],
		['new', 'Adjusting sequence number from 4294967290->4', 'SEQ shifted by 10'],
		['new', 'Adjusting ack number from 9->5, ack from 7->7', 'SEQ shifted by -4, ACK not shifted'],
		['new', 'nf_conntrack_sctp: invalid new deleting.', ''],
		['old', 'syn=1 ack=0 fin=0 rst=0 old=0 new=99999999999999999999', ''],
		['new', 'nf_conntrack_irc: DCC bound ip/port: 10.0.0.1:80', ''],
	])('%s: %s', (kernel, text, says) => {
		const sites = sitesOf(KERNEL[kernel] ?? '', 'p').map(({ site }) => site)
		const line = createPrintkReader(siteIds(sites))(text)
		if (line === undefined) throw new Error('not recognised')
		expect(decoded(line.site, line.values)).toBe(says)
	})

	test('no value is there, as in a line that was cut', () => {
		for (const { site } of EVERY_SITE) expect(decoded(site, []), site.format).toBe('')
	})
})

describe('how talkative sites are', () => {
	const RATES: Rates = { packets: 10_000, connections: 200, invalid: 30 }

	test.each<[readonly Talk[], Partial<Rates>, number | null]>([
		[[], {}, 0],
		[['rare'], {}, 0],
		[['per-bad-packet'], {}, 30],
		[['per-connection'], {}, 230],
		[['per-packet'], {}, 10_000],
		[['per-packet', 'per-packet', 'per-bad-packet'], {}, 20_030],
		[['per-packet'], { packets: null }, null],
		[['per-bad-packet', 'per-connection'], { connections: null }, null],
		[['rare', 'per-bad-packet'], { packets: null, connections: null }, 30],
	])('%j at %j', (talks, rates, lines) => expect(estimate(talks, { ...RATES, ...rates })).toBe(lines))

	test('has words', () => {
		for (const { talk } of SITE_TEXTS) expect(TALK_WORDS[talk]).toMatch(/^a line /)
	})
})

describe('sites that explain silent packets', () => {
	const OPEN = SILENT_PATHS.map(({ id }) => ({ id, standing: 'possible' as const }))
	const only = (id: string, standing: SilentPath['standing'] = 'likely') => [{ id, standing }]
	const texts = (kernel: string, silent: readonly Pick<SilentPath, 'id' | 'standing'>[]) =>
		proposals(
			sitesOf(kernel).map(({ site }) => site),
			silent,
		).map(({ site }) => site.format.trim())

	test.each<[string, kernel: string, string, readonly string[]]>([
		[
			'a late FIN',
			'6.1.192',
			'silent-tcp-new',
			['nf_ct_tcp: invalid new deleting.', "nf_conntrack_in: Can't track with proto module"],
		],
		['a late FIN where the kernel says it itself', '6.12.117', 'silent-tcp-new', []],
		['not picked up', '6.1.192', 'silent-tcp-loose', ["nf_conntrack_in: Can't track with proto module"]],
		['not picked up', '6.12.117', 'silent-tcp-loose', []],
		[
			'a reply without request',
			'6.12.117',
			'silent-icmp-reply',
			["icmp: can't create new conn with type %u", "icmpv6: can't create new conn with type %u"],
		],
		['GRE', '6.12.117', 'silent-gre', ['Unsupported GRE proto(0x%x)']],
		['SCTP', '7.3.4', 'silent-sctp', ['nf_conntrack_sctp: invalid new deleting.']],
		[
			'an ICMP error',
			'4.19.108',
			'silent-icmp-error',
			[
				'icmp_error_message: failed to get tuple',
				'icmp_error_message: no match',
				'icmp_error_message: no match',
				"icmpv6_error: Can't get tuple",
				"icmpv6_error: Can't invert tuple",
				'icmpv6_error: no match',
			],
		],
		['nobody asked', '6.1.192', 'silent-not-asked', []],
	])('%s on %s', (_, kernel, path, expected) => {
		const found = texts(kernel, only(path))
		// Headers cannot be told from headers in a quotation.
		const own = found.filter((text) => !/IPv4 packet|nexthdr|find proto/.test(text))
		expect(own.toSorted()).toEqual([...expected].toSorted())
		expect(texts(kernel, only(path, 'ruled-out'))).toEqual([])
		if (expected[0] !== undefined && own.length > 1) expect(found[0]).toBe(expected[0])
	})

	test.each(KERNELS)('%s: likely ones first, then exact ones', (kernel) => {
		const silent = silentPaths({
			values: { log_invalid: '255', tcp_loose: '0', 'nf_log.2': 'nf_log_ipv4', 'nf_log.10': 'nf_log_ipv6' },
			moved: { invalid: 5, error: 5, drop: 0 },
			traits: { windowVerdict: 'invalid' },
		})
		const found = proposals(
			sitesOf(kernel).map(({ site }) => site),
			silent,
		)
		expect(found.length).toBeGreaterThan(4)
		const rank = found.map(({ standing, exact }) => (standing === 'likely' ? 0 : 2) + (exact ? 0 : 1))
		expect(rank).toEqual(rank.toSorted())
		for (const { paths, told, exact } of found) {
			expect(paths.length).toBeGreaterThan(0)
			for (const path of paths) expect(exact ? told.explains : told.narrows).toContain(path)
			expect(silent.find(({ id }) => id === paths[0])?.standing).not.toBe('ruled-out')
		}
	})

	test('of running kernels', () => {
		const of = (kernel: string) => proposals(controlOf(kernel), OPEN).map(({ site }) => site.format.trim())
		expect(of('6.1')).toContain('nf_ct_tcp: invalid new deleting.')
		expect(of('6.12')).not.toContain('nf_ct_tcp: invalid new deleting.')
		expect(of('6.12')).toContain("icmp: can't create new conn with type %u")
		expect(of('6.1')).toContain("Can't invert tuple.")
		expect(of('6.12')).not.toContain("Can't invert tuple.")
	})

	test('frequent packets before odd headers, also of sites that tell of both', () => {
		const [first, second] = proposals(controlOf('6.1'), OPEN).map(({ site }) => site.func)
		expect([first, second]).toEqual(['tcp_new', 'nf_conntrack_icmp_packet'])
		expect(proposals(controlOf('6.12'), OPEN)[0]?.site.func).toBe('nf_conntrack_icmp_packet')
	})

	test('nothing is proposed without sites or paths', () => {
		expect(proposals([], OPEN)).toEqual([])
		expect(texts('6.1.192', [])).toEqual([])
	})
})
