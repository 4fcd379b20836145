import { type Collector, createCollector, createLines, type Place } from './collect.ts'
import type {
	Backend,
	Chain,
	LogAction,
	Rule,
	RuleCounter,
	RuleFamily,
	Ruleset,
	StateMatch,
	Verdict,
} from './rule.ts'
import { shapingKind } from './shaping.ts'
import { stateMatch, statesOf } from './state-match.ts'

export type RuleReader = { push(text: string): void; end(): Ruleset }

/** Hook and priority of the chains that each table of xtables has (net/ipv4/netfilter/iptable_*.c, ip6table_*.c). */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 }
const HOOKS: Readonly<Record<string, string>> = {
	PREROUTING: 'prerouting',
	INPUT: 'input',
	FORWARD: 'forward',
	OUTPUT: 'output',
	POSTROUTING: 'postrouting',
}

/** The place of a chain that comes with its table; null for chains that somebody made. */
export function builtInBase(table: string, chain: string, policy: string): Chain['base'] {
	const hook = HOOKS[chain]
	if (hook === undefined) return null
	const isSource = hook === 'postrouting' || hook === 'input'
	const priority = table === 'nat' ? (isSource ? 100 : -100) : (PRIORITIES[table] ?? 0)
	return { hook, priority, type: table === 'nat' ? 'nat' : 'filter', policy: policy.toLowerCase() }
}

const TARGETS = /^(?:ACCEPT|DROP|REJECT|QUEUE|NFQUEUE|RETURN)$/
/** Of all rules only these are taken apart: they name a state, or they log. */
const MATTERS = /--(?:ct)?state |-j (?:LOG|NFLOG|ULOG|TRACE)(?: |$)/
const RULE = /^(?:\[(\d+):(\d+)\] )?-A (\S+) ?(.*)$/
const TARGET = / ?-([jg]) (\S+)/
/**
 * Matches and targets that register the hooks of conntrack in their namespace (nf_ct_netns_get in net/netfilter/xt_*.c);
 * CT --notrack and NOTRACK do not.
 */
const TRACKS =
	/(?:^| )-m (?:conntrack|state|conn\w+|helper|cluster) |-j (?:MASQUERADE|[SD]NAT|REDIRECT|NETMAP|CONN(?:SEC)?MARK|SYNPROXY|CT (?!--notrack)|FLOWOFFLOAD|FULLCONENAT)/
const QUOTED = /"(?:[^"\\]|\\.)*"/g

/** Reads what `iptables-save -c` prints, also without counters, of either backend and family, in any pieces. */
export function createSaveReader(backend: Backend, family: RuleFamily): RuleReader {
	const collector = createCollector()
	const reader = createSaveLines(collector, backend, family)
	const lines = createLines(reader)
	return {
		push: lines.push,
		end() {
			lines.end()
			return collector.end()
		},
	}
}

/** The same, line by line, into a collector that others write into too. */
export function createSaveLines(
	collector: Collector,
	backend: Backend,
	family: RuleFamily,
): (line: string) => void {
	let table = ''
	return (line) => {
		const first = line[0]
		if (first === undefined || first === '#') return
		if (first === '*') {
			table = line.slice(1).trim()
			return
		}
		if (first === ':') {
			const [, name = '', policy = '', packets, bytes] = /^:(\S+) (\S+)(?: \[(\d+):(\d+)\])?/.exec(line) ?? []
			if (name === '') return collector.unread(line)
			const base = policy === '-' ? null : builtInBase(table, name, policy)
			const counter = base === null || packets === undefined ? null : counterOf(packets, bytes)
			collector.chain({ backend, family, table, name, base, counter })
			return
		}
		if (first !== '[' && first !== '-') {
			if (line.trim() !== 'COMMIT' && line.trim() !== '') collector.unread(line)
			return
		}
		const [, packets, bytes, chain, text] = RULE.exec(line) ?? []
		if (chain === undefined || text === undefined) return collector.unread(line)
		const place = { backend, family, table, chain }
		const number = collector.next(place)
		if (!collector.isTracked && TRACKS.test(text.replaceAll(QUOTED, '""'))) collector.tracks(place, number)
		const counter = packets === undefined ? null : counterOf(packets, bytes)
		// What a comment says is no target.
		const bare = text.includes('"') ? text.replace(QUOTED, '""') : text
		if (shapingKind(bare) !== undefined) collector.shape(() => ruleOf(place, number, text, counter))
		if (MATTERS.test(text)) collector.keep(ruleOf(place, number, text, counter))
		const target = TARGET.exec(bare)?.[2]
		if (target !== undefined && !TARGETS.test(target))
			collector.jump(place, target, () => ruleOf(place, number, text, counter))
	}
}

const counterOf = (packets: string, bytes: string | undefined): RuleCounter => ({
	packets: Number(packets),
	bytes: Number(bytes ?? 0),
})

/** Options whose value is not looked at here have one word each, as far as it matters: others only lengthen the text. */
function ruleOf(place: Place, number: number, text: string, counter: RuleCounter | null): Rule {
	const words = wordsOf(text)
	const comments: string[] = []
	let state: StateMatch | null = null
	let verdict: Verdict = { kind: 'other', word: '' }
	let log: LogAction | null = null
	let limit = ''
	let sharedCounter: string | null = null
	for (const [index, word] of words.entries()) {
		const value = words[index + 1] ?? ''
		switch (word) {
			case '--state':
			case '--ctstate':
				state = stateMatch(statesOf(value.split(',')), words[index - 1] === '!')
				break
			case '--comment':
				comments.push(value)
				break
			case '--limit':
				limit = value
				break
			case '--nfacct-name':
				sharedCounter = value
				break
			case '-g':
				verdict = { kind: 'goto', chain: value }
				break
			case '-j':
				verdict = verdictOf(value)
				log = logOf(value, words.slice(index + 2), limit)
				break
			default:
		}
	}
	return {
		...place,
		number,
		handle: null,
		text,
		state,
		verdict,
		log,
		counter,
		sharedCounter,
		comment: comments.join(' '),
	}
}

const FINAL: Readonly<Record<string, string>> = { NFQUEUE: 'queue' }
/** Names of targets are in capitals; those of chains seldom are, and never one of these. */
const OTHER =
	/^(?:LOG|NFLOG|ULOG|TRACE|MARK|CONNMARK|MASQUERADE|SNAT|DNAT|REDIRECT|NETMAP|CT|NOTRACK|SET|TCPMSS|TCPOPTSTRIP|TOS|DSCP|TTL|HL|ECN|TPROXY|CLASSIFY|CHECKSUM|SECMARK|CONNSECMARK|AUDIT|TEE|RATEEST|IDLETIMER|LED|SYNPROXY|HMARK|DNPT|SNPT|CLUSTERIP|MIRROR|SAME|FULLCONENAT|FLOWOFFLOAD)$/

export function verdictOf(target: string): Verdict {
	if (TARGETS.test(target)) return { kind: 'final', word: FINAL[target] ?? target.toLowerCase() }
	if (target === '' || OTHER.test(target)) return { kind: 'other', word: target }
	return { kind: 'jump', chain: target }
}

function logOf(target: string, options: readonly string[], limit: string): LogAction | null {
	const after = (...names: readonly string[]) => {
		const at = options.findIndex((word) => names.includes(word))
		return at < 0 ? '' : (options[at + 1] ?? '')
	}
	if (target === 'TRACE') return { kind: 'trace', prefix: '', group: null, level: '', limit }
	if (target === 'LOG')
		return { kind: 'log', prefix: after('--log-prefix'), group: null, level: after('--log-level'), limit }
	if (target !== 'NFLOG' && target !== 'ULOG') return null
	const group = Number(after('--nflog-group', '--ulog-nlgroup') || 0)
	return { kind: 'nflog', prefix: after('--nflog-prefix', '--ulog-prefix'), group, level: '', limit }
}

/** Words as xtables_save_string quotes them: in double quotes, with a backslash in front of `"`, `\` and `'`. */
function wordsOf(text: string): readonly string[] {
	return (text.match(/"(?:[^"\\]|\\.)*"?|[^\s"]+/g) ?? []).map((word) =>
		word.startsWith('"') ? word.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : word,
	)
}
