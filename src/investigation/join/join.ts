import type { FlowFacts } from '../../kernel/conntrack/flow-facts.ts'
import { isIcmp, isWhole } from '../../kernel/conntrack/flow-match.ts'
import type { Ruleset } from '../../kernel/rules/rule.ts'
import type { Reason } from '../../reasons/classify.ts'
import * as english from '../../words/english/investigation/join.ts'
import type { Failure } from '../../words/failure.ts'
import { evidenceOf } from './join-evidence.ts'
import type { RuleRow } from './rule-rows.ts'
import { isPartial, viewOf } from './view.ts'
import { withEntry, withSeveral } from './with-entry.ts'
import { withoutEntry } from './without-entry.ts'

/** The rules as they were read. */
export type JoinRules = {
	readonly rows: readonly RuleRow[]
	readonly ruleset: Pick<Ruleset, 'chains' | 'rules' | 'shaping' | 'unread'>
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

/**
 * Joins entry, socket and rule, and says what follows; never more than they say. Without a line there is no packet: then it
 * speaks of the connection alone.
 */
export function joinFlow(facts: FlowFacts, rules: JoinRules | undefined, line?: SeenLine): Join {
	const { query, entries, missing } = facts
	const view = viewOf(facts, rules, line)
	const base = {
		evidence: evidenceOf(view),
		notChecked: [
			...missing,
			...notCheckedOf(rules),
			english.otherNetworkNamespaces,
		],
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
			sentences: [isIcmp(query) ? english.entriesWithoutAnId(entries.length) : english.entriesWithoutPorts(entries.length)],
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
