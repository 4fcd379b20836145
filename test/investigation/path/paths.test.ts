import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { traceFacts, traceText } from '../../../src/commands/trace/text.ts'
import { decisionText, untold } from '../../../src/investigation/path/decision.ts'
import { pathJson } from '../../../src/investigation/path/json.ts'
import { endLine, pathLines, textOf } from '../../../src/investigation/path/lines.ts'
import type { Path } from '../../../src/investigation/path/path.ts'
import { pathsOf } from '../../../src/investigation/path/paths.ts'
import { sameWays } from '../../../src/investigation/path/same-way.ts'
import { createXtablesMonitor } from '../../../src/kernel/given/xtables-monitor.ts'
import type { Chain, Rule } from '../../../src/kernel/rules/rule.ts'
import { createTraceReader } from '../../../src/kernel/rules/trace.ts'

/** Real traces of nft 1.0.6 and xtables-monitor 1.8.9 on Linux 6.18, written at the same time. */
const fixture = (name: string) =>
	readFileSync(join(import.meta.dirname, '../../fixtures/trace', name), 'utf8')

const chain = (
	place: string,
	hook: string,
	priority: number,
	type: 'filter' | 'nat' = 'filter',
	backend: Chain['backend'] = 'nft',
): Chain => {
	const [family = '', table = '', name = ''] = place.split(' ')
	return {
		backend,
		family: family as Chain['family'],
		table,
		name,
		base: { hook, priority, type, policy: 'accept' },
		counter: null,
		size: 1,
	}
}

/** Loopback: jumps, goto, return, a map of verdicts, reject, a policy that drops, NAT. */
const HOOKS = [
	chain('inet t tr', 'prerouting', -350),
	chain('inet t tro', 'output', -350),
	chain('inet t in', 'input', 0),
	chain('ip t2 in', 'input', 10),
	chain('ip nat out', 'output', -100, 'nat'),
	chain('ip nat post', 'postrouting', 100, 'nat'),
	chain('ip6 six in', 'input', 0),
]
/** A router with a bridge behind it: ingress, DNAT and masquerade, a queue, rules that came and went meanwhile. */
const FORWARDED = [
	chain('netdev nd ing', 'ingress', 0),
	chain('bridge bb out', 'output', 0),
	chain('ip nat pre', 'prerouting', -100, 'nat'),
	chain('ip nat post', 'postrouting', 100, 'nat'),
	chain('ip mangle FORWARD', 'forward', -150, 'filter', 'iptables-nft'),
	chain('inet fw through', 'forward', 0),
	chain('inet fw in', 'input', 0),
	chain('inet fw late', 'postrouting', 200),
]

const byNft = (text: string) => {
	const reader = createTraceReader()
	reader.push(text)
	return reader
}
const byMonitor = (text: string) => {
	const reader = createTraceReader()
	const monitor = createXtablesMonitor()
	for (const line of text.split('\n')) for (const one of monitor.take(line)) reader.push(`${one}\n`)
	return reader
}
type Reader = ReturnType<typeof createTraceReader>
const paths = (reader: Reader, chains: readonly Chain[], rules: readonly Rule[] = []): readonly Path[] =>
	pathsOf(reader.packets(), { ruleset: { chains, rules }, reasons: [], lost: reader.lost() })
const lines = (path: Path | undefined): readonly string[] =>
	path === undefined ? [] : pathLines(path).map(textOf)
/** The packets that came to this port, and not those that left for it. */
const cameTo = (all: readonly Path[], port: number): Path | undefined =>
	all.find(({ flow, stages }) => flow.includes(`:${port} `) && stages[0]?.from === 'lo')

describe('a real trace by nft', () => {
	const hooks = paths(byNft(fixture('hooks-by-nft.log')), HOOKS)

	test('a jump by a map, a return, and the rule that drops behind them', () => {
		expect(lines(cameTo(hooks, 81)).slice(0, 8)).toEqual([
			'   in lo, 60 bytes, TTL 64, IP id 21973',
			'   prerouting -350  inet t tr',
			'     continue: meta nftrace set 1 (handle 6)',
			'     policy accept',
			'   input 0  inet t in',
			'     jump sub: tcp dport vmap { 81 : jump sub, 82 : jump sub, 83 : jump sub, 84 : drop, 85 : accept } (handle 14)',
			'       return: tcp dport 81 return (handle 9)',
			'=>   drop: tcp dport 81 counter drop (handle 17)',
		])
	})

	test('a goto does not come back: the policy of the chain of the hook follows, and a later table drops by its policy', () => {
		const path = cameTo(hooks, 83)
		expect(lines(path).slice(6, 11)).toEqual([
			'       continue: ip saddr 127.0.0.1 counter (handle 10)',
			'       goto gone: tcp dport 83 goto gone (handle 12)',
			'       continue: tcp dport 83 counter log prefix "x" (handle 8)',
			'     policy accept',
			'=> input 10  ip t2 in: policy drop',
		])
		expect(path && decisionText(path)).toBe('drop by the policy of ip t2 in')
	})

	test('accepted in one table and dropped in a later one: the later one decides', () => {
		const path = cameTo(hooks, 85)
		expect(path?.decision).toMatchObject({ word: 'drop', stage: { table: 't2' } })
		expect(lines(path).filter((line) => line.includes('accept: '))).toHaveLength(1)
	})

	test('a map that drops, and a reject, which nft tells as a drop', () => {
		expect(cameTo(hooks, 84)?.decision).toMatchObject({ word: 'drop', by: { step: { handle: 14 } } })
		expect(cameTo(hooks, 86)?.decision).toMatchObject({ word: 'reject', by: { step: { handle: 15 } } })
	})

	test('IPv6', () => {
		const path = hooks.find(({ flow, ending }) => flow.startsWith('UDP [::1]:') && ending === 'decided')
		expect(path?.flow).toBe('UDP [::1]:59532 > [::1]:7')
		expect(path && decisionText(path)).toBe('drop by rule with handle 2 of ip6 six in: udp dport 7 drop')
	})

	test('what this host sends to itself is told as the same packet, also where its source was changed', () => {
		const sent = hooks.find(({ flow, stages }) => flow.endsWith(':90 SYN') && stages[0]?.to === 'lo')
		const came = hooks.find(({ again }) => again === sent?.packet.id)
		expect(came?.flow).toBe('TCP 10.9.0.1:56762 > 127.0.0.1:82 SYN')
		expect(sent && untold(sent)).toEqual(['which source address it got is not known: no later chain saw it'])
		// Without a number of the IP header nothing says so.
		const without = hooks.filter(({ packet: of }) => of.fields['ip id'] === '0')
		expect(without.length).toBeGreaterThan(4)
		expect(without.every(({ again }) => again === undefined)).toBe(true)
	})

	test('ingress, NAT before and after, and a bridge: in the order in which they were passed', () => {
		const [path] = paths(byNft(fixture('forwarded-by-nft.log')), FORWARDED)
		expect(lines(path)).toEqual([
			'   in vc, out vs, 60 bytes, TTL 64, IP id 51718',
			'   ingress 0  netdev nd ing',
			'     continue: ip daddr 10.1.0.1 meta nftrace set 1 (handle 3)',
			'     policy accept',
			'   prerouting -100  ip nat pre',
			'     accept: tcp dport 8080 dnat to 10.2.0.2:80 (handle 3)',
			'   NAT: 10.1.0.2:55448 > 10.1.0.1:8080 became 10.1.0.2:55448 > 10.2.0.2:80 (by the rule above)',
			'   forward -150  ip mangle FORWARD: policy accept',
			'   forward 0  inet fw through',
			'     accept: tcp dport 80 accept (handle 4)',
			'   postrouting 100  ip nat post',
			'     accept: oifname "br0" masquerade (handle 4)',
			'   NAT: 10.1.0.2:55448 > 10.2.0.2:80 became 10.2.0.1:55448 > 10.2.0.2:80 (by the rule above)',
			'   postrouting 200  inet fw late: policy accept',
			'   output 0  bridge bb out',
			'     continue: ip daddr 10.2.0.2 counter (handle 2)',
			'=>   policy accept',
		])
	})

	test('a queue: what the program did is not known, and a packet that came back goes on', () => {
		const forwarded = paths(byNft(fixture('forwarded-by-nft.log')), FORWARDED)
		const [gone, back] = [53, 54].map((port) => forwarded.find(({ flow }) => flow.endsWith(`:${port}`)))
		expect(gone).toMatchObject({ ending: 'queued', decision: { word: 'queue' } })
		expect(gone && endLine(gone)?.text).toContain(
			'what the program behind the queue did with it is not in the trace',
		)
		expect(back).toMatchObject({ ending: 'decided', decision: { word: 'drop' } })
		expect(lines(back)).toContain('     came back from the queue')
		expect(back && untold(back)).toEqual([expect.stringMatching(/^it came back from the queue: whether /)])
	})

	test('a rule that was added meanwhile: its verdict is known, its text is not', () => {
		const path = paths(byNft(fixture('forwarded-by-nft.log')), FORWARDED).find(({ flow }) =>
			flow.endsWith(':10'),
		)
		expect(lines(path)).toContain('=>   drop: rule text not known (handle 6)')
		expect(path && untold(path)).toEqual([expect.stringContaining('added or removed while the trace ran')])
	})
})

describe('xtables-monitor', () => {
	test('tells the same ways and verdicts as nft, queues by their numbers too', () => {
		const way = ({ flow, stages, ending, decision }: Path) => ({
			ending,
			word: decision?.word,
			ports: flow.replace(/^\S+ (?:\S+ > )?/, ''),
			stages: stages.map(({ family, table, chain, changed }) => [family, table, chain, changed]),
			words: stages.flatMap(({ steps }) => steps.map(({ word }) => word)),
		})
		const monitor = paths(byMonitor(fixture('forwarded.log')), FORWARDED).map(way)
		const nft = paths(byNft(fixture('forwarded-by-nft.log')), FORWARDED).map(way)
		// It prints the headers of Ethernet hooks as bytes, so that its first addresses come a hook later.
		const plain = (all: typeof nft) =>
			all.map(({ stages, ports: _, ...one }) => ({
				...one,
				stages: stages.map((stage) => stage.slice(0, 3)),
			}))
		expect(plain(monitor)).toEqual(plain(nft))
		expect(monitor.map(({ ending }) => ending)).toContain('queued')
	})
})

const packet = (id: string, place: string, ends = 'ip saddr 10.0.0.1 ip daddr 10.0.0.2', more = '') =>
	`trace id ${id} ${place} packet: iif "eth0" ${ends} ip id 77 ${more}tcp sport 5 tcp dport 80 \n`
const step = (id: string, place: string, what: string) => `trace id ${id} ${place} ${what}\n`

describe('what is not known is said', () => {
	const at = 'inet f in'
	const chains = [
		chain('inet f pre', 'prerouting', -300),
		chain('inet f at', 'prerouting', -150),
		chain('inet f in', 'input', 0),
		chain('inet f late', 'input', 50),
		chain('inet f fwd', 'forward', 0),
	]
	const one = (text: string, rules: readonly Rule[] = [], before: readonly Rule[] = []): Path => {
		const reader = byNft(text)
		const [path] = pathsOf(reader.packets(), {
			ruleset: { chains, rules },
			before: { rules: before },
			reasons: [],
			lost: reader.lost(),
		})
		if (path === undefined) throw new Error('no packet')
		return path
	}

	test.each([
		[
			'in the middle of a chain',
			packet('1', at) + step('1', at, 'rule counter # handle 3 (verdict continue)'),
		],
		['behind a jump', packet('1', at) + step('1', at, 'rule jump x # handle 3 (verdict jump x)')],
		['when it has come into a chain', packet('1', at)],
		[
			'in a chain behind another',
			packet('1', 'inet f at') + step('1', 'inet f at', 'policy accept') + packet('1', at),
		],
		['in a verdict that lacks', packet('1', at) + step('1', at, 'rule tcp dport 80')],
	])('a trace that was cut %s has no verdict', (_, text) => {
		const path = one(text)
		expect(path).toMatchObject({ ending: 'cut', decision: undefined })
		expect(decisionText(path)).toMatch(/^not known|^last seen in/)
		expect(pathJson(path).verdict).toBeNull()
		expect(pathLines(path).some(({ decides }) => decides)).toBe(false)
	})

	test('let through, and told nowhere in the hooks that come next', () => {
		const path = one(packet('1', 'inet f at') + step('1', 'inet f at', 'policy accept'))
		expect(path.ending).toBe('passed')
		expect(untold(path)).toEqual([
			expect.stringMatching(
				/^it was let through in prerouting, and traced nowhere in input or forward \(inet f in /,
			),
		])
	})

	test('let through, and not told in a later chain of the same hook', () => {
		const path = one(packet('1', at) + step('1', at, 'policy accept'))
		expect(untold(path)).toEqual([expect.stringContaining('it was not traced in inet f late (input 50)')])
	})

	test('a chain in which nothing was told, while later ones saw the packet', () => {
		const path = one(packet('1', 'inet f at') + packet('1', at) + step('1', at, 'policy drop'))
		expect(path.decision?.word).toBe('drop')
		expect(lines(path)).toContain('     what happened here is not in the trace')
		expect(untold(path)).toEqual([expect.stringContaining('let through there, because later chains saw it')])
	})

	test('events that were lost', () => {
		const path = one(
			`${packet('1', at)}# ERROR: We lost some netlink events!\n${step('1', at, 'policy drop')}`,
		)
		expect(untold(path)).toEqual([expect.stringContaining('trace events were lost (once)')])
	})

	test('what stands in front of the rule that marked it', () => {
		const ours = 'inet ctscope prerouting'
		const text =
			packet('1', ours) + step('1', ours, 'policy accept') + packet('1', at) + step('1', at, 'policy drop')
		const all = [...chains, chain(ours, 'prerouting', -199)]
		const [path] = paths(byNft(text), all)
		expect(path && untold(path)).toEqual([
			'it was traced from prerouting -199 on; what comes before was not: inet f pre (prerouting -300)',
		])
		expect(path?.stages.map(({ table }) => table)).toEqual(['f'])
	})

	const rule = (text: string, more: Partial<Rule> = {}): Rule => ({
		backend: 'nft',
		family: 'inet',
		table: 'f',
		chain: 'in',
		number: 4,
		handle: 9,
		text,
		state: null,
		verdict: { kind: 'final', word: 'drop' },
		log: null,
		counter: null,
		sharedCounter: null,
		comment: '',
		...more,
	})
	const dropped =
		packet('1', at) +
		step('1', at, 'rule tcp dport 80 counter packets 3 bytes 9 drop # handle 9 (verdict drop)')

	test('a rule is named by its number where it is still the same', () => {
		const path = one(dropped, [rule('tcp dport 80 counter drop')])
		expect(decisionText(path)).toBe('drop by rule 4 of inet f in: tcp dport 80 counter drop')
		expect(untold(path)).toEqual([])
	})

	test('a handle that is another rule now is not named by its number', () => {
		const path = one(dropped, [rule('udp dport 53 accept', { verdict: { kind: 'final', word: 'accept' } })])
		expect(decisionText(path)).toBe('drop by rule with handle 9 of inet f in: tcp dport 80 counter drop')
		expect(untold(path)).toEqual([expect.stringContaining('the rules changed')])
	})

	test('a rule that is not there any more', () => {
		const path = one(dropped, [], [rule('tcp dport 80 counter drop')])
		expect(decisionText(path)).toContain('rule 4 of inet f in')
		expect(untold(path)).toEqual([expect.stringContaining('is not there any more')])
	})

	test('a rule without a text that was read afterwards', () => {
		const text = packet('1', at) + step('1', at, 'unknown rule handle 9 (verdict drop)')
		const path = one(text, [rule('tcp dport 80 counter drop')])
		expect(decisionText(path)).toBe('drop by rule 4 of inet f in: tcp dport 80 counter drop')
		expect(untold(path)).toEqual([expect.stringContaining('was read afterwards')])
	})

	test('nothing but the rule that marked it', () => {
		const ours = 'inet ctscope output'
		const text = packet('1', ours) + step('1', ours, 'policy accept')
		expect(decisionText(one(text))).toContain('no trace event after')
		expect(decisionText(paths(byNft(text), [])[0] as Path)).toBe('no chain of nftables was in its path')
	})
})

describe('packets beside each other', () => {
	const at = 'inet f in'

	test('two that came at once, line by line', () => {
		const text =
			packet('a', at) +
			packet('b', at, 'ip saddr 10.0.0.3 ip daddr 10.0.0.2') +
			step('a', at, 'rule jump x # handle 3 (verdict jump x)') +
			step('b', at, 'rule drop # handle 4 (verdict drop)') +
			step('a', 'inet f x', 'rule accept # handle 5 (verdict accept)')
		const [first, second] = paths(byNft(text), [chain(at, 'input', 0)])
		expect(first?.decision).toMatchObject({ word: 'accept', by: { depth: 1 } })
		expect(second?.decision).toMatchObject({ word: 'drop', by: { depth: 0 } })
	})

	test('a program that lets a packet begin its chain anew', () => {
		const text =
			packet('a', at) +
			step('a', at, 'rule queue # handle 3 (verdict queue)') +
			packet('a', at) +
			step('a', at, 'rule drop # handle 4 (verdict drop)')
		const all = paths(byNft(text), [chain(at, 'input', 0)])
		expect(all.map(({ stages, decision }) => [stages.length, decision?.word])).toEqual([[2, 'drop']])
	})

	test('those of one way are told once in a terminal, and each by itself in a pipe', () => {
		const drop = (id: string) => packet(id, at) + step(id, at, 'rule drop # handle 4 (verdict drop)')
		const all = paths(byNft(drop('a') + drop('b') + drop('c')), [chain(at, 'input', 0)])
		expect(sameWays(all).map(({ paths: same }) => same.length)).toEqual([3])
		const told = { paths: all, legacy: [], hasLegacy: false }
		expect(traceText(told, 80)[0]).toBe('TCP 10.0.0.1:5 > 10.0.0.2:80 (and 2 more packets took this path)')
		expect(traceFacts(told).filter((line) => line.startsWith('verdict '))).toHaveLength(3)
	})
})

describe('whatever is told', () => {
	const all = fixture('forwarded-by-nft.log').split('\n').concat(fixture('hooks-by-nft.log').split('\n'))
	/** Lines that were lost, and their order otherwise kept. */
	const some = fc
		.array(fc.boolean(), { minLength: all.length, maxLength: all.length })
		.map((kept) => `${all.filter((_, index) => kept[index] === true).join('\n')}\n`)

	test('each step stands in its path once, one of them decides at most, and no line of a pipe is broken', () => {
		fc.assert(
			fc.property(some, fc.boolean(), (text, hasRules) => {
				const reader = byNft(text)
				const told = paths(reader, hasRules ? [...HOOKS, ...FORWARDED] : [])
				for (const path of told) {
					const steps = path.stages.flatMap((stage) => stage.steps.map(({ step: of }) => of))
					expect(steps).toEqual(path.packet.steps)
					const deciding = pathLines(path).filter(({ decides }) => decides)
					expect(deciding).toHaveLength(path.decision === undefined ? 0 : 1)
					const last = path.stages.at(-1)?.steps.at(-1)?.word ?? ''
					if (path.ending === 'passed') expect(['accept']).toContain(last)
					if (path.decision === undefined) expect(endLine(path)).toBeDefined()
				}
				const shown = { paths: told, legacy: [], hasLegacy: false }
				for (const line of traceFacts(shown)) expect(line).not.toMatch(/\n| {2}/)
				for (const line of traceText(shown, 60)) expect(line.length).toBeLessThanOrEqual(60)
			}),
			{ numRuns: 60 },
		)
	})
})
