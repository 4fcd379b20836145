import type { Reason } from '../../reasons/classify.ts'
import * as english from '../../words/english/investigation/trial.ts'
import { rate } from '../../words/numbers.ts'
import { type Evidence, type Experiment, invalidReasons } from '../evidence.ts'
import { type Judgement, judge } from './chance.ts'

/** What one of our trials says, over INVALID packets as counted. */
export const judged = ({ before, during, after }: Experiment): Judgement => judge(before, during, after)

/** Lines a second of the reason in question before, with and after it; undefined where no reason was told. */
export function linesJudged({ lines }: Experiment): (Judgement & { readonly says: string }) | undefined {
	if (lines === undefined) return undefined
	const judgement = judge(lines.before, lines.during, lines.after)
	const { before, during, after } = judgement
	return {
		...judgement,
		says: english.linesOfSSS(lines.reason, rate(before), rate(during), rate(after)),
	}
}

/** All that is to be said of one trial: packets, lines of the reason, and what cut it short. */
export function trialSays(trial: Experiment): string {
	const lines = linesJudged(trial)
	return [
		judged(trial).sentence,
		...(lines === undefined ? [] : [lines.says]),
		...(trial.cut === '' ? [] : [english.measuredShorter(trial.cut)]),
	].join(' ')
}

/** One behaviour of conntrack that can be tried for a while. */
export type Trial = {
	readonly knob: string
	readonly from: string
	readonly to: string
	/** Why it is worth trying here, and what the packets get meanwhile. */
	readonly because: string
	readonly risk: string
	/** Ids of the reasons that it is about; undefined where no reason is told of such packets. */
	readonly about: RegExp | undefined
}

/** Packets outside the window; be_liberal does not touch the check of an RST, which comes before. And those without an entry. */
const WINDOW = /^tcp-(?:win|overshot)/
const RESET = /^tcp-rst/
const CHECKSUM = /csum|checksum/
const NO_ENTRY = /^tcp-new/

/** Timeouts far below what the kernel begins with (net/netfilter/nf_conntrack_proto_tcp.c, _udp.c, _generic.c), seconds. */
export const USUAL_TIMEOUTS: Readonly<Record<string, number>> = {
	tcp_timeout_established: 432_000,
	tcp_timeout_close_wait: 60,
	tcp_timeout_fin_wait: 120,
	tcp_timeout_last_ack: 30,
	tcp_timeout_time_wait: 120,
	tcp_timeout_unacknowledged: 300,
	tcp_timeout_max_retrans: 300,
	udp_timeout: 30,
	udp_timeout_stream: 120,
	icmp_timeout: 30,
	generic_timeout: 600,
}

/** Established connections that rest longer than this are usual (keepalives come every two hours by default). */
const SMALL_ESTABLISHED = 7_200

/** Timeouts of this host that are so small that living connections are forgotten. */
export const smallTimeouts = (values: Readonly<Record<string, string>>): readonly string[] =>
	Object.entries(USUAL_TIMEOUTS).flatMap(([knob, usual]) => {
		const value = Number(values[knob])
		const least = knob === 'tcp_timeout_established' ? SMALL_ESTABLISHED : usual / 4
		return values[knob] !== undefined && value < least ? [knob] : []
	})

type Considered = Pick<Evidence, 'values' | 'reasons' | 'silent' | 'rules'>

/**
 * What is not to be tried here, and why. A SYNPROXY answers what conntrack calls INVALID: with tcp_loose 1 it picks that up, and
 * every connection of such a host breaks (net/netfilter/nf_synproxy_core.c).
 */
export function harmfulTrials({
	rules,
	values,
}: Considered): readonly { readonly knob: string; readonly why: string }[] {
	const proxy = rules?.shaping?.find(({ kind }) => kind === 'synproxy')
	return proxy === undefined || values.tcp_loose !== '0'
		? []
		: [{ knob: 'tcp_loose', why: english.aSynproxyNeedsIt(proxy.text) }]
}

/**
 * What can be tried here, most promising first. Only what this kernel has, what is not so already, and what some packet that was
 * seen speaks for.
 */
export function trials(evidence: Considered): readonly Trial[] {
	const harmful = new Set(harmfulTrials(evidence).map(({ knob }) => knob))
	const { values, silent } = evidence
	const ids = invalidReasons(evidence).map(({ reason }) => reason.id)
	const has = (pattern: RegExp) => ids.some((id) => pattern.test(id))
	const isMidStream = silent.some(({ id, standing }) => id === 'silent-tcp-loose' && standing === 'likely')
	const small = smallTimeouts(values)
	const all: readonly (Trial & { readonly weight: number })[] = [
		{
			knob: 'tcp_be_liberal',
			from: values.tcp_be_liberal ?? '',
			to: '1',
			because: english.packetsOutsideTheWindowKeep,
			risk: english.statefulRulesAcceptPacketsOutside,
			about: WINDOW,
			weight: has(WINDOW) ? 3 : 0,
		},
		{
			knob: 'tcp_ignore_invalid_rst',
			from: values.tcp_ignore_invalid_rst ?? '',
			to: '1',
			because: english.anRstOutsideTheWindow,
			risk: english.aForgedRstIsPassed,
			about: RESET,
			weight: has(RESET) ? 3 : 0,
		},
		{
			knob: 'checksum',
			from: values.checksum ?? '',
			to: '0',
			because: english.checksumsAreNoLongerLooked,
			risk: english.packetsWithAWrongChecksum,
			about: CHECKSUM,
			weight: has(CHECKSUM) ? 3 : 0,
		},
		...small.map((knob) => ({
			knob,
			from: values[knob] ?? '',
			to: String(USUAL_TIMEOUTS[knob] ?? 600),
			because: english.entriesLiveAsLongAs(USUAL_TIMEOUTS[knob]),
			risk: english.theTableGrowsByConnections,
			about: NO_ENTRY,
			weight: isMidStream || has(NO_ENTRY) ? 4 : 1,
		})),
		{
			knob: 'tcp_loose',
			from: values.tcp_loose ?? '',
			to: '1',
			because: english.connectionsArePickedUpIn,
			risk: english.anyAckMakesAnEntry,
			about: undefined,
			weight: isMidStream ? 3 : 0,
		},
	]
	return (
		all
			// While no reason was told, any of them may be it.
			.filter(({ from, to, weight }) => (weight > 0 || ids.length === 0) && from !== '' && from !== to)
			.filter(({ knob }) => !harmful.has(knob))
			.toSorted((one, other) => other.weight - one.weight)
			.map(({ weight: _weight, ...trial }) => trial)
	)
}

/** Those that were not tried yet. */
export const untried = (evidence: Considered & Pick<Evidence, 'experiments'>): readonly Trial[] =>
	trials(evidence).filter(
		({ knob, to }) => !evidence.experiments.some((one) => one.knob === knob && one.to === to),
	)

/** The reason that a trial is to make rarer: the most frequent one of those that it is about, or of all. */
export function reasonInQuestion({ about }: Trial, evidence: Pick<Evidence, 'reasons'>): Reason | undefined {
	const told = invalidReasons(evidence)
	return (told.find(({ reason }) => about?.test(reason.id) === true) ?? told[0])?.reason
}
