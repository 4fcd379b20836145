import type { Holders } from '../../kernel/conntrack/list-groups.ts'
import type { MonotonicMs } from '../../model/clock.ts'

/** From worst to best; the first two are so now, the others follow from the numbers alone. */
export type Fullness = 'dropping' | 'evicting' | 'full' | 'nearly-full' | 'filling' | 'roomy'

/** Entries in the table at one moment. */
export type TableLevel = { readonly at: MonotonicMs; readonly entries: number }

/** How much room the connection table of one namespace has, in one moment. */
export type TableFill = {
	readonly fullness: Fullness
	readonly count: number
	/** The most entries of the last seconds: between two packets that found no room some may have ended. */
	readonly peak: number
	/** nf_conntrack_max; null where it is not told, or is 0, which means no limit (up to Linux 6.18). */
	readonly max: number | null
	/** One value of the whole host, set in the initial namespace, and this is another one. */
	readonly isSetElsewhere: boolean
	/** A second, now. */
	readonly rates: Rates
	/** In the time that was watched, `seconds`. */
	readonly watched: Rates & { readonly seconds: number }
	/** Undefined before the first listing, and where there is none. */
	readonly holders: Holders | undefined
	/** How old that listing is, seconds. */
	readonly holdersAge: number
}

type Rates = {
	/** Packets that began a connection and found no room for its entry. */
	readonly noRoom: number
	/** Entries thrown out for new ones. */
	readonly evicted: number
	/** Entries that lost a race with an equal one. */
	readonly clashes: number
}

type Counts = Readonly<Record<string, number>>

export type FillInput = {
	readonly count: number
	/** Entries in the last readings. */
	readonly levels: readonly number[]
	readonly max: number | null
	readonly initial: boolean
	/** Counters by the names of `conntrack -S`: a second, and their rise in `seconds`. */
	readonly rates: Counts
	readonly since: Counts
	readonly seconds: number
	readonly holders?: Holders | undefined
	readonly holdersAge?: number
}

const FILLING = 0.75
/** From here on the kernel itself throws entries out that no answer has confirmed (nf_conntrack_core.c, gc_worker). */
const NEARLY = 0.95
/** Entries that end between two readings make room for a moment. */
const AT_MAX = 0.99

export function fillOf(input: FillInput): TableFill {
	const { count, levels, initial, holders, holdersAge = 0 } = input
	const max = input.max !== null && input.max > 0 ? input.max : null
	const peak = Math.max(count, ...levels)
	const rates = ratesOf(input.rates)
	return {
		fullness: max === null ? 'roomy' : fullnessOf(peak / max, count / max, rates),
		count,
		peak,
		max,
		isSetElsewhere: !initial,
		rates,
		watched: { ...ratesOf(input.since), seconds: input.seconds },
		holders,
		holdersAge,
	}
}

function fullnessOf(peak: number, share: number, { noRoom, evicted }: Rates): Fullness {
	if (peak >= NEARLY && noRoom > 0) return 'dropping'
	if (peak >= NEARLY && evicted > 0) return 'evicting'
	if (peak >= AT_MAX && share >= NEARLY) return 'full'
	if (share >= NEARLY) return 'nearly-full'
	return share >= FILLING ? 'filling' : 'roomy'
}

/**
 * `drop` moves where there is no room, and together with `insert_failed` where two packets raced for one entry
 * (nf_conntrack_core.c, nf_ct_resolve_clash); a hash chain that is too long moves `insert_failed` alone.
 */
function ratesOf({ drop = 0, early_drop = 0, insert_failed = 0, chaintoolong = 0 }: Counts): Rates {
	const clashes = Math.max(0, insert_failed - chaintoolong)
	return { noRoom: Math.max(0, drop - clashes), evicted: early_drop, clashes }
}

/** The most entries of the last seconds were as many as there may be. */
export const isAtMax = ({ peak, max }: TableFill): boolean => max !== null && peak >= max * AT_MAX

/** So full that it has to be said. */
export const isPressed = ({ fullness }: TableFill): boolean => fullness !== 'filling' && fullness !== 'roomy'
