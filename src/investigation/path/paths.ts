import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { type BaseChain, baseChains } from '../../kernel/rules/order.ts'
import type { Rule, Ruleset } from '../../kernel/rules/rule.ts'
import { readStates } from '../../kernel/rules/state-match.ts'
import { type TracedPacket, UNKNOWN } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/path.ts'
import { isTracked } from './conntrack-at.ts'
import { fieldOf, flowText, isSame } from './packet-words.ts'
import type { Path, PathStep, Stage } from './path.ts'
import { isOurs, type Known, keyOf, stagesOf } from './stages.ts'
import { changesSource, isTaken, letsThrough } from './steps.ts'

type Beside = {
	/** The rules as they were read when the trace was over, or last. */
	readonly ruleset: Pick<Ruleset, 'chains' | 'rules'>
	/** Those of before the trace, where they were read. */
	readonly before?: Pick<Ruleset, 'rules'>
	/** Lines of log_invalid, in which the reason of the same packet may be. */
	readonly reasons: readonly PacketLine[]
	/** How often nft said that events were lost. */
	readonly lost?: number
}

/** The ways of packets that one trace told of, beside the rules and the reasons; in the order in which they began. */
export function pathsOf(
	packets: readonly TracedPacket[],
	{ ruleset, before, reasons, lost = 0 }: Beside,
): readonly Path[] {
	const bases = baseChains(ruleset.chains)
	const known: Known = {
		bases: new Map(bases.map((base) => [keyOf({ ...base, chain: base.name }), base])),
		rules: byHandle(ruleset.rules),
		before: byHandle(before?.rules ?? []),
	}
	const tracked = isTracked(packets)
	const paths: Path[] = []
	for (const packet of packets) {
		const stages = stagesOf(packet, known, tracked(packet))
		const steps = stages.flatMap((stage) => stage.steps.map((by) => ({ by, stage })))
		const last = steps.at(-1)
		const taken = steps.findLast(({ by }) => isTaken(by))
		// Nothing was told behind the last chain that the packet came into.
		const isSilent = stages.at(-1)?.steps.length === 0
		const by = taken ?? (isSilent ? undefined : last)
		const ending = taken !== undefined ? 'decided' : endingOf(stages, isSilent ? undefined : last?.by)
		paths.push({
			packet,
			flow: flowText(packet),
			stages,
			ending,
			decision:
				by === undefined || ending === 'cut' || ending === 'unmet' ? undefined : { word: by.by.word, ...by },
			reason: reasons.find((line) => isSame(packet, line)),
			state: stateOf(packet, stages),
			missed: bases.filter((base) => isMissed(base, packet)),
			markedAt: markedAt(packet, known),
			again: paths.findLast((one) => isAgain(one, packet))?.packet.id,
			lost,
		})
	}
	return paths
}

const byHandle = (rules: readonly Rule[]): ReadonlyMap<string, Rule> =>
	new Map(
		rules.flatMap((rule) =>
			rule.handle === null ? [] : [[`${rule.family} ${rule.table} ${rule.handle}`, rule] as const],
		),
	)

function endingOf(stages: readonly Stage[], last: PathStep | undefined): Path['ending'] {
	if (stages.length === 0) return 'unmet'
	if (last === undefined || last.word === UNKNOWN) return 'cut'
	if (last.word === 'queue') return 'queued'
	return letsThrough(last) ? 'passed' : 'cut'
}

/** By nft, else by the first rule on its way that asks for one state alone; our own are such rules. */
function stateOf({ steps }: TracedPacket, stages: readonly Stage[]): string | null {
	const told = stages.findLast(({ conntrack }) => conntrack !== null)?.conntrack
	if (told != null) return told.state
	for (const { text, kind } of steps) {
		const state = kind === 'rule' ? stateIn(text) : null
		if (state !== null) return state
	}
	return null
}

const ASKS = /(?<negated>! )?--(?:ct)?state (?<list>[\w,]+)|\bct state (?<not>!= )?(?<words>[\w,]+)/

/** The one state that a rule asks for, so that a packet which it has matched had it; null where it asks for none, or for several. */
function stateIn(text: string): string | null {
	const found = ASKS.exec(text.slice(0, 2_000))?.groups
	if (found === undefined || found.negated !== undefined || found.not !== undefined) return null
	const { states } = readStates((found.list ?? found.words ?? '').split(','))
	return states.length === 1 ? (states[0] ?? null) : null
}

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
	ip: ['ip', 'inet'],
	ip6: ['ip6', 'inet'],
	bridge: ['bridge'],
}

/** A chain that nft would tell of, and that packets of this kind come into in its hook; and this one was not told there. */
function isMissed(base: BaseChain, packet: TracedPacket): boolean {
	const { family, table, name, backend } = base
	const of = packet.visits.some((visit) => visit.family === 'bridge')
		? []
		: fieldOf(packet, english.ipSaddr) !== undefined
			? (FAMILIES.ip ?? [])
			: fieldOf(packet, english.ip6Saddr) !== undefined
				? (FAMILIES.ip6 ?? [])
				: []
	if (!of.includes(family) || base.base.type === 'nat' || table === 'nat') return false
	if (backend === 'iptables-legacy' || backend === 'iptables' || isOurs({ family, table })) return false
	const isAt = (one: { readonly family: string; readonly table: string; readonly chain: string }) =>
		one.family === family && one.table === table && one.chain === name
	return !packet.visits.some(isAt) && !packet.steps.some(isAt)
}

function markedAt({ steps }: TracedPacket, { bases }: Known): Path['markedAt'] {
	const [first] = steps
	return first !== undefined && isOurs(first) ? bases.get(keyOf(first))?.base : undefined
}

/** An earlier packet with the same number of its IP header and the same ends, which was let through: it has come back, or is seen elsewhere. */
function isAgain({ packet, ending, decision, stages }: Path, later: TracedPacket): boolean {
	const id = fieldOf(later, english.ipId)
	if (id === undefined || id === '0' || fieldOf(packet, english.ipId) !== id) return false
	const left = packet.visits.at(-1)
	const [came] = later.visits
	if (left === undefined || came === undefined || ending !== 'passed' || left.layers !== came.layers)
		return false
	if (left.ends === came.ends) return true
	// The last chain was one that changes the source: the new one was not told.
	const last = stages.at(-1)?.steps.at(-1)
	return (
		last !== undefined &&
		decision !== undefined &&
		changesSource(last) &&
		targetOf(left.ends) === targetOf(came.ends)
	)
}

const targetOf = (ends: string): string => ends.split(' > ')[1] ?? ''
