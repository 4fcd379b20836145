import * as english from '../../words/english/investigation/ladder.ts'
import { describe } from '../../words/failure.ts'
import { activeRung, consoleRung, hiddenRungs, lostRung, oldKernelRung } from './ladder-doubts.ts'
import { allNetnsRung, loggerRung, readerRung } from './ladder-loggers.ts'
import { logInvalidRung } from './ladder-protocol.ts'
import type { LadderInput, Rung, Seen } from './rung.ts'

export type { LadderInput, Rung, RungId } from './rung.ts'

/**
 * Will a reason line reach us, and if not, why? The conditions in the order in which a line meets them, from the packet
 * to the reader (net/netfilter/nf_conntrack_proto.c, nf_log.c, nf_log_syslog.c, nfnetlink_log.c), then those that hide
 * single reasons. Rungs of the last kind that say nothing worth reading on this host are left out.
 */
export function ladder(input: LadderInput): readonly Rung[] {
	const { settings, source = 'kmsg' } = input
	if (source === 'probe') return probeLadder(input)
	const rungs: (Rung | undefined)[] = source === 'kmsg' ? [kernelLogRung(input)] : []
	if (settings !== undefined) {
		const seen: Seen = { ...input, settings }
		if (source === 'nflog') rungs.push(readerRung(seen))
		rungs.push(
			activeRung(seen),
			logInvalidRung(settings),
			settings.values.log_invalid === ICMPV6 ? undefined : loggerRung(seen, 2),
			settings.values.log_invalid === ICMP ? undefined : loggerRung(seen, 10),
			allNetnsRung(seen),
			...hiddenRungs(seen),
			lostRung(seen),
			source === 'kmsg' ? consoleRung(settings) : undefined,
			oldKernelRung(seen),
		)
	}
	return rungs.filter((one) => one !== undefined)
}

/** Probes stand before the log, its loggers and its settings are asked. */
function probeLadder(input: LadderInput): readonly Rung[] {
	const { settings } = input
	if (settings === undefined) return [PROBES_RUNG]
	const seen: Seen = { ...input, settings }
	return [PROBES_RUNG, activeRung(seen), ...hiddenRungs(seen), lostRung(seen)].filter(
		(one) => one !== undefined,
	)
}

const PROBES_RUNG: Rung = {
	id: 'probes',
	question: english.doKernelProbesTell,
	ok: true,
	answer: 'yes',
	because: english.kernelProbesAreSet,
	next: '',
}

/** Protocols of one family: the logger of the other one has nothing to do then. */
const ICMP = '1'
const ICMPV6 = '58'

/**
 * The rungs that are shut, if no line gets past them. A logger that one family alone lacks leaves the lines of the other,
 * so it comes behind what stops them all.
 */
function stopsOf(rungs: readonly Rung[]): readonly Rung[] {
	const shut = rungs.filter(({ ok }) => !ok)
	if (!rungs.some(({ id, ok }) => ok && id.startsWith('logger'))) return shut
	const all = shut.filter(({ id }) => !id.startsWith('logger'))
	return all.length === 0 ? [] : [...all, ...shut.filter(({ id }) => id.startsWith('logger'))]
}

/** What to do first: about what the sentence says first. Empty where nothing is shut. */
export function ladderAsks(rungs: readonly Rung[]): string {
	return (stopsOf(rungs)[0] ?? rungs.find(({ ok }) => !ok))?.next ?? ''
}

/** The ladder in one sentence: will lines reach us as things stand? */
export function ladderSays(rungs: readonly Rung[]): { readonly reaches: boolean; readonly sentence: string } {
	const logger4 = rungs.find((one) => one.id === 'logger-ipv4')
	const logger6 = rungs.find((one) => one.id === 'logger-ipv6')
	const oneFamily = (logger4?.ok ?? true) !== (logger6?.ok ?? true)
	const stops = stopsOf(rungs)
	if (stops.length > 0) {
		const because = stops.map((one) => one.because).join('; besides, ')
		return { reaches: false, sentence: english.noReasonLineWillReach(because) }
	}
	if (oneFamily) {
		const shut = logger4?.ok === false ? logger4 : logger6
		return { reaches: true, sentence: english.onlyHalfOfTheReason(shut?.because ?? '') }
	}
	const news = rungs.filter((one) => one.ordinary !== true)
	const partly = news.find((one) => one.answer === 'partly')
	if (partly !== undefined) {
		return { reaches: true, sentence: english.reasonLinesWillReachUs(partly.because) }
	}
	const doubt = news.find((one) => one.answer === 'unknown')
	if (doubt !== undefined) {
		return { reaches: true, sentence: english.nothingSeenStopsTheReason(doubt.because) }
	}
	return { reaches: true, sentence: english.reasonLinesWillReachUs2 }
}

function kernelLogRung({ logFailure }: LadderInput): Rung {
	const id = 'kernel-log'
	const question = english.canTheKernelLogBe
	if (logFailure === undefined)
		return { id, question, ok: true, answer: 'yes', because: english.devKmsgCanBeRead, next: '' }
	const { detail, next } = describe(logFailure)
	return { id, question, ok: false, answer: 'no', because: detail, next }
}
