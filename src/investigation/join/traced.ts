import { TABLES } from '../../changes/kinds/table.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { baseChains } from '../../kernel/rules/order.ts'
import { ownerOf } from '../../kernel/rules/owner.ts'
import type { Rule, Ruleset } from '../../kernel/rules/rule.ts'
import type { TraceConntrack, TracedPacket, TraceStep, TraceVisit } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/join.ts'

/** A step of a traced packet with what is known of its rule. */
export type PathStep = {
	/** Empty for a chain that is reached by jumps. */
	readonly hook: string
	readonly step: TraceStep
	/** The rule as its own tool prints it; undefined when it is none of those that act on INVALID, log or trace. */
	readonly rule: Rule | undefined
	readonly owner: string | null
	/**
	 * What conntrack knows of the packet where it comes into this chain, at its first step there. State `invalid` is concluded (see
	 * `conntrackAt`); null: nothing is known, or it is a later step in the chain.
	 */
	readonly conntrack: TraceConntrack | null
}

export type Path = {
	readonly packet: TracedPacket
	/** `TCP 10.0.0.1:5 > 10.0.0.2:80 ACK FIN`, as far as it was told. */
	readonly flow: string
	readonly steps: readonly PathStep[]
	/** What decided: a rule or a policy; undefined while nothing has. */
	readonly decision: { readonly word: string; readonly by: PathStep } | undefined
	/** The line of log_invalid about the same packet. */
	readonly reason: PacketLine | undefined
}

const DECIDES = ['drop', 'reject', 'queue', 'stolen']

/** Puts traced packets beside the rules and the reasons. Steps in tables of our own are left out. */
export function pathsOf(
	packets: readonly TracedPacket[],
	ruleset: Pick<Ruleset, 'chains' | 'rules'>,
	reasons: readonly PacketLine[],
): readonly Path[] {
	const bases = new Map(
		baseChains(ruleset.chains).map(({ family, table, name, base }) => [`${family} ${table} ${name}`, base]),
	)
	const tracked = trackedVersions(packets)
	const rules = new Map(
		ruleset.rules.flatMap((rule) =>
			rule.handle === null ? [] : [[`${rule.family} ${rule.table} ${rule.handle}`, rule] as const],
		),
	)
	return packets.flatMap((packet): readonly Path[] => {
		let hook = ''
		const isTracked = tracked.has(versionOf(packet))
		const steps = packet.steps.flatMap((step, index): readonly PathStep[] => {
			if (step.family === 'inet' && TABLES.includes(step.table)) return []
			hook = bases.get(`${step.family} ${step.table} ${step.chain}`)?.hook ?? hook
			const rule = step.handle === null ? undefined : rules.get(`${step.family} ${step.table} ${step.handle}`)
			const visit = packet.visits.find((one) => one.steps === index && isIn(one, step))
			const base = visit && bases.get(`${visit.family} ${visit.table} ${visit.chain}`)
			const conntrack = visit === undefined ? null : conntrackAt(packet, visit, base, isTracked)
			return [{ hook, step, rule, owner: ownerOf(rule ?? { ...step, comment: '' }), conntrack }]
		})
		const last = steps.at(-1)
		const dropped = steps.findLast(
			({ step: { verdict } }) => 'word' in verdict && DECIDES.includes(verdict.word),
		)
		const by = dropped ?? last
		const word = by === undefined || !('word' in by.step.verdict) ? undefined : by.step.verdict.word
		return [
			{
				packet,
				flow: flowText(packet),
				steps,
				decision: by === undefined || word === undefined ? undefined : { word, by },
				reason: reasons.find((line) => isSame(packet, line)),
			},
		]
	})
}

const isIn = ({ family, table, chain }: TraceVisit, step: TraceStep): boolean =>
	step.family === family && step.table === table && step.chain === chain

const versionOf = (packet: TracedPacket): string =>
	fieldOf(packet, english.ipSaddr) === undefined
		? fieldOf(packet, 'ip6 saddr') === undefined
			? ''
			: 'ip6'
		: 'ip'

/**
 * The IP versions of which a packet of this run has an entry, as nft itself prints it. So nft and the kernel tell it, and conntrack looks
 * at packets of that version here (its hooks are asked for by version: net/netfilter/nf_conntrack_proto.c, nf_ct_netns_get).
 */
const trackedVersions = (packets: readonly TracedPacket[]): ReadonlySet<string> =>
	new Set(packets.flatMap((packet) => (packet.visits.some(hasEntry) ? [versionOf(packet)] : [])))

const hasEntry = ({ conntrack }: TraceVisit): boolean => typeof conntrack?.id === 'string'

/** NF_IP_PRI_CONNTRACK: in these hooks conntrack looks at packets; all others come later. */
const CONNTRACK = -200
const LOOKS_IN = ['prerouting', 'output']
const LATER = ['input', 'forward', 'postrouting']
const FAMILIES = ['ip', 'ip6', 'inet']

/**
 * What nft said, and INVALID where it said nothing behind conntrack although it does say it of other packets of this IP version. An
 * untracked packet has a line of its own, so it is none of those. A packet that had an entry before lost it on its way (a tunnel, IPsec)
 * and is no INVALID one. Nothing is concluded in front of conntrack, nor at its very priority, where either may come first.
 */
function conntrackAt(
	{ visits }: TracedPacket,
	visit: TraceVisit,
	base: { readonly hook: string; readonly priority: number } | undefined,
	isTracked: boolean,
): TraceConntrack | null {
	if (visit.conntrack !== null) return visit.conntrack
	if (base === undefined || !isTracked || !FAMILIES.includes(visit.family)) return null
	const isBehind = LATER.includes(base.hook) || (LOOKS_IN.includes(base.hook) && base.priority > CONNTRACK)
	const hadOne = visits.some((one) => hasEntry(one) || (one.conntrack !== null && one.steps <= visit.steps))
	return isBehind && !hadOne ? { state: INVALID, direction: null, status: [], id: null } : null
}

const INVALID = 'invalid'

/** What conntrack knows of it there, in words; undefined where nothing is known. */
function conntrackText({ conntrack }: PathStep): string | undefined {
	if (conntrack === null) return undefined
	const { state, direction, status, id } = conntrack
	if (state === INVALID) return english.noConntrackLine
	if (id === null) return state === 'untracked' ? english.isUntracked : english.isOfState(state)
	const bits = status.length === 0 ? english.noStatus : english.ofStatus(status.join(', '))
	return english.hasEntry(state, direction ?? '?', bits, id)
}

const fieldOf = ({ fields }: TracedPacket, ...names: readonly string[]): string | undefined =>
	names.map((name) => fields[name]).find((value) => value !== undefined)

function flowText(packet: TracedPacket): string {
	const protocol = fieldOf(packet, english.ipProtocol, 'ip6 nexthdr') ?? ''
	const end = (address: string | undefined, port: string | undefined) =>
		`${address ?? '?'}${port === undefined ? '' : `:${port}`}`
	const from = end(
		fieldOf(packet, english.ipSaddr, 'ip6 saddr'),
		fieldOf(packet, english.tcpSport, english.udpSport, english.sctpSport),
	)
	const to = end(
		fieldOf(packet, english.ipDaddr, 'ip6 daddr'),
		fieldOf(packet, english.tcpDport, english.udpDport, english.sctpDport),
	)
	return [protocol.toUpperCase(), `${from} > ${to}`, flagsText(fieldOf(packet, english.tcpFlags))]
		.filter(Boolean)
		.join(' ')
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']

/** A number where nft has no name for the sum, else names between strokes. */
function flagsText(flags: string | undefined): string {
	if (flags === undefined) return ''
	const sum = /^0x[0-9a-f]+$/.test(flags) ? Number(flags) : undefined
	if (sum === undefined) return flags.replaceAll('|', ' ').toUpperCase()
	return FLAGS.filter((_, bit) => (sum & (1 << bit)) !== 0).join(' ')
}

/** The same addresses and ports, and the same number of the IP packet where both tell it. */
function isSame(packet: TracedPacket, { packet: logged }: PacketLine): boolean {
	const of = (...names: readonly string[]) => fieldOf(packet, ...names)
	const id = of(english.ipId)
	const loggedId = logged.fields.ID
	return (
		logged.src === of(english.ipSaddr, 'ip6 saddr') &&
		logged.dst === of(english.ipDaddr, 'ip6 daddr') &&
		String(logged.spt ?? '') === (of(english.tcpSport, english.udpSport, english.sctpSport) ?? '') &&
		String(logged.dpt ?? '') === (of(english.tcpDport, english.udpDport, english.sctpDport) ?? '') &&
		(id === undefined || loggedId === undefined || id === loggedId)
	)
}

/** `drop by rule 1 of ip filter INPUT (docker)`: where it ended, in words. */
export function decisionText({ decision, steps }: Path): string {
	if (steps.length === 0) return english.noChainOfNftablesStood
	if (decision === undefined) return english.nothingDecidedWhileItWas
	const { word, by } = decision
	const { step, rule, owner } = by
	const chain = `${step.family} ${step.table} ${step.chain}`
	const whose = owner === null ? '' : ` (${owner})`
	if (step.kind === 'policy') return english.byThePolicyOf(word, chain, whose)
	if (rule !== undefined) return english.byRuleOf(word, rule.number, chain, whose, rule.text)
	return english.by(word, chain, step.handle === null ? '' : english.handle(step.handle), whose, step.text)
}

/** Lines of the way: hook, chain, what matched, the verdict; and what conntrack knows of the packet wherever that changes. */
export function stepLines({ steps }: Path): readonly string[] {
	let known: string | undefined
	return steps.flatMap((step) => {
		const text = conntrackText(step)
		const isNew = text !== undefined && text !== known
		known = text ?? known
		return [...(isNew ? [english.conntrackSays(step.hook.padEnd(11), text)] : []), stepText(step)]
	})
}

/** One line a step: hook, chain, what matched, the verdict. */
function stepText({ hook, step, rule }: PathStep): string {
	const verdict = 'chain' in step.verdict ? `${step.verdict.kind} ${step.verdict.chain}` : step.verdict.word
	const what = step.kind === 'rule' ? (rule?.text ?? step.text) : step.kind
	return `${hook.padEnd(11)} ${step.family} ${step.table} ${step.chain}: ${what} => ${verdict}`
}
