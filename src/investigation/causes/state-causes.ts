import { counted, grouped } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import { isPrivate } from '../join/addresses.ts'
import { joinFlow } from '../join/join.ts'
import { judged, smallTimeouts, trialSays, USUAL_TIMEOUTS } from '../trial/experiments.ts'
import { lastingFor } from '../trial/lasting.ts'
import type { CauseRule } from './cause.ts'
import { packetsOf, shareOf, withId } from './packet-causes.ts'
import { flowsSampled, passesThrough } from './sampled.ts'

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
		title: 'asymmetric routing',
		remedies: [
			'Route both directions through this host, or neither.',
			'Where that cannot be, do not track these flows (notrack in a raw chain) and filter them without states.',
			'nf_conntrack_tcp_be_liberal 1 lets packets outside the window pass; the entries still know half of the truth.',
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
				sentence: flows.oneWay
					? 'Only one direction of these connections passes this host: asymmetric routing. What the other side acknowledges is not seen, so the window stays where it was.'
					: 'The sender goes on far beyond what was acknowledged here, so it gets acknowledgements on another way: likely asymmetric routing. Counting both directions would prove it.',
				evidence: [
					...(beyond === undefined ? [] : [`${beyond.reason.title}: ${beyond.detail}`]),
					...(bothWays === undefined
						? []
						: [`counted: ${grouped(bothWays.there)} packets one way, ${grouped(bothWays.back)} the other`]),
					...(flows.unreplied > 0 ? [`${flows.unreplied} of ${flows.known} entries have no reply`] : []),
					...(liberal === undefined ? [] : [`tcp_be_liberal 1: ${trialSays(liberal)}`]),
				],
				lasting: liberal === undefined ? [] : lastingFor('tcp_be_liberal', 1, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'entry-gone',
		title: 'the entry is gone while the socket lives',
		remedies: [
			'Find who deletes entries (conntrack -D or -F in a script, a controller, a full table), or which timeout is too small.',
			'Let the rule that drops INVALID spare what this host sends (OUTPUT), or reset such connections instead of dropping.',
		],
		judge(evidence) {
			const { sampled, rules } = evidence
			const { gone, telling } = flowsSampled(evidence)
			if (gone === 0 || telling === undefined) return undefined
			const join = joinFlow(telling.facts, rules?.acting)
			return {
				share: shareOf(withId(evidence, NO_ENTRY), evidence),
				confidence: gone >= 2 || sampled.length === gone ? 'high' : 'medium',
				sentence: join.sentences.join(' '),
				evidence: [
					`${gone} of ${counted(sampled.length, 'flow')}: a local socket has the connection, and there was no entry`,
					...join.evidence,
				],
			}
		},
	},
	{
		id: 'not-translated',
		title: 'replies that are not translated back',
		remedies: [
			'Drop INVALID packets in FORWARD, so that none leaves with an address that the other side does not know (kube-proxy has such a rule).',
			'Find why the entry is gone: a timeout, a script that deletes entries, a full table.',
		],
		judge(evidence) {
			const { sampled, rules } = evidence
			if (rules?.translates !== true) return undefined
			const passing = sampled.filter(passesThrough)
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
				sentence: `This host translates addresses (NAT), but not of INVALID packets: ${first.facts.query.source} reaches the other side under its own address, which is unknown there, and is answered with a reset.`,
				evidence: [
					`${leaving.length} of ${counted(passing.length, 'flow')} that pass through have no entry and a private source`,
					'there are NAT rules, and no rule drops INVALID in FORWARD',
				],
			}
		},
	},
	{
		id: 'small-timeout',
		title: 'a timeout that is too small',
		remedies: [
			'Raise the timeout above the longest rest of these connections, or let them send keepalives more often.',
			'See who set it: grep -r nf_conntrack /etc/sysctl.conf /etc/sysctl.d, or the controller of the node.',
		],
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
				sentence: `nf_conntrack_${knob} is ${was} s (usual: ${grouped(USUAL_TIMEOUTS[knob] ?? 0)} s): connections that rest longer are forgotten, and what they send afterwards belongs to none.`,
				evidence: [
					`nf_conntrack_${knob} = ${was}`,
					...(isAfterEstablished
						? [
								'nf_conntrack_tcp_loose is 0: packets from the middle of a connection are INVALID, without a line',
							]
						: []),
					...(proved === undefined ? [] : [`${knob} ${proved.to}: ${trialSays(proved)}`]),
					...(loose === undefined ? [] : [`tcp_loose 1: ${trialSays(loose)}`]),
				],
				lasting: lastingFor(knob, USUAL_TIMEOUTS[knob] ?? 600, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'not-picked-up',
		title: 'connections from before are not picked up',
		remedies: [
			'After a restart, a failover or a flush of the table this passes as connections begin anew.',
			'nf_conntrack_tcp_loose 1 picks connections up in their middle; conntrackd keeps the tables of two hosts alike.',
		],
		judge(evidence) {
			const { values, silent, accounting } = evidence
			const isLikely = silent.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely')
			const count = accounting?.silent ?? 0
			if (values.tcp_loose !== '0' || !isLikely || count === 0) return undefined
			const proved = provedBy(evidence, (knob) => knob === 'tcp_loose')
			return {
				share: count / Math.max(1, packetsOf(evidence)),
				confidence: proved !== undefined && smallTimeouts(values).length === 0 ? 'high' : 'low',
				sentence:
					'Packets from the middle of connections that this host has no entry for: nf_conntrack_tcp_loose is 0, so they are INVALID, without a line.',
				evidence: [`${grouped(count)} packets without a line`, 'nf_conntrack_tcp_loose = 0'],
				lasting: proved === undefined ? [] : lastingFor('tcp_loose', 1, evidence.conntrackBuiltIn),
			}
		},
	},
	{
		id: 'late',
		title: 'late packets of connections that are over',
		remedies: [
			'Mostly harmless: the ends have closed already. Dropping them hurts nobody who is still talking.',
			'If users complain, look whether the ends still have these connections (ss -tn on both).',
		],
		judge(evidence) {
			const rows = withId(evidence, NO_ENTRY)
			const { known, withSocket } = flowsSampled(evidence)
			if (rows.length === 0 || evidence.sampled.length === 0 || known > 0 || withSocket > 0) return undefined
			return {
				share: shareOf(rows, evidence),
				confidence: 'low',
				sentence:
					'RST and FIN packets of connections that neither conntrack nor a local socket knows any more.',
				evidence: [`${counted(evidence.sampled.length, 'flow')} looked at: no entry, no socket`],
			}
		},
	},
]
