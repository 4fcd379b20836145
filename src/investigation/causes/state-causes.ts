import { isPrivate } from '../../kernel/packet/address.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import { passesThrough } from '../join/sides.ts'
import { judged, smallTimeouts, trialSays, USUAL_TIMEOUTS } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import type { CauseRule } from './cause.ts'
import { packetsOf, shareOf, withId } from './packet-causes.ts'
import { flowsSampled, lineOf } from './sampled.ts'

const WINDOW = /^tcp-(?:win|overshot|state|rst|ign)/
/** Reasons of packets that have no entry. */
const NO_ENTRY = /^tcp-(?:new|rst)/

/** A setting that was tried, and what came of it. */
const provedBy = ({ experiments }: Evidence, isIt: (knob: string) => boolean) =>
	experiments.find((trial) => isIt(trial.knob) && judged(trial).verdict === 'explains')

/** Causes that stand in what conntrack knows of the connection, or does not know any more. */
export const STATE_CAUSES: readonly CauseRule[] = [
	{
		id: 'one-direction',
		title: english.asymmetricRouting,
		remedies: [
			english.routeBothDirectionsThroughThis,
			english.whereThatCannotBeDo,
			english.nfConntrackTcpBeLiberal1,
		],
		judge(evidence) {
			const rows = withId(evidence, WINDOW)
			const flows = flowsSampled(evidence)
			const liberal = provedBy(evidence, (knob) => knob === 'tcp_be_liberal')
			const beyond = rows.find(
				({ reason, detail }) => reason.id.startsWith('tcp-win') && /beyond the bound/.test(detail),
			)
			if (rows.length === 0 || (!flows.oneWay && beyond === undefined)) return undefined
			const { bothWays } = evidence
			if (flows.isCountedBothWays) return undefined
			return {
				share: shareOf(rows, evidence),
				confidence: flows.oneWay ? 'high' : 'medium',
				sentence: flows.oneWay ? english.onlyOneDirectionOfThese : english.theSenderGoesOnFar,
				evidence: [
					...(beyond === undefined ? [] : [`${beyond.reason.title}: ${beyond.detail}`]),
					...(bothWays === undefined
						? []
						: [english.countedPacketsOneWayThe(grouped(bothWays.there), grouped(bothWays.back))]),
					...(flows.unreplied > 0 ? [english.ofEntriesHaveNoReply(flows.unreplied, flows.known)] : []),
					...(liberal === undefined ? [] : [`tcp_be_liberal 1: ${trialSays(liberal)}`]),
				],
				lasting: liberal === undefined ? [] : lastingFor('tcp_be_liberal', 1, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'entry-gone',
		title: english.theEntryIsGoneWhile,
		remedies: [english.findWhoDeletesEntriesConntrack, english.letTheRuleThatDrops],
		judge(evidence) {
			const { sampled, rules } = evidence
			const { gone, telling } = flowsSampled(evidence)
			if (gone === 0 || telling === undefined) return undefined
			const join = joinFlow(telling.facts, rules, lineOf(telling, evidence))
			return {
				share: shareOf(withId(evidence, NO_ENTRY), evidence),
				confidence: gone >= 2 || sampled.length === gone ? 'high' : 'medium',
				sentence: join.sentences.join(' '),
				evidence: [english.ofALocalSocketHas(gone, counted(sampled.length, 'flow')), ...join.evidence],
			}
		},
	},
	{
		id: 'not-translated',
		title: english.repliesThatAreNotTranslated,
		remedies: [english.dropInvalidPacketsInForward, english.findWhyTheEntryIs],
		judge(evidence) {
			const { sampled, rules } = evidence
			if (rules?.translates !== true) return undefined
			const passing = sampled.filter(({ facts }) => passesThrough(facts))
			const leaving = passing.filter(
				({ facts }) => isPrivate(facts.query.source) && (facts.entries?.length ?? 0) === 0,
			)
			const isDropped = rules.acting.some(
				({ hook, action }) =>
					['prerouting', 'forward', 'postrouting'].includes(hook) && /(?:drop|reject)$/.test(action),
			)
			const [first] = leaving
			if (first === undefined || leaving.length < passing.length / 2 || isDropped) return undefined
			return {
				share: shareOf(withId(evidence, NO_ENTRY), evidence),
				confidence: leaving.length >= 2 ? 'high' : 'medium',
				sentence: english.thisHostTranslatesAddressesNat(first.facts.query.source),
				evidence: [
					english.ofThatPassThroughHave(leaving.length, counted(passing.length, 'flow')),
					english.thereAreNatRulesAnd,
				],
			}
		},
	},
	{
		id: 'small-timeout',
		title: english.aTimeoutThatIsToo,
		remedies: [english.raiseTheTimeoutAboveThe, english.seeWhoSetItGrep],
		judge(evidence) {
			const { values, silent } = evidence
			const isAfterEstablished = silent.some(
				({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely',
			)
			const proved = provedBy(evidence, (knob) => /timeout/.test(knob))
			const loose = provedBy(evidence, (knob) => knob === 'tcp_loose')
			const gone = withId(evidence, NO_ENTRY)
			const small = smallTimeouts(values).filter((knob) => knob.startsWith('tcp_'))
			const [knob] = proved === undefined ? small : [proved.knob]
			if (knob === undefined || (gone.length === 0 && !isAfterEstablished && proved === undefined))
				return undefined
			const was = proved?.from ?? values[knob]
			return {
				share:
					isAfterEstablished && packetsOf(evidence) > 0
						? (evidence.accounting?.silent ?? 0) / packetsOf(evidence)
						: shareOf(gone, evidence),
				confidence: proved !== undefined ? 'high' : 'medium',
				sentence: english.nfConntrackIsSUsual(knob, was, grouped(USUAL_TIMEOUTS[knob] ?? 0)),
				evidence: [
					`nf_conntrack_${knob} = ${was}`,
					...(isAfterEstablished ? [english.nfConntrackTcpLooseIs] : []),
					...(proved === undefined ? [] : [`${knob} ${proved.to}: ${trialSays(proved)}`]),
					...(loose === undefined ? [] : [`tcp_loose 1: ${trialSays(loose)}`]),
				],
				lasting: lastingFor(knob, USUAL_TIMEOUTS[knob] ?? 600, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'not-picked-up',
		title: english.connectionsFromBeforeAreNot,
		remedies: [english.afterARestartAFailover, english.nfConntrackTcpLoose1],
		judge(evidence) {
			const { values, silent, accounting } = evidence
			const isLikely = silent.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely')
			const count = accounting?.silent ?? 0
			if (values.tcp_loose !== '0' || !isLikely || count === 0) return undefined
			const proved = provedBy(evidence, (knob) => knob === 'tcp_loose')
			return {
				share: count / Math.max(1, packetsOf(evidence)),
				confidence: proved !== undefined && smallTimeouts(values).length === 0 ? 'high' : 'low',
				sentence: english.packetsFromTheMiddleOf,
				evidence: [english.packetsWithoutALine(grouped(count)), 'nf_conntrack_tcp_loose = 0'],
				lasting: proved === undefined ? [] : lastingFor('tcp_loose', 1, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'late',
		title: english.latePacketsOfConnectionsThat,
		remedies: [english.mostlyHarmlessTheEndsHave, english.ifUsersComplainLookWhether],
		judge(evidence) {
			const rows = withId(evidence, NO_ENTRY)
			const { known, withSocket } = flowsSampled(evidence)
			if (rows.length === 0 || evidence.sampled.length === 0 || known > 0 || withSocket > 0) return undefined
			return {
				share: shareOf(rows, evidence),
				confidence: 'low',
				sentence: english.rstAndFinPacketsOf,
				evidence: [english.lookedAtNoEntryNo(counted(evidence.sampled.length, 'flow'))],
			}
		},
	},
]
