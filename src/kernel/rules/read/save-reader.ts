import { type Collector, createCollector, createLines } from '../collect.ts'
import type { Place } from '../place.ts'
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
} from '../rule.ts'
import { shapingKind } from '../shaping.ts'
import { isMisread, namesInvalid, readStates, stateMatch } from '../state-match.ts'

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

/** Chains of the kernel's own, in the order in which tools list them. */
export const HOOK_ORDER: readonly string[] = Object.keys(HOOKS)

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
const MATTERS =
	/--(?:ct)?state |\bINVALID\b|\binvalid\b|-j (?:LOG|NFLOG|ULOG|TRACE)(?: |$)|UNKNOWN|\[unsupported/
const RULE = /^(?:\[(\d+):(\d+)\] )?-([AI]) (\S+)(?: (\d+)(?= |$))? ?(.*)$/
const COUNTED = /(?:^| )-c (\d+) (\d+)(?= |$)/
const TARGET = / ?-([jg]) (\S+)/
/**
 * Matches and targets that register the hooks of conntrack in their namespace (nf_ct_netns_get in net/netfilter/xt_*.c);
 * CT --notrack and NOTRACK do not.
 */
const TRACKS =
	/(?:^| )-m (?:conntrack|state|conn\w+|helper|cluster) |-j (?:MASQUERADE|[SD]NAT|REDIRECT|NETMAP|CONN(?:SEC)?MARK|SYNPROXY|CT (?!--notrack)|FLOWOFFLOAD|FULLCONENAT)/
/** One without an end goes to the end: whoever looks for the end again and again takes long. */
const QUOTED = /"(?:[^"\\]|\\.)*"?/g

/** Reads what `iptables-save -c` prints, also without counters, of either backend and family, in any pieces. */
export function createSaveReader(backend: Backend, family: RuleFamily): RuleReader {
	const collector = createCollector()
	const reader = createSaveLines(collector, { backend, family })
	const lines = createLines(reader)
	return {
		push: lines.push,
		end() {
			lines.end()
			return collector.end()
		},
	}
}

/** Whose rules they are. `table`: the one that lines without a head (`*filter`) are of. */
export type SaveSource = Omit<Place, 'table' | 'chain'> & { readonly table?: string }

/** The same, line by line, into a collector that others write into too; lines of `iptables -S` and of scripts as well. */
export function createSaveLines(collector: Collector, source: SaveSource): (line: string) => void {
	const { table: assumed = '', ...where } = source
	let table = assumed
	const head = (name: string, policy: string, packets?: string, bytes?: string): void => {
		const base = policy === '-' ? null : builtInBase(table, name, policy)
		const counter = base === null || packets === undefined ? null : counterOf(packets, bytes)
		collector.chain({ ...where, table, name, base, counter })
	}
	return (raw) => {
		const first = raw[0]
		if (first === undefined || first === '#') return
		if (first === '*') {
			table = raw.slice(1).trim()
			return
		}
		if (first === ':') {
			const [, name = '', policy = '', packets, bytes, rest] =
				/^:(\S+) (\S+)(?: \[(\d+):(\d+)\])?\s*(.*)$/.exec(raw) ?? []
			if (name === '' || rest !== '') return collector.unread(raw)
			return head(name, policy, packets, bytes)
		}
		if (first !== '[' && first !== '-') {
			if (!/^\s*(?:COMMIT\s*)?$/.test(raw)) collector.unread(raw)
			return
		}
		const line = normal(raw)
		const [, policyOf, policy = '', ofPackets, ofBytes] =
			/^-P (\S+) (\S+)(?: -c (\d+) (\d+))?/.exec(line) ?? []
		if (line.startsWith('-P ') || line.startsWith('-N ')) if (namesInvalid(line)) return collector.unread(raw)
		if (policyOf !== undefined) return head(policyOf, policy, ofPackets, ofBytes)
		const [, made] = /^-N (\S+)/.exec(line) ?? []
		if (made !== undefined) return head(made, '-')
		// What every script begins with.
		if (/^-[FXZE]( |$)/.test(line)) return namesInvalid(line) ? collector.unread(raw) : undefined
		const [, packets, bytes, kind, chain, position, text = ''] = RULE.exec(line) ?? []
		if (chain === undefined || /^[-!]/.test(chain)) return collector.unread(raw)
		const place = { ...where, table, chain }
		// What stands behind a quote that is not closed is no text, or not all of the rule.
		if (namesInvalid(unclosed(raw))) return collector.unread(raw)
		if (!collector.has(place)) head(chain, HOOKS[chain] === undefined ? '-' : UNKNOWN_POLICY)
		rule(collector, place, {
			text,
			counter: packets === undefined ? null : counterOf(packets, bytes),
			before: kind === 'I' ? Number(position ?? 1) : undefined,
		})
	}
}

/** From the quote on that no other one closes; '' where each is closed. */
function unclosed(line: string): string {
	if (!line.includes("'") && !line.includes('"')) return ''
	const left = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')
	return /["'].*/s.exec(left)?.[0] ?? ''
}

/** Of a chain whose head is not in the text. */
const UNKNOWN_POLICY = '?'

type SaveRule = {
	readonly text: string
	readonly counter: RuleCounter | null
	readonly before: number | undefined
}

function rule(
	collector: Collector,
	place: Place,
	{ text: whole, counter: before, before: at }: SaveRule,
): void {
	const number = collector.next(place, at)
	const [counted, packets, bytes] = whole.includes('-c ') ? (COUNTED.exec(whole) ?? []) : []
	const text = counted === undefined ? whole : whole.replace(counted, '').trim()
	const counter = packets === undefined ? before : counterOf(packets, bytes)
	// What a comment says is no target.
	const bare = text.includes('"') ? text.replace(QUOTED, '""') : text
	if (!collector.isTracked && TRACKS.test(bare)) collector.tracks(place, number)
	const read = () => ruleOf(place, number, text, counter)
	if (shapingKind(bare) !== undefined) collector.shape(read)
	if (MATTERS.test(bare)) collector.keep(read())
	const target = TARGET.exec(bare)?.[2]
	if (target !== undefined && !TARGETS.test(target)) collector.jump(place, target, read)
}

/** Long names of options that are looked at here (iptables(8)). */
const LONG: Readonly<Record<string, string>> = {
	'--append': '-A',
	'--insert': '-I',
	'--jump': '-j',
	'--goto': '-g',
	'--match': '-m',
	'--protocol': '-p',
	'--proto': '-p',
	'--source': '-s',
	'--src': '-s',
	'--destination': '-d',
	'--dst': '-d',
	'--in-interface': '-i',
	'--out-interface': '-o',
	'--policy': '-P',
	'--new-chain': '-N',
	'--flush': '-F',
	'--delete-chain': '-X',
	'--zero': '-Z',
	'--set-counters': '-c',
}

/** As iptables-save spells it, of what scripts and people write: long options, quotes of the shell, blanks, `-! --ctstate`. */
function normal(line: string): string {
	if (
		!/ --?[a-z-]*(?:append|insert|jump|goto|match|proto|source|src|dest|dst|interface|policy|chain|flush|zero|counters)| --[\w-]+=|'|\t| {2}|^--/.test(
			line,
		)
	)
		return line.trimEnd()
	const words = line.match(/"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"']+/g) ?? []
	return words
		.map((word) => {
			if (word.startsWith("'")) return `"${word.replace(/^'|'$/g, '').replace(/["\\]/g, '\\$&')}"`
			const [, option, value] = /^(--[a-z][\w-]*)=(.*)$/.exec(word) ?? []
			return option === undefined ? (LONG[word] ?? word) : `${LONG[option] ?? option} ${value}`
		})
		.join(' ')
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
	let hidden = /UNKNOWN \w+ `(?:conntrack|state)'|\[unsupported revision\]/.exec(text)?.[0]
	let verdict: Verdict = { kind: 'other', word: '' }
	let log: LogAction | null = null
	let limit = ''
	let sharedCounter: string | null = null
	for (const [index, word] of words.entries()) {
		const value = words[index + 1] ?? ''
		switch (word) {
			case '--state':
			case '--ctstate': {
				// `--state ! INVALID`, as iptables before 1.4.3 had it.
				const isNot = words[index - 1] === '!' || value === '!'
				const read = readStates((value === '!' ? (words[index + 2] ?? '') : value).split(','))
				state = stateMatch(read.states, isNot)
				if (!read.isWhole) {
					hidden = `${word} ${value}`
					state = null
				}
				break
			}
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
	if (hidden === undefined && isMisread(text, state)) hidden = 'INVALID'
	return {
		...place,
		number,
		handle: null,
		text,
		state,
		...(hidden === undefined ? {} : { hidden }),
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
