import type { FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import { inverseOf } from '../../kernel/conntrack/flow-match.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
import { isWithin } from '../../kernel/packet/address.ts'
import { gapsOf } from '../../kernel/rules/matching.ts'
import type { Ruleset } from '../../kernel/rules/rule.ts'
import type { Reason } from '../../reasons/classify.ts'
import * as english from '../../words/english/investigation/join.ts'
import type { Failure } from '../../words/failure.ts'
import { actingOn, type Fate, type FittingRule, fateOf } from './acting-rules.ts'
import type { RuleRow } from './rule-rows.ts'
import { answersTo, ruleFlowOf, type Shaping, shapingOf } from './shaping.ts'
import { LEAVING, type Sides, sidesOf } from './sides.ts'

/** The rules as they were read. */
export type JoinRules = {
	readonly rows: readonly RuleRow[]
	readonly ruleset: Pick<Ruleset, 'chains' | 'rules' | 'shaping' | 'unread' | 'unreadCount' | 'elsewhere'>
	/** What kept some of them from being read. */
	readonly failures: readonly Failure[]
}

/** The reason of a line that was seen of a packet of this flow and this direction. */
export type SeenLine = Pick<Reason, 'id' | 'title' | 'verdict'>

export type Join = {
	readonly sentences: readonly string[]
	/** `sure`: all that is said was read for exactly this flow. */
	readonly confidence: 'sure' | 'likely' | 'unknown'
	/** What was seen, one line each. */
	readonly evidence: readonly string[]
	readonly notChecked: readonly string[]
}

/** What is known of one flow, put together once for all sentences about it. */
export type View = {
	readonly facts: FlowFacts
	readonly sides: Sides
	/** Undefined: none was seen. */
	readonly line: SeenLine | undefined
	/** The line says that its packet was INVALID. */
	readonly isInvalid: boolean
	/** `10.0.0.1:80 > 10.0.0.2:51000` */
	readonly flow: string
	readonly hasRules: boolean
	/** Rules that act on INVALID in its way. */
	readonly acting: readonly FittingRule[]
	/** Of an INVALID packet of this direction, and of one that a local socket sends back. */
	readonly way: Fate
	readonly back: Fate
	/** Rules that would translate this direction if it began a connection; those whose answers it has. */
	readonly source: readonly Shaping[]
	readonly destination: readonly Shaping[]
	readonly answers: readonly Shaping[]
	/** Rules that take this direction, or the other one, out of conntrack. */
	readonly notrack: readonly Shaping[]
	readonly notrackBack: readonly Shaping[]
	/** Rules that give packets of this direction a zone. */
	readonly zones: readonly Shaping[]
	/** Some rule of this family asks for a state or translates, so that conntrack looks at packets; undefined: not read. */
	readonly isTracking: boolean | undefined
}

export function viewOf(facts: FlowFacts, rules: JoinRules | undefined, line: SeenLine | undefined): View {
	const { query } = facts
	const sides = sidesOf(facts)
	const known = { isLoopback: sides.isSent && sides.isReceived, isToHere: sides.isReceived }
	const flow = ruleFlowOf(query, known)
	const back = ruleFlowOf(inverseOf(query), { isLoopback: known.isLoopback, isToHere: sides.isSent })
	const acting = rules === undefined ? undefined : actingOn(rules.rows, flow, sides.hooks)
	const shaping = (of: typeof flow, hooks: readonly string[]) =>
		rules === undefined ? [] : shapingOf(rules.ruleset, of, hooks)
	// A rule that was not read may drop what the others spare.
	const fate = (rows: readonly FittingRule[] | undefined): Fate => {
		const is = fateOf(rows)
		return is.is === 'spared' && rules !== undefined && isPartial(rules) ? { is: 'unknown' } : is
	}
	const first = shaping(flow, sides.isSent ? ['output'] : ['prerouting'])
	const firstBack = shaping(back, sides.isReceived ? ['output'] : ['prerouting'])
	const last = sides.isReceived ? [] : shaping(flow, ['postrouting'])
	const only = (all: readonly Shaping[], does: Shaping['does']) => all.filter((one) => one.does === does)
	return {
		facts,
		sides,
		line,
		isInvalid: line?.verdict === 'invalid',
		flow: flowText(query.source, query.sourcePort, query.destination, query.destinationPort),
		hasRules: rules !== undefined,
		acting: acting ?? [],
		way: fate(acting),
		back: fate(rules === undefined ? undefined : actingOn(rules.rows, back, LEAVING)),
		source: only(last, 'source').filter(
			// What this host sends has an address already that MASQUERADE would give it.
			({ target }) => !sides.isSent || (target !== null && isWithin(query.source, target) !== true),
		),
		destination: only(first, 'destination'),
		answers: rules === undefined ? [] : answersTo(rules.ruleset, query),
		notrack: only(first, 'notrack'),
		notrackBack: only(firstBack, 'notrack'),
		zones: only(first, 'zone'),
		isTracking: rules === undefined || isPartial(rules) ? undefined : isTracking(rules.ruleset, flow.family),
	}
}

/** Some rules are there that could not be read, or not understood. */
export const isPartial = ({ ruleset, failures }: JoinRules): boolean =>
	failures.length > 0 || gapsOf(ruleset) !== undefined

/** Conntrack gets its hooks in a network namespace with the first rule that asks for it, for each family (nf_ct_netns_get); `notrack` asks for nothing. */
function isTracking({ rules, shaping }: JoinRules['ruleset'], family: 4 | 6): boolean | undefined {
	const isOfFamily = (one: string) => one === 'inet' || one === (family === 4 ? 'ip' : 'ip6')
	const asking = [
		...rules.filter(({ state, hidden }) => state !== null || hidden !== undefined),
		...(shaping?.rules ?? []).filter(({ text }) => !/notrack/i.test(text)),
	]
	return asking.some((rule) => isOfFamily(rule.family)) || (shaping === undefined ? undefined : false)
}

export const endText = (address: string | null, port: number | null): string => {
	const shown = address ?? '?'
	return port === null ? shown : shown.includes(':') ? `[${shown}]:${port}` : `${shown}:${port}`
}

export const flowText = (
	from: string | null,
	fromPort: number | null,
	to: string | null,
	toPort: number | null,
): string => `${endText(from, fromPort)} > ${endText(to, toPort)}`

/** As the kernel names it (include/net/tcp_states.h): FIN_WAIT1, ESTABLISHED. */
export const stateOf = ({ state }: SocketLine): string =>
	state === 'ESTAB' ? 'ESTABLISHED' : state.replace(/-(\d)$/, '$1').replaceAll('-', '_')

export const ownerText = ({ processes: [first, ...more] }: SocketLine): string =>
	first === undefined
		? ''
		: english.pid(first.name, first.pid, more.length === 0 ? '' : english.andMore(more.length))

export type Said = Pick<Join, 'confidence' | 'sentences'>

/** The weakest of what is said decides. */
export const weakest = (...all: readonly Join['confidence'][]): Join['confidence'] =>
	all.includes('unknown') ? 'unknown' : all.includes('likely') ? 'likely' : 'sure'
