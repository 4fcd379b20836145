import type { FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import { isIcmp, isWhole } from '../../kernel/conntrack/flow-match.ts'
import * as english from '../../words/english/investigation/join.ts'
import { evidenceOf } from './join-evidence.ts'
import { isPartial, type Join, type JoinRules, type SeenLine, viewOf } from './view.ts'
import { withEntry, withSeveral } from './with-entry.ts'
import { withoutEntry } from './without-entry.ts'

/** Screens ask for the same again and again. */
const remembered = new WeakMap<
	FlowFacts,
	{ readonly rows: unknown; readonly line: unknown; readonly join: Join }
>()

/**
 * Joins entry, socket and rule, and says what follows; never more than they say. Without a line there is no packet: then it
 * speaks of the connection alone.
 */
export function joinFlow(facts: FlowFacts, rules: JoinRules | undefined, line?: SeenLine): Join {
	const known = remembered.get(facts)
	if (known !== undefined && known.rows === rules?.rows && known.line === line) return known.join
	const join = joinOf(facts, rules, line)
	remembered.set(facts, { rows: rules?.rows, line, join })
	return join
}

function joinOf(facts: FlowFacts, rules: JoinRules | undefined, line: SeenLine | undefined): Join {
	const { query, entries, missing } = facts
	const view = viewOf(facts, rules, line)
	const base = {
		evidence: evidenceOf(view),
		notChecked: [...missing, ...notCheckedOf(rules), english.otherNetworkNamespaces],
	}
	const about = query.isQuoted === true ? [english.theErrorIsAbout(view.flow)] : []
	const say = ({ confidence, sentences }: Pick<Join, 'confidence' | 'sentences'>): Join => ({
		...base,
		confidence,
		sentences: [...about, ...sentences],
	})
	if (entries === undefined)
		return say({ confidence: 'unknown', sentences: [english.theConnectionTableCouldNot] })
	const [entry, ...more] = entries
	if (!isWhole(query) && entry !== undefined)
		return say({
			confidence: 'unknown',
			sentences: [
				isIcmp(query)
					? english.entriesWithoutAnId(entries.length)
					: english.entriesWithoutPorts(entries.length),
			],
		})
	const { otherZones = [] } = facts
	// It is there, and no packet of this zone meets it: nothing else follows.
	if (entry === undefined && query.zone !== undefined && otherZones.length > 0)
		return say({
			confidence: 'sure',
			sentences: [english.onlyInOtherZones(query.zone, otherZones.join(', '))],
		})
	if (entry === undefined) return say(withoutEntry(view))
	return say(more.length > 0 ? withSeveral(view, entries) : withEntry(view, entry))
}

function notCheckedOf(rules: JoinRules | undefined): readonly string[] {
	if (rules === undefined) return [english.theRules]
	return [
		english.rulesThatNameNoState,
		...(isPartial(rules) ? [english.someRulesUnread] : []),
		...(rules.ruleset.shaping?.leftOut === 0 ? [] : [english.rulesThatTranslate]),
	]
}
