import * as english from '../../words/english/investigation/steps.ts'
import { grouped, rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { actionOf, type RuleRow } from '../join/rule-rows.ts'
import { isPartial } from '../join/view.ts'
import type { Step, StepId } from '../step.ts'

/** So long they are waited for; many thousand rules take their time. */
const LOOK_SECONDS = 30

/** Once lines come there is nothing to switch on. */
const nextOf = ({ isTold }: Evidence): StepId => (isTold ? 'collect' : 'telling')

/** Who does something with INVALID packets? */
export const acting: Step = {
	id: 'acting',
	question: english.whoActsOnInvalid,
	title: english.whoActsOnThem,
	why: english.conntrackOnlyMarksAPacket,
	answer(evidence) {
		const { rules, rulesProblem, seconds } = evidence
		const next = nextOf(evidence)
		const notChecked = [english.hardwareEbpfAndOtherNamespaces]
		const isReading = rulesProblem === '' && seconds < LOOK_SECONDS
		if (rules === undefined)
			return {
				state: isReading ? 'reading' : 'open',
				short: isReading ? 'reading' : english.cannotBeRead,
				headline: isReading ? english.theRulesAreBeingRead : english.theRulesCannotBeRead,
				confidence: 'none',
				says: isReading ? '' : english.because(rulesProblem || english.noAnswerYet),
				read: [],
				does: '',
				notChecked,
				next,
			}
		const rows = rules.rows.filter(
			({ isInvalid, isBeforeConntrack, owner }) => isInvalid && !isBeforeConntrack && owner !== 'ctscope',
		)
		const read = rows.slice(0, 4).map((row) => [placeOf(row), saidOf(row)] as const)
		const dropping = rows.filter(({ rule }) => /(?:drop|reject)$/.test(actionOf(rule)))
		const since = dropping.reduce((sum, { difference }) => sum + (difference?.since.packets ?? 0), 0)
		const perSecond = dropping.reduce((sum, { difference }) => sum + (difference?.rate ?? 0), 0)
		const more = rows.length > 4 ? [english.moreAreOnRules(rows.length - 4)] : []
		// What was not read or not understood may be such a rule.
		const isWhole = !isPartial(rules)
		if (dropping.length === 0)
			return {
				state: 'answered',
				short: rows.length > 0 ? english.nobodyDropsThem : isWhole ? 'nobody' : english.nobodyKnown,
				headline: !isWhole
					? english.noKnownRuleDrops
					: rows.length === 0
						? english.nobodyTheyAreCountedAnd
						: english.noRuleThatAsksFor,
				confidence: isWhole ? 'medium' : 'low',
				says: [...(isWhole ? [] : [english.rulesTellsWhich]), ...more].join(' '),
				read,
				does: '',
				notChecked: [
					...(isWhole ? [] : [english.rulesThatWereNotUnderstood]),
					english.whetherAPolicyOrA,
					...notChecked,
				],
				next,
			}
		const [first] = dropping
		const many = dropping.length === 1 ? english.n1RuleDrops : english.rulesDrop(dropping.length)
		return {
			state: 'answered',
			short: `${many.replace(/ rules? /, ' rule ')}${perSecond > 0 ? `, ${rate(perSecond)}/s` : ''}`,
			headline: english.them(
				many,
				since > 0
					? english.sinceWeLook(grouped(since))
					: first?.counter == null
						? ', without a counter'
						: seconds < 3
							? english.theirCountersAreBeingWatched
							: english.noneSinceWeLook,
			),
			confidence: 'high',
			says: more.join(' '),
			read,
			does: english.rulesTracesWhichRuleDecides,
			offer: 'go-rules',
			notChecked,
			next,
		}
	},
}

const placeOf = ({ rule }: RuleRow): string => `${rule.table} ${rule.chain} ${rule.number}`

const saidOf = ({ rule, counter, difference }: RuleRow): string =>
	`${actionOf(rule)}, ${counter === null ? english.notCounted : `+${grouped(difference?.since.packets ?? 0)}`}`
