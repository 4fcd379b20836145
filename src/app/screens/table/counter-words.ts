import * as english from '../../../words/english/app/table.ts'
export type CounterWord = 'worry' | 'expected' | 'normal'

type Meaning = {
	readonly text: string
	/** Rises of this counter are losses that should not be. */
	readonly worry?: boolean
	/** Above this rate per second even an expected rise is worth a look. */
	readonly worryAbove?: number
	/** Rises all the time in the course of ordinary work. */
	readonly ordinary?: boolean
}

/** What each counter of `conntrack -S` counts (net/netfilter/nf_conntrack_core.c and its users). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
	invalid: {
		text: english.packetsThatBelongToNo,
		worryAbove: 10,
	},
	insert_failed: {
		text: english.entriesThatLostARace,
		worryAbove: 10,
	},
	drop: {
		text: english.packetsDroppedByConntrackItself,
		worry: true,
	},
	early_drop: { text: english.entriesThrownOutToMake, worry: true },
	error: {
		text: english.icmpAndIcmpv6PacketsThat,
		worryAbove: 10,
	},
	chaintoolong: {
		text: english.entriesRefusedBecauseTheirHash,
		worry: true,
	},
	clash_resolve: {
		text: english.racesBetweenTwoPacketsOf,
		worryAbove: 1000,
	},
	search_restart: { text: english.lookUpsBegunAgainBecause, worryAbove: 1000 },
	found: { text: english.lookUpsOfNatThat, ordinary: true },
	insert: { text: english.entriesMadeThroughNetlinkConntrackd, ordinary: true },
	new: { text: english.notCountedByCurrentKernels, ordinary: true },
	ignore: { text: english.packetsThatCarriedAnEntry, ordinary: true },
	delete: { text: english.notCountedByCurrentKernels, ordinary: true },
	delete_list: { text: english.notCountedByCurrentKernels, ordinary: true },
	searched: { text: english.notCountedByCurrentKernels, ordinary: true },
	expect_new: { text: english.expectedConnectionsAnnouncedByHelpers, ordinary: true },
	expect_create: { text: english.expectedConnectionsAdded, ordinary: true },
	expect_delete: { text: english.expectedConnectionsRemoved, ordinary: true },
}

/** One word about what the counter did since the start; undefined for a counter that we do not know. */
export function counterWord(name: string, rise: number, perSecond: number): CounterWord | undefined {
	const meaning = MEANINGS[name]
	if (meaning === undefined) return undefined
	if (rise <= 0 || meaning.ordinary === true) return 'normal'
	if (meaning.worry === true || perSecond > (meaning.worryAbove ?? Number.POSITIVE_INFINITY)) return 'worry'
	return 'expected'
}

/** What the counter counts. */
export const counterMeaning = (name: string): string =>
	MEANINGS[name]?.text ?? english.notKnownHereNewerKernels
