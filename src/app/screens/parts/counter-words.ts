import * as english from '../../../words/english/app/table.ts'
import type { Tone } from '../../../words/line.ts'
import type { State } from '../../state/state.ts'

export type CounterWord = 'worry' | 'normal'

export const COUNTER_TONES: Readonly<Record<CounterWord, Tone>> = { worry: 'bad', normal: 'dim' }

type Meaning = {
	readonly text: string
	/** Rises of this counter are losses that should not be. */
	readonly worry?: boolean
	/** Above this rate per second a rise is worth a look, unless it is next to nothing among the packets that pass. */
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

/** Of the packets that pass, so small a part is the noise of any network. */
const NOISE = 0.001

/**
 * One word about what a counter did since the start: losses worry whenever they rose, others by how fast they rise and by
 * their share of the packets that pass, where that is known. Undefined for a counter that we do not know.
 */
export function counterWord(
	name: string,
	rise: number,
	perSecond: number,
	packets?: number,
): CounterWord | undefined {
	const meaning = MEANINGS[name]
	if (meaning === undefined) return undefined
	if (rise <= 0 || meaning.ordinary === true) return 'normal'
	if (meaning.worry === true) return 'worry'
	const isNoise = packets !== undefined && perSecond <= packets * NOISE
	return perSecond > (meaning.worryAbove ?? Number.POSITIVE_INFINITY) && !isNoise ? 'worry' : 'normal'
}

/** The same on all screens. */
export function counterWordOf(name: string, { counters: { value } }: Pick<State, 'counters'>) {
	return counterWord(name, value?.since[name] ?? 0, value?.rates[name] ?? 0, value?.packets?.rate)
}

/** What the counter counts. */
export const counterMeaning = (name: string): string =>
	MEANINGS[name]?.text ?? english.notKnownHereNewerKernels
