import { TABLES } from '../../changes/kinds/table.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { baseChains } from '../../kernel/rules/order.ts'
import { ownerOf } from '../../kernel/rules/owner.ts'
import type { Rule, Ruleset } from '../../kernel/rules/rule.ts'
import type { TracedPacket, TraceStep } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/join.ts'

/** A step of a traced packet with what is known of its rule. */
export type PathStep = {
	/** Empty for a chain that is reached by jumps. */
	readonly hook: string
	readonly step: TraceStep
	/** The rule as its own tool prints it; undefined when it is none of those that act on INVALID, log or trace. */
	readonly rule: Rule | undefined
	readonly owner: string | null
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
	const hooks = new Map(
		baseChains(ruleset.chains).map(({ family, table, name, base }) => [
			`${family} ${table} ${name}`,
			base.hook,
		]),
	)
	const rules = new Map(
		ruleset.rules.flatMap((rule) =>
			rule.handle === null ? [] : [[`${rule.family} ${rule.table} ${rule.handle}`, rule] as const],
		),
	)
	return packets.flatMap((packet): readonly Path[] => {
		let hook = ''
		const steps = packet.steps
			.filter(({ family, table }) => !(family === 'inet' && TABLES.includes(table)))
			.map((step): PathStep => {
				hook = hooks.get(`${step.family} ${step.table} ${step.chain}`) ?? hook
				const rule =
					step.handle === null ? undefined : rules.get(`${step.family} ${step.table} ${step.handle}`)
				return { hook, step, rule, owner: ownerOf(rule ?? { ...step, comment: '' }) }
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

/** One line a step: hook, chain, what matched, the verdict. */
export function stepText({ hook, step, rule }: PathStep): string {
	const verdict = 'chain' in step.verdict ? `${step.verdict.kind} ${step.verdict.chain}` : step.verdict.word
	const what = step.kind === 'rule' ? (rule?.text ?? step.text) : step.kind
	return `${hook.padEnd(11)} ${step.family} ${step.table} ${step.chain}: ${what} => ${verdict}`
}
