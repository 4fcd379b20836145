import * as english from '../../words/english/investigation/causes.ts'
import { grouped } from '../../words/numbers.ts'
import { type Context, isDropping, type Told } from './window-context.ts'
import { likeOffload, likeOneDirection, likeRewritten, likeScale } from './window-look-alikes.ts'

/** No window that two ends agree on is larger: 65 535 << 14 (RFC 7323). */
const LARGEST_WINDOW = 65_535 * 2 ** 14

export function rewritten(context: Context): Told | undefined {
	const { isFar, isSteady, both, isNear, ways, farthest, one, evidence } = context
	// What is dropped here as INVALID has no answer, whichever way that would take.
	if (isNear || !isFar || !isSteady || (one && !isDropping(evidence))) return undefined
	return {
		id: 'sequence-rewritten',
		title: english.rewrittenSequenceNumbers,
		sentence: english.somethingOnTheWayRewrites,
		remedies: [english.findTheBoxThatRewrites, english.nfConntrackTcpBeLiberal],
		signs: [
			context.saidBy,
			{ says: english.bytesFromTheBound(grouped(farthest)), isSeen: true },
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: both ? true : undefined },
		],
		lookAlikes: [likeOneDirection(context), likeScale(context), likeOffload(context)],
	}
}

export function scale(context: Context): Told | undefined {
	const { isFar, both, isNear, farthest, ways } = context
	if (isFar || context.one || !isNear || farthest <= 0 || farthest > LARGEST_WINDOW) return undefined
	return {
		id: 'window-scale-unknown',
		title: english.windowScaleNotSeen,
		sentence: english.conntrackComputesASmallerWindow,
		remedies: [english.lookForAMiddleboxThat, english.nfConntrackTcpBeLiberal],
		signs: [
			context.saidBy,
			{ says: english.bytesFromTheBound(grouped(farthest)), isSeen: true },
			{ says: ways[0] ?? english.bothDirectionsCounted, isSeen: both ? true : undefined },
		],
		lookAlikes: [
			likeOneDirection(context),
			likeRewritten(context),
			likeOffload(context),
			{ title: english.delayedDuplicates, ruledOut: undefined, tells: english.captureTheHandshake },
		],
	}
}

export function offload(context: Context): Told | undefined {
	const { offloaded, entries, one } = context
	const now = entries.filter(({ offload: isOffloaded, hwOffload }) => isOffloaded || hwOffload).length
	const [rule] = offloaded ?? []
	if (one || (rule === undefined && now === 0)) return undefined
	return {
		id: 'offload',
		title: english.offloadedFlows,
		sentence: english.theFlowsComeBackFromAFlowtable,
		remedies: [english.keepSuchFlowsOutOfTheFlowtable],
		signs: [
			context.saidBy,
			...(rule === undefined ? [] : [{ says: english.ruleSays(rule.text), isSeen: true }]),
			{ says: english.entriesAreOffloaded(now), isSeen: now > 0 ? true : undefined },
		],
		lookAlikes: [likeOneDirection(context), likeRewritten(context)],
	}
}
