import { type Collector, createCollector, createLines } from './collect.ts'
import { createNftLines } from './nft-reader.ts'
import type { Backend, LogAction, Rule, RuleFamily, Ruleset } from './rule.ts'
import { builtInBase, createSaveLines, verdictOf } from './save-reader.ts'
import { shapingKind } from './shaping.ts'
import { stateMatch, statesOf } from './state-match.ts'

const CHAIN = /^Chain (\S+) \((?:policy (\S+)(?: (\S+) packets, (\S+) bytes)?|(\d+) references)\)/
const HEADER = /^\s*(?:num\s+)?(?:pkts\s+bytes\s+)?target\s+prot\s+opt\s/
/** Number, packets and bytes where the header has them, target, protocol, options; then addresses, and matches behind them. */
const NUMBER = String.raw`(?:(\d+)\s+)`
const COUNTS = String.raw`(?:(\d+[KMGTP]?)\s+(\d+[KMGTP]?)\s+)`
const TABLE_LINE = /^Table: (\w+)|^(\w+) Table$/i
const UNITS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 }

/** `141K` is 141000: a rounded number, as iptables prints it without `-x`. */
function rounded(text: string): number {
	const unit = UNITS[text.at(-1) ?? ''] ?? 1
	return Number(text.replace(/[KMGTP]$/, '')) * unit
}

/** What `iptables -nvL` prints, with or without counters, numbers and `-x`; the answer says whether the line was one of it. */
function createListLines(
	collector: Collector,
	backend: Backend,
	family: RuleFamily,
): (line: string) => boolean {
	let chain = ''
	let table = 'filter'
	let columns: RegExp | undefined
	let hasInterfaces = true
	return (line) => {
		const [, tableName, shorewallTable] = TABLE_LINE.exec(line.trim()) ?? []
		if (tableName !== undefined || shorewallTable !== undefined) {
			table = (tableName ?? shorewallTable ?? table).toLowerCase()
			return true
		}
		const [, name, policy, packets, bytes] = CHAIN.exec(line) ?? []
		if (name !== undefined) {
			chain = name
			const counter =
				packets === undefined ? null : { packets: rounded(packets), bytes: rounded(bytes ?? '0') }
			const base = policy === undefined ? null : builtInBase(table, name, policy)
			collector.chain({ backend, family, table, name, base, counter })
			columns = undefined
			return true
		}
		if (HEADER.test(line)) {
			const hasNumber = /\bnum\b/.test(line)
			const hasCounts = /\bpkts\b/.test(line)
			hasInterfaces = /\bin\s+out\b/.test(line)
			columns = new RegExp(`^\\s*${hasNumber ? NUMBER : '()'}${hasCounts ? COUNTS : '()()'}(.*)$`)
			return true
		}
		if (columns === undefined) return false
		const [, , packets2, bytes2, rest] = columns.exec(line) ?? []
		if (rest === undefined || !/\s(?:--|-f|!f)\s/.test(`${rest} `)) return false
		const number = collector.next({ backend, family, table, chain })
		const counter =
			packets2 === undefined || packets2 === ''
				? null
				: { packets: rounded(packets2), bytes: rounded(bytes2 ?? '0') }
		const rule = ruleOf(rest, hasInterfaces, { backend, family, table, chain, number, counter })
		if (shapingKind(rest) !== undefined) collector.shape(() => rule)
		if (rule.state !== null || rule.log !== null) collector.keep(rule)
		else if (rule.verdict.kind === 'jump')
			collector.jump({ backend, family, table, chain }, rule.verdict.chain, () => rule)
		return true
	}
}

type Head = Pick<Rule, 'backend' | 'family' | 'table' | 'chain' | 'number' | 'counter'>

/** A target may be missing: then the line begins with the protocol. */
function ruleOf(rest: string, hasInterfaces: boolean, head: Head): Rule {
	const words = rest.trim().split(/\s+/)
	const options = words.findIndex((word) => word === '--' || word === '-f' || word === '!f')
	const target = options >= 2 ? (words[0] ?? '') : ''
	const details = words.slice(options + 1 + (hasInterfaces ? 4 : 2)).join(' ')
	const comment = [...rest.matchAll(/\/\* (.*?) \*\//g)].map(([, text = '']) => text).join(' ')
	const bare = details.replace(/\/\* .*? \*\//g, '')
	const [, not, states] = /(?:^|\s)(! ?)?(?:ct)?state (\S+)/.exec(bare) ?? []
	const isGoto = /\[goto\]/.test(bare)
	const verdict = verdictOf(target)
	return {
		...head,
		handle: null,
		text: rest.trim().replace(/\s+/g, ' '),
		state: states === undefined ? null : stateMatch(statesOf(states.split(',')), not !== undefined),
		verdict: isGoto && verdict.kind === 'jump' ? { kind: 'goto', chain: verdict.chain } : verdict,
		log: logOf(target, details),
		sharedCounter: /nfacct-name\s+(\S+)/.exec(bare)?.[1] ?? null,
		comment,
	}
}

function logOf(target: string, details: string): LogAction | null {
	const limit = /limit: avg (\S+ burst \d+)/.exec(details)?.[1] ?? ''
	if (target === 'TRACE') return { kind: 'trace', prefix: '', group: null, level: '', limit }
	if (target === 'LOG') {
		const [, level = ''] = /\blevel (\S+)/.exec(details) ?? []
		const [, quoted, ticked] = /prefix (?:"([^"]*)"|`([^']*)')/.exec(details) ?? []
		return { kind: 'log', prefix: quoted ?? ticked ?? '', group: null, level, limit }
	}
	if (target !== 'NFLOG' && target !== 'ULOG') return null
	const group = Number(/(?:nflog-group|nlgroup) (\d+)/.exec(details)?.[1] ?? 0)
	const [, quoted, plain] = /nflog-prefix\s+(?:"([^"]*)"|(\S+))/.exec(details) ?? []
	return { kind: 'nflog', prefix: quoted ?? plain ?? '', group, level: '', limit }
}

const NFACCT = /^\{ pkts = (\d+), bytes = (\d+)[^}]*\} = (\S+?);?$/
/** What kube-proxy tells about its rule that drops INVALID packets (pkg/proxy/metrics). */
const METRIC = /^(kubeproxy_iptables_ct_\w*invalid\w*)(?:\{[^}]*\})? (\d+(?:\.\d+)?(?:e\+?\d+)?)$/

export type Pasted = {
	/** What it was taken for: `iptables-save`, `iptables -L`, `nft`, `nfacct`, `metrics`, with a comma where it is several. */
	readonly format: string
	readonly ruleset: Ruleset
}

/** Reads any of these texts, also pieces, several one after another, and what a shell prompt stands in front of. Never throws. */
export function readPasted(text: string): Pasted {
	const collector = createCollector()
	const backend = backendOf(text)
	const family = /ip6tables|::\/0/.test(text) ? 'ip6' : 'ip'
	const save = createSaveLines(collector, backend, family)
	const list = createListLines(collector, backend, family)
	const nft = createNftLines(collector)
	const formats = new Set<string>()
	let isNft = false
	const lines = createLines((raw) => {
		const line = raw.replace(/\r$/, '')
		if (/^\s*(?:#|\[\S+@\S+ [^\]]*\]|\S+@\S+:\S*[#$])/.test(line)) return
		if (/^(?:\*\w+|:\S+ \S+|COMMIT|(?:\[\d+:\d+\] )?-A \S)/.test(line)) {
			isNft = false
			formats.add('iptables-save')
			return save(line)
		}
		const [, packets, bytes, name] = NFACCT.exec(line.trim()) ?? []
		if (name !== undefined) {
			formats.add('nfacct')
			return collector.named(name, { packets: Number(packets), bytes: Number(bytes) })
		}
		const [, metric, value] = METRIC.exec(line.trim()) ?? []
		if (metric !== undefined) {
			formats.add('metrics')
			return collector.named(metric, { packets: Number(value), bytes: 0 })
		}
		if (list(line)) {
			isNft = false
			formats.add('iptables -L')
			return
		}
		isNft ||=
			/^\s*(?:(?:table|chain|set|map) .*\{|(?:ct state|ip6? \S+|tcp |udp |iifname |oifname |meta |counter ).*)/.test(
				line,
			)
		if (isNft) {
			formats.add('nft')
			nft(line)
		} else if (line.trim() !== '') collector.unread(line)
	})
	lines.push(text)
	lines.end()
	return { format: [...formats].join(', '), ruleset: collector.end() }
}

/** Only its own words tell which backend a text is of; the older one is taken where nothing does. */
function backendOf(text: string): Backend {
	return /\(nf_tables\)|iptables-nft|nft-save|Warning: iptables-legacy tables present/.test(text)
		? 'iptables-nft'
		: 'iptables-legacy'
}
