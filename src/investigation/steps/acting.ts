import { grouped, rate } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { actionOf, type RuleRow } from '../join/rule-rows.ts'
import type { Step, StepId } from '../step.ts'

/** Once lines come there is nothing to switch on. */
const nextOf = ({ isTold }: Evidence): StepId => (isTold ? 'collect' : 'telling')

/** Who does something with INVALID packets? */
export const acting: Step = {
	id: 'acting',
	question: 'Who acts on INVALID?',
	title: 'Who acts on them?',
	why: 'Conntrack only marks a packet INVALID. It is lost when a rule drops it, and it is not translated by NAT.',
	answer(evidence) {
		const { rules, seconds } = evidence
		const next = nextOf(evidence)
		const notChecked = ['hardware, eBPF and other namespaces']
		if (rules === undefined)
			return {
				state: 'reading',
				short: 'reading',
				read: [],
				says: 'The rules are being read.',
				confidence: 'none',
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
		const more = rows.length > 4 ? ` ${rows.length - 4} more are on Rules.` : ''
		if (dropping.length === 0)
			return {
				state: 'answered',
				short: rows.length === 0 ? 'nobody' : 'nobody drops them',
				read,
				says:
					rows.length === 0
						? 'Nobody: they are counted and go on, without NAT.'
						: `No rule that asks for INVALID drops them: they go on, without NAT.${more}`,
				confidence: 'medium',
				does: '',
				notChecked: ['whether a policy or a rule for something else drops them', ...notChecked],
				next,
			}
		const [first] = dropping
		const many = dropping.length === 1 ? '1 rule drops' : `${dropping.length} rules drop`
		return {
			state: 'answered',
			short: `${many.replace(/ rules? /, ' rule ')}${perSecond > 0 ? `, ${rate(perSecond)}/s` : ''}`,
			read,
			says: `${many} them${since > 0 ? `: ${grouped(since)} since we look` : first?.counter == null ? ', without a counter' : seconds < 3 ? '; their counters are being watched' : ', none since we look'}.${more}`,
			confidence: 'high',
			does: 'Rules traces which rule decides.',
			offer: 'go-rules',
			notChecked,
			next,
		}
	},
}

const placeOf = ({ rule }: RuleRow): string => `${rule.table} ${rule.chain} ${rule.number}`

const saidOf = ({ rule, counter, difference }: RuleRow): string =>
	`${actionOf(rule)}, ${counter === null ? 'not counted' : `+${grouped(difference?.since.packets ?? 0)}`}`
