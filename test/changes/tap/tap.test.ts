import { describe, expect, test } from 'vitest'
import { copiesTap, isCopies } from '../../../src/changes/tap/copies.ts'
import { type Tap, tapOf, tapProblem } from '../../../src/changes/tap/tap.ts'
import { tapsAsked } from '../../../src/changes/tap/tap-asked.ts'
import { sameByHand } from '../../../src/changes/tap/tap-commands.ts'
import { inetTables, parseTapListing } from '../../../src/changes/tap/tap-listing.ts'
import { rulesOf, tableScript, textInComments } from '../../../src/changes/tap/tap-rules.ts'
import { parseTap, tapText } from '../../../src/changes/tap/tap-text.ts'
import { readTyped } from '../../../src/changes/tap/tap-typed.ts'
import { tapOfText } from '../../../src/changes/tap/tap-words.ts'
import { planTaps, SWITCHES_ON } from '../../../src/changes/tap-plan.ts'

const is = (value: string) => ({ not: false, value })
const not = (value: string) => ({ not: true, value })
const tap = (given: Partial<Tap>) => tapOf({ kind: 'tap', hooks: ['input'], ...given })

describe('the text of a tap', () => {
	test.each([
		tap({ states: ['invalid'] }),
		tap({
			kind: 'preview',
			prefix: 'ends with blanks  ',
			match: { proto: is('tcp'), dport: not('22,80-90') },
		}),
		tap({ kind: 'count', hooks: ['output', 'prerouting'] }),
		tap({
			kind: 'trace',
			states: ['invalid', 'new'],
			match: { saddr: not('2001:db8::/32'), in: is('eth*') },
		}),
		tap({
			to: { kind: 'nflog', group: 7 },
			options: ['uid', 'tcp-seq'],
			level: 'debug',
			rate: { packets: 5, per: 'minute', burst: 1 },
		}),
		tap({ prefix: 'has prefix=x. in it' }),
		copiesTap('nflog', '4026531840 K7QF3', 200),
		copiesTap('kmsg', '4026531840 K7QF3', 200),
	])('%# reads back as it was, also out of the table', (one) => {
		expect(tapProblem(one)).toBeUndefined()
		const text = tapText(one)
		expect(parseTap(text)).toEqual(one)
		const script = tableScript('ctscope', one, { owner: true })
		const comments = [...script.matchAll(/comment "([^"]*)"/g)].map(([, comment = '']) => comment)
		expect(comments.every((comment) => comment.length <= 127)).toBe(true)
		expect(textInComments(comments)).toBe(text)
		expect(parseTapListing('ctscope', script)?.tap).toEqual(one)
	})

	test.each([
		'',
		'absent',
		'tap name=x',
		`${tapText(tap({}))} `,
		tapText(tap({})).replace('input', 'input; drop'),
		tapText(tap({})).replace('tap tap', 'tap a"; flush ruleset; "'),
		tapText(tap({ match: { in: is('eth0') } })).replace('eth0', 'e"0'),
		tapText(tap({ match: { saddr: is('10.0.0.1') } })).replace('10.0.0.1', '{10.0.0.1}'),
		tapText(tap({})).replace('rate=10/second', 'rate=100000/second'),
	])('%j is none', (text) => {
		expect(parseTap(text)).toBeUndefined()
	})
})

describe('what cannot be made says why', () => {
	test.each([
		[{ prefix: 'x'.repeat(30) }, '29 characters, this one has 30'],
		[{ prefix: 'a"b' }, 'without "'],
		[{ hooks: [] }, 'name a hook'],
		[{ match: { dport: is('22') } }, 'say tcp, udp'],
		[{ match: { proto: is('tcp'), dport: is('70000') } }, 'not a port'],
		[{ match: { proto: is('tcp'), dport: is('90-80') } }, 'ends before it begins'],
		[{ match: { saddr: is('10.0.0.256') } }, 'not an address'],
		[{ match: { saddr: is('1::2::3') } }, 'not an address'],
		[{ match: { saddr: is('10.0.0.1'), daddr: is('::1') } }, 'never meet'],
		[{ match: { out: is('eth0') } }, 'no interface yet that it leaves by'],
		[{ hooks: ['output'], match: { in: is('eth0') } }, 'has no interface it came in on'],
		[{ to: { kind: 'nflog', group: 65_536 } }, 'NFLOG is 0 to 65535'],
		[{ to: { kind: 'nflog', group: 0 }, snaplen: 0 }, 'cut for NFLOG only'],
		[{ snaplen: 100 }, 'cut for NFLOG only'],
		[{ name: 'a b' }, 'a tap is named'],
	] as const)('%j', (given, why) => {
		expect(tapProblem({ ...tap({}), ...(given as Partial<Tap>) })).toContain(why)
	})
})

describe('rules as people type them', () => {
	test.each([
		['-p tcp --dport 1234 -j DROP', { proto: is('tcp'), dport: is('1234') }, 'DROP'],
		[
			'sudo iptables -A INPUT -p tcp -m tcp --dport 1000:2000 -j REJECT',
			{ family: 'ip', proto: is('tcp'), dport: is('1000-2000') },
			'REJECT',
		],
		[
			'ip6tables -I FORWARD 3 ! -s 2001:db8::/32 -i eth+ -j DROP',
			{ family: 'ip6', saddr: not('2001:db8::/32'), in: is('eth*') },
			'DROP',
		],
		[
			'-p tcp -m multiport --dports 22,80 --syn -j DROP',
			{ proto: is('tcp'), dport: is('22,80'), flags: is('fin,syn,rst,ack/syn') },
			'DROP',
		],
		['tcp dport 1234 drop', { proto: is('tcp'), dport: is('1234') }, 'drop'],
		[
			'nft add rule inet filter input ip saddr != 10.0.0.0/8 udp dport { 53, 123 } counter drop',
			{ saddr: not('10.0.0.0/8'), proto: is('udp'), dport: is('53,123') },
			'drop',
		],
		['iifname "eth0" meta l4proto icmp accept', { in: is('eth0'), proto: is('icmp') }, 'accept'],
	])('%s', (text, match, verdict) => {
		expect(readTyped(text)).toMatchObject({ ok: true, rule: { match, verdict } })
	})

	test.each([
		['-A INPUT -m conntrack ! --ctstate NEW,ESTABLISHED -j DROP', ['related', 'invalid', 'untracked']],
		['-m state --state INVALID -j DROP', ['invalid']],
		['ct state != established drop', ['new', 'related', 'invalid', 'untracked']],
		['ct state { invalid, new } drop', ['new', 'invalid']],
	])('%s', (text, states) => {
		expect(readTyped(text)).toMatchObject({ ok: true, rule: { states } })
	})

	test.each([
		['-m string --string x -j DROP', 'the match string'],
		['-A mychain -p tcp -j DROP', 'mychain is reached by jumps only'],
		['-p', 'needs a value'],
		['meta mark 5 drop', 'meta mark'],
		['', 'type a rule'],
	])('%j is refused with the word in the way', (text, why) => {
		expect(readTyped(text)).toMatchObject({ ok: false, why: expect.stringContaining(why) })
	})

	test('the same by hand, for both tools', () => {
		const asked = tapsAsked({
			kind: 'preview',
			hooks: [],
			states: [],
			rate: undefined,
			burst: undefined,
			level: 'debug',
			options: ['uid'],
			prefix: 'Would reject TCP 1234 ',
			rule: '-4 -p tcp --dport 1234 -j DROP',
		})
		expect(asked.ok && asked.value.flatMap(sameByHand)).toEqual([
			`nft 'insert rule inet filter input meta nfproto ipv4 tcp dport 1234 counter limit rate 10/second burst 20 packets log prefix "Would reject TCP 1234 " level debug flags skuid'`,
			'iptables -I INPUT -p tcp --dport 1234 -m limit --limit 10/second --limit-burst 20 -j LOG --log-level debug --log-prefix "Would reject TCP 1234 " --log-uid',
		])
	})
})

describe('the plan', () => {
	const settings = { values: { nf_log_all_netns: '0' }, count: 0, loggers: [], listeners: null }
	const asked = {
		settings,
		netns: { initial: false },
		tables: [],
		others: [],
		isTracking: true,
		nft: '1.0.6',
	}

	test('the kernel log of another namespace is opened first, and each tap has a table that is free', () => {
		const { plan, blockers } = planTaps({
			...asked,
			tables: ['ctscope'],
			taps: [tap({ states: ['new'] }), tap({ states: ['invalid'] })],
		})
		expect(blockers).toEqual([])
		expect(plan.changes.map(({ knob }) => knob)).toEqual([
			'nf_log_all_netns',
			'table:ctscope_2',
			'table:ctscope_3',
		])
	})

	test('nothing shows that conntrack is active: said before it is switched on', () => {
		expect(planTaps({ ...asked, isTracking: false, taps: [tap({ states: ['new'] })] }).notes).toContain(
			SWITCHES_ON,
		)
		expect(planTaps({ ...asked, isTracking: false, taps: [tap({})] }).notes).not.toContain(SWITCHES_ON)
	})

	test('two taps whose lines could not be told apart are refused', () => {
		const { blockers } = planTaps({
			...asked,
			others: [tap({ prefix: 'x: ' })],
			taps: [tap({ prefix: 'x: y ' })],
		})
		expect(blockers.join()).toContain('choose one that begins differently')
		expect(tapOfText('x: y IN=lo', [tap({ name: 'a', prefix: 'x: y ' })])?.name).toBe('a')
	})

	test('without nft it says how to get it', () => {
		expect(planTaps({ ...asked, nft: null, taps: [tap({})] }).blockers).toEqual([
			'nft is not installed: apt install nftables',
		])
	})
})

test('what only counts has a rule for each state', () => {
	expect(rulesOf(tap({ kind: 'count' }))).toEqual(
		['new', 'established', 'related', 'invalid', 'untracked'].map((state) => `ct state ${state} counter`),
	)
})

test('tables of others are seen, by their names only', () => {
	expect(inetTables('table ip filter\ntable inet fw\ntable inet ctscope_2\n')).toEqual(['fw', 'ctscope_2'])
})

describe('the tap that copies INVALID packets to us', () => {
	test('takes the headers where conntrack has judged, by NFLOG at once', () => {
		const one = copiesTap('nflog', '4026531840 K7QF3', 200)
		expect(isCopies(one)).toBe(true)
		expect(one.hooks).toEqual(['prerouting', 'output'])
		expect(rulesOf(one)).toEqual([
			'ct state invalid counter limit rate 100/second burst 100 packets log prefix "ctscope 4026531840 K7QF3: " group 0 snaplen 512 queue-threshold 1',
		])
	})

	test.each([
		['nflog', 200, 100],
		['nflog', 50, 25],
		['nflog', 100_000, 100],
		['nflog', 0, 100],
		['kmsg', 200, 25],
		['kmsg', 1, 1],
		['kmsg', 0, 25],
	] as const)('lets through less than what is a flood: %s, %i', (source, maxRate, packets) => {
		expect(copiesTap(source, 'x', maxRate).rate).toEqual({ packets, per: 'second', burst: packets })
	})

	test('a tap of the same packets that someone has asked for is another one', () => {
		expect(isCopies(tap({ states: ['invalid'] }))).toBe(false)
	})
})
