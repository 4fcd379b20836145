import type { Collector } from '../collect.ts'
import type { Place } from '../place.ts'
import type { LogAction, Rule, RuleCounter, RuleFamily } from '../rule.ts'
import { shapingKind } from '../shaping.ts'
import { isMisread, namesInvalid, readStates, stateMatch } from '../state-match.ts'
import { builtInBase, HOOK_ORDER, verdictOf } from './save-reader.ts'

/** `Chain INPUT (policy DROP 91 packets, 6488 bytes)`, `Chain bad (2 references)`; what a mailer cut off is not missed. */
const CHAIN =
	/^\s*Chain (\S+) \((?:policy (\w+)(?: (\S+) packets,?(?: (\S+) bytes)?)?|(\d+) references|ERROR\b)/
const HEADER = /^\s*(?:num\s+)?(?:pkts\s+bytes\s+)?target\s+prot(?:\s|$)/
/** What a mailer left of a head on the next line. */
const REST_OF_HEAD = /^\s*(?:(?:(?:opt|in|out|source|destination)\s*)+|\S+ (?:packets,)? ?(?:\S+ )?bytes\))$/
const COUNT = String.raw`(\d+[KMGTP]?)\s+`
const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }
const PROTOCOL =
	/^!?(?:all|ip|tcp|udp|udplite|icmp|icmpv6|ipv6-icmp|icmp6|igmp|esp|ah|sctp|dccp|gre|ipv6|ipv4|ipencap|ospf|vrrp|pim|l2tp|mobility-header|mh|hopopt|ipv6-\w+|\d{1,3})$/
const OPTIONS = /^(?:--|-f|!f)$/
const BARE_ROW =
	/^\s*(\d+\s+)?\d+[KMGTP]?\s+\d+[KMGTP]?\s+((?:\S+\s+)?!?\w[\w-]*\s+(?:--|-f|!f)\s+\S+\s+\S+\s+\S*[.:]\S*\s+\S*[.:]\S*.*)$/
/** What may stand behind the columns of a row, where a mailer put it at the beginning of the next line (libxt_*.c, print). */
const DETAILS =
	/^(?:!\s*)?(?:ct)?state\b|^(?:limit:|LOG\b|reject-with|(?:tcp|udp|icmp\w*|sctp|dccp) (?:[sd]pts?:|flags:|type|\w+code|option)|[sd]pts?:|\/\*|ADDRTYPE|match-set|mark\b|MARK|CONNMARK|connmark|to:|prefix |nflog-|owner |TCPMSS|flags:|level \d|burst \d|multiport|recent:|source IP|destination IP|PHYSDEV|policy |CT |statistic|MAC|udp$|tcp$|icmp$|random|NFQUEUE|TRACE|u32|set |\[goto\])|^(?:[\d.]+|[0-9a-f:]*::[0-9a-f:]*)(?:\/\d+)?\s/

/** A number with the unit that iptables rounds it to without `-x` (xtables_print_num). */
const countOf = (text: string): number => Number(text.replace(/\D$/, '')) * (UNITS[text.at(-1) ?? ''] ?? 1)

function counterOf(packets: string | undefined, bytes: string | undefined): RuleCounter | null {
	if (packets === undefined || packets === '') return null
	const about = [
		...(/\D$/.test(packets) ? (['packets'] as const) : []),
		...(/\D$/.test(bytes ?? '') ? (['bytes'] as const) : []),
	]
	return { packets: countOf(packets), bytes: countOf(bytes ?? '0'), ...(about.length === 0 ? {} : { about }) }
}

type Row = { readonly packets: string; readonly bytes: string; rest: string; readonly hasInterfaces: boolean }
type Listed = {
	readonly name: string
	readonly policy: string | undefined
	readonly counter: RuleCounter | null
	readonly rows: Row[]
}

/** What `iptables -L` and its kin printed of one table, as far as its own lines tell. */
export type ListBlock = {
	readonly chains: readonly Listed[]
	/** `Table: nat`, as shorewall and others print it; undefined: not said. */
	readonly table: string | undefined
	readonly family: RuleFamily | undefined
}

/** Lines that stand inside a listing and are none of it. */
type NotARow = (line: string) => void

/**
 * Gathers the lines of `iptables -L`, with or without counters, numbers and `-x`, table by table: whose they are is known only
 * when their addresses are.
 */
export function createListBlocks(done: (block: ListBlock) => void, notARow: NotARow) {
	let chains: Listed[] = []
	let table: string | undefined
	let nextTable: string | undefined
	let columns: { readonly form: RegExp; readonly hasInterfaces: boolean } | undefined
	/** Where in the order of hooks the last chain of the kernel's own stood; a lower one begins another table. */
	let last = -1
	let isMade = false
	/** The row that the next line may go on. */
	let row: Row | undefined

	const flush = (): void => {
		if (chains.length > 0) done({ chains, table, family: familyOf(chains) })
		chains = []
		table = nextTable
		columns = undefined
		row = undefined
		last = -1
		isMade = false
	}

	const chain = (line: string): boolean => {
		const [, name, policy, packets, bytes] = CHAIN.exec(line) ?? []
		if (name === undefined) return false
		if (namesInvalid(line)) notARow(line)
		const place = HOOK_ORDER.indexOf(name)
		if (place >= 0 ? isMade || place <= last : chains.some((one) => one.name === name)) flush()
		if (place >= 0) last = place
		else isMade = true
		chains.push({ name, policy, counter: counterOf(packets, bytes), rows: [] })
		columns = undefined
		row = undefined
		return true
	}

	const header = (line: string): boolean => {
		if (!HEADER.test(line)) return false
		if (namesInvalid(line)) notARow(line)
		if (chains.length === 0) chains.push({ name: '', policy: undefined, counter: null, rows: [] })
		const number = /\bnum\b/.test(line) ? String.raw`\d+\s+` : ''
		const counts = /\bpkts\b/.test(line) ? COUNT + COUNT : '()()'
		columns = {
			form: new RegExp(`^\\s*${number}${counts}(\\S.*)$`),
			// A head that was cut shows no interfaces, but those that count print them.
			hasInterfaces: /\bin\s+out\b/.test(line) || /\bpkts\b/.test(line),
		}
		row = undefined
		return true
	}

	const rowOf = (line: string): boolean => {
		if (columns === undefined) return false
		const [, packets = '', bytes = '', rest] = columns.form.exec(line) ?? []
		if (rest === undefined || (packets === '' && !isRow(rest, columns.hasInterfaces))) return false
		row = { packets, bytes, rest, hasInterfaces: columns.hasInterfaces }
		chains.at(-1)?.rows.push(row)
		return true
	}

	/** A row that somebody cut out of its listing. */
	const bareRow = (line: string): boolean => {
		const [, number, rest] = BARE_ROW.exec(line) ?? []
		if (rest === undefined || !isRow(rest, true)) return false
		if (chains.length === 0) chains.push({ name: '', policy: undefined, counter: null, rows: [] })
		const counts = COUNT + COUNT
		columns = {
			form: new RegExp(`^\\s*${number === undefined ? '' : String.raw`\d+\s+`}${counts}(\\S.*)$`),
			hasInterfaces: true,
		}
		return rowOf(line)
	}

	/** The continuation of a row that was wrapped. */
	const goesOn = (line: string): boolean => {
		if (row === undefined) return false
		const isWhole = partsOf(row.rest, row.hasInterfaces) !== undefined
		if (isWhole && !/^\s/.test(line) && !DETAILS.test(line)) return false
		row.rest += ` ${line.trim()}`
		return true
	}

	return {
		/** Whether the line was one of a listing. */
		line(text: string): boolean {
			const [, said, shorewall] = /^(?:Table: (\w+)|(\w+) Table)$/i.exec(text.trim()) ?? []
			if (said !== undefined || shorewall !== undefined) {
				nextTable = (said ?? shorewall ?? '').toLowerCase()
				flush()
				return true
			}
			if (text.trim() === '') {
				row = undefined
				return columns !== undefined
			}
			if (chain(text) || header(text) || rowOf(text)) return true
			if (columns === undefined && bareRow(text)) return true
			if (columns === undefined) return REST_OF_HEAD.test(text) && chains.length > 0
			if (row === undefined && REST_OF_HEAD.test(text)) return true
			if (goesOn(text)) return true
			row = undefined
			if (!/^\s/.test(text) && !/[:/]\d|\b(?:DROP|ACCEPT|REJECT|anywhere)\b/.test(text)) return false
			notARow(text)
			return true
		},
		flush,
	}
}

const HAS_SIX = /(?:^|[\s!])[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*(?:\/\d+)?(?=\s|$)/i
const HAS_FOUR = /(?:^|[\s!])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d+)?(?=\s|$)/

function familyOf(chains: readonly Listed[]): RuleFamily | undefined {
	for (const { rows } of chains)
		for (const { rest, hasInterfaces } of rows) {
			const parts = partsOf(rest, hasInterfaces)
			if (parts === undefined) continue
			const ends = ` ${parts.source} ${parts.destination} `
			if (HAS_SIX.test(ends) || parts.options === '') return 'ip6'
			if (HAS_FOUR.test(ends)) return 'ip'
		}
	return undefined
}

type Parts = {
	readonly target: string
	/** `--`, `-f`, `!f`; empty where ip6tables up to 1.8.8 leaves the column blank. */
	readonly options: string
	readonly source: string
	readonly destination: string
	/** Columns with one blank between them. */
	readonly columns: string
	/** What matches and targets print, as it came. */
	readonly details: string
}

const isAddress = (word: string): boolean =>
	/^!?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[0-9a-f]*:[0-9a-f:.]*)(?:\/[\da-f.:]+)?$/i.test(word) ||
	/^!?any(?:where)?$/.test(word)
const isHost = (word: string): boolean => isAddress(word) || /^!?[\w][\w.-]*(?:\/\S+)?$/.test(word)

const isRow = (rest: string, hasInterfaces: boolean): boolean => partsOf(rest, hasInterfaces) !== undefined

/** The columns of a row: the target may be missing, and the options blank. Undefined: not all of them are there. */
function partsOf(rest: string, hasInterfaces: boolean): Parts | undefined {
	const text = rest.trim()
	const words = text.slice(0, 2_000).split(/\s+/, 8)
	const between = hasInterfaces ? 2 : 0
	const at = words.findIndex((word, index) => index > 0 && index < 3 && OPTIONS.test(word))
	const cut = (target: string, options: string, count: number): Parts | undefined => {
		if (words.length < count) return undefined
		const [source = '', destination = ''] = words.slice(count - 2, count)
		const details = new RegExp(`^(?:\\S+\\s+){${count - 1}}\\S+`).exec(text)?.[0] ?? ''
		return {
			target,
			options,
			source,
			destination,
			columns: words.slice(0, count).join(' '),
			details: text.slice(details.length).trim(),
		}
	}
	if (at > 0) return cut(at === 2 ? (words[0] ?? '') : '', words[at] ?? '', at + between + 3)
	// Strict first: names that were looked up may be anything.
	for (const is of [isAddress, isHost]) {
		const without = 1 + between
		if (PROTOCOL.test(words[1] ?? '') && is(words[without + 1] ?? '') && is(words[without + 2] ?? ''))
			return cut(words[0] ?? '', '', without + 3)
		if (PROTOCOL.test(words[0] ?? '') && is(words[without] ?? '') && is(words[without + 1] ?? ''))
			return cut('', '', without + 2)
	}
	return undefined
}

/** Whose the rows are. */
export type ListSource = Omit<Place, 'chain'>

/** Puts a table into the collector. Rows that are no rules are handed on. */
export function collectList(
	collector: Collector,
	{ chains }: ListBlock,
	source: ListSource,
	notARow: NotARow,
) {
	const { table } = source
	for (const { name, policy, counter, rows } of chains) {
		const place: Place = { ...source, chain: name }
		const base = policy === undefined ? null : builtInBase(table, name, policy)
		collector.chain({ ...source, name, base, counter })
		for (const { rest, packets, bytes, hasInterfaces } of rows) {
			const parts = partsOf(rest, hasInterfaces)
			if (parts === undefined) {
				notARow(rest)
				continue
			}
			const number = collector.next(place)
			const rule = ruleOf(parts, { ...place, number, counter: counterOf(packets, bytes) })
			const bare = withoutTexts(rule.text)
			if (!collector.isTracked && TRACKS.test(bare)) collector.tracks(place, number)
			if (shapingKind(rule.text) !== undefined) collector.shape(() => rule)
			if (rule.state !== null || rule.hidden !== undefined || rule.log !== null) collector.keep(rule)
			if (rule.verdict.kind === 'jump' || rule.verdict.kind === 'goto')
				collector.jump(place, rule.verdict.chain, () => rule)
		}
	}
}

/** One without an end goes to the end. */
const COMMENT = /\/\* (.*?)(?: \*\/|$)/g

/** The columns and texts that only conntrack's own matches and targets print (TRACKS of iptables-save). */
const TRACKS =
	/\b(?:ct)?(?:state|dir|status) [A-Z0-9]|\bconn\w+ |\bhelper match|^(?:MASQUERADE|[SD]NAT|REDIRECT|NETMAP|CONN(?:SEC)?MARK|SYNPROXY|FLOWOFFLOAD|FULLCONENAT)\b|^CT .*\b(?:helper|zone)\b/

const withoutTexts = (text: string): string => text.replace(COMMENT, '').replace(/"[^"]*"/g, '""')

function ruleOf({ target, columns, details }: Parts, head: Place & Pick<Rule, 'number' | 'counter'>): Rule {
	const comment = [...details.matchAll(COMMENT)].map(([, text = '']) => text).join(' ')
	const bare = details.replace(COMMENT, '')
	const [asked = '', not, states] =
		/(?:^|\s)(! ?)?(?:ct)?state (\S+)/.exec(bare.replace(/prefix ".*/, '')) ?? []
	const read = states === undefined ? undefined : readStates(states.split(','))
	const strange = isMisread(
		`${columns.replace(target, '')} ${details}`,
		read?.isWhole === true ? stateMatch(read.states, not !== undefined) : null,
	)
		? 'INVALID'
		: undefined
	const unknown = /UNKNOWN \w+ `(?:conntrack|state)'|\[unsupported revision\]/.exec(bare)?.[0]
	const hidden = unknown ?? (read !== undefined && !read.isWhole ? asked.trim() : strange)
	const verdict = verdictOf(target)
	const isGoto = /\[goto\]/.test(bare)
	return {
		...head,
		handle: null,
		text: details === '' ? columns : `${columns} ${details}`,
		state: read?.isWhole === true ? stateMatch(read.states, not !== undefined) : null,
		...(hidden === undefined ? {} : { hidden }),
		verdict: isGoto && verdict.kind === 'jump' ? { kind: 'goto', chain: verdict.chain } : verdict,
		log: logOf(target, details),
		sharedCounter: /nfacct-name\s+(\S+)/.exec(bare)?.[1] ?? null,
		comment,
	}
}

/** A prefix is printed as it is, and last (libxt_LOG.c); that of NFLOG in quotes where it holds a blank. */
function logOf(target: string, details: string): LogAction | null {
	const limit = /limit: (?:avg|up to|above) (\S+ burst \d+)/.exec(details)?.[1] ?? ''
	if (target === 'TRACE') return { kind: 'trace', prefix: '', group: null, level: '', limit }
	if (target === 'LOG') {
		const [, level = ''] = /\blevel (\S+)/.exec(details) ?? []
		const [, quoted, ticked] = /prefix (?:"(.*)"|`(.*?)'(?=\s|$))/.exec(details) ?? []
		return { kind: 'log', prefix: quoted ?? ticked ?? '', group: null, level, limit }
	}
	if (target !== 'NFLOG' && target !== 'ULOG') return null
	const group = Number(/(?:nflog-group|nlgroup) (\d+)/.exec(details)?.[1] ?? 0)
	const [, quoted, plain] = /(?:nflog-)?prefix\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(details) ?? []
	const prefix = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''
	return { kind: 'nflog', prefix, group, level: '', limit }
}
