import type { EntryTuple } from '../probes/entry-values.ts'
import type { Flow, LifeEvent } from './life-event.ts'
import { createTook, type Took, togetherTook } from './took.ts'

/** Both lists of one network namespace, as far as probes have seen them. Times are in microseconds. */
export type LivesReading = {
	/** How long was looked. */
	readonly micros: number
	readonly unconfirmed: LiveList & {
		/** False: this kernel has no place for the probe that sees entries being made. */
		readonly isKnown: boolean
		/** From allocation to confirmation. */
		readonly confirmed: Took
		/** Those that were freed without it, and how long that took: their packet was dropped, or lost a race. */
		readonly dropped: Took
	}
	readonly dying: LiveList & {
		/** From removal to release. */
		readonly freed: Took
	}
	/** In other network namespaces there are so many at this moment. */
	readonly elsewhere: { readonly unconfirmed: number; readonly dying: number }
	/** Entries of all namespaces that were made, or removed, before anybody looked, by what became of them meanwhile. */
	readonly before: { readonly confirmed: number; readonly freed: number }
	/** Events that were overwritten before they were read, and calls that no probe saw. */
	readonly lost: number
	/** Entries that were too many at once to be followed. */
	readonly unfollowed: number
}

export type LiveList = {
	/** Those that are in it for sure. */
	readonly now: number
	/** Of these, so many for HELD_MICROS or longer. */
	readonly held: number
	/** Events were lost since they came into it: they may have left it. */
	readonly doubtful: number
	/** The most at one time. */
	readonly most: number
	/** Of those that are in it for sure, those that are in it longest. */
	readonly oldest: readonly Held[]
}

/** `flow`: null where its protocol has addresses of a form that is not known here. */
export type Held = { readonly micros: number; readonly flow: EntryTuple | null }

/** Microseconds are usual: what takes as long as this is held by somebody. */
export const HELD_MICROS = 1_000_000
/** Followed at one time in each list. */
const MOST = 65_536
const MOST_OLDEST = 20
/** Network namespaces that are told apart; what is in more of them is told of none. */
const MOST_NAMESPACES = 1_024
/** Releases that are remembered, newest last: what was before one of them may be read after it. */
const MOST_FREED = 256

type Freed = {
	readonly at: number
	/** Nothing was known of the entry. */
	readonly isUnknown: boolean
}

type Counts = {
	/** Null for those of which it is not known. */
	readonly netns: number | null
	unconfirmed: number
	dying: number
	mostUnconfirmed: number
	mostDying: number
	readonly confirmed: ReturnType<typeof createTook>
	readonly dropped: ReturnType<typeof createTook>
	readonly freed: ReturnType<typeof createTook>
}

type Life = {
	readonly since: number
	readonly flow: Flow | null
	readonly counts: Counts
	/** How often events had been lost when it came. */
	readonly losses: number
}

export type Lives = {
	take(event: LifeEvent): void
	/** Events are missing: of what is there nobody knows whether it still is. */
	lose(events: number): void
	/** `now`: CLOCK_MONOTONIC. Null for `netns` takes all namespaces as one that is not known. */
	reading(now: number, netns: number | null): LivesReading
}

/**
 * Follows entries by where they are in memory. Events of two CPUs can come in another order than they happened when they
 * are microseconds apart, so each is compared with the time from which on the place has been somebody's.
 */
export function createLives(
	since: number,
	{ seesMade, most = MOST }: { readonly seesMade: boolean; readonly most?: number },
): Lives {
	/** Oldest first. */
	const unconfirmed = new Map<number, Life>()
	const dying = new Map<number, Life>()
	const freed = new Map<number, Freed>()
	const namespaces = new Map<number | null, Counts>()
	const before = { confirmed: 0, freed: 0 }
	let losses = 0
	let lost = 0
	let unfollowed = 0

	const countsOf = (netns: number | null): Counts => {
		const key = namespaces.has(netns) || namespaces.size < MOST_NAMESPACES ? netns : null
		const known = namespaces.get(key)
		if (known !== undefined) return known
		const counts = countsOfNone(key)
		namespaces.set(key, counts)
		return counts
	}

	const enter = (list: 'unconfirmed' | 'dying', { place, micros, netns, flow }: LifeEvent): void => {
		const lives = list === 'unconfirmed' ? unconfirmed : dying
		if (lives.size >= most) {
			unfollowed += 1
			return
		}
		const counts = countsOf(netns)
		lives.set(place, { since: micros, flow, counts, losses })
		counts[list] += 1
		if (list === 'unconfirmed') counts.mostUnconfirmed = Math.max(counts.mostUnconfirmed, counts[list])
		else counts.mostDying = Math.max(counts.mostDying, counts[list])
	}

	const leave = (list: 'unconfirmed' | 'dying', place: number): Life | undefined => {
		const lives = list === 'unconfirmed' ? unconfirmed : dying
		const life = lives.get(place)
		if (life === undefined) return undefined
		lives.delete(place)
		life.counts[list] -= 1
		return life
	}

	/** The place has been somebody else's since then: what is told of it was about the one before. */
	const isOfEarlier = ({ place, micros }: LifeEvent): boolean =>
		micros < (unconfirmed.get(place)?.since ?? dying.get(place)?.since ?? Number.NEGATIVE_INFINITY)

	/** The release that came after this, though it was read before it. */
	const releaseAfter = ({ step, place, micros }: LifeEvent): Freed | undefined => {
		const release = step === 'freed' ? undefined : freed.get(place)
		const isAfter = release !== undefined && (step === 'made' ? release.at > micros : release.at >= micros)
		return isAfter ? release : undefined
	}

	/** Both ends of it are known, the later one first. */
	const over = ({ step, place, micros, netns }: LifeEvent, { at, isUnknown }: Freed): void => {
		if (!isUnknown || step === 'confirmed') return
		freed.set(place, { at, isUnknown: false })
		before.freed -= 1
		countsOf(netns)[step === 'made' ? 'dropped' : 'freed'].add(at - micros)
	}

	const steps: Readonly<Record<LifeEvent['step'], (event: LifeEvent) => void>> = {
		made(event) {
			// Where its end was not seen.
			leave('unconfirmed', event.place)
			leave('dying', event.place)
			enter('unconfirmed', event)
		},
		confirmed({ place, micros }) {
			const life = leave('unconfirmed', place)
			if (life !== undefined) life.counts.confirmed.add(micros - life.since)
			else if (!dying.has(place)) before.confirmed += 1
		},
		removed(event) {
			leave('unconfirmed', event.place)
			// Of two who remove it at once the first one counts.
			if (!dying.has(event.place)) enter('dying', event)
		},
		freed({ place, micros }) {
			const made = leave('unconfirmed', place)
			const removed = leave('dying', place)
			const isUnknown = made === undefined && removed === undefined
			made?.counts.dropped.add(micros - made.since)
			removed?.counts.freed.add(micros - removed.since)
			if (isUnknown) before.freed += 1
			freed.delete(place)
			if (freed.size >= MOST_FREED) freed.delete(freed.keys().next().value ?? 0)
			freed.set(place, { at: micros, isUnknown })
		},
	}

	const listOf = (
		lives: ReadonlyMap<number, Life>,
		now: number,
		netns: number | null,
	): Omit<LiveList, 'most'> => {
		const oldest: Held[] = []
		let [sure, held, doubtful] = [0, 0, 0]
		for (const life of lives.values()) {
			if (!isOf(life.counts, netns)) continue
			if (life.losses < losses) {
				doubtful += 1
				continue
			}
			const micros = Math.max(0, now - life.since)
			sure += 1
			if (micros >= HELD_MICROS) held += 1
			if (oldest.length < MOST_OLDEST) oldest.push({ micros, flow: life.flow?.() ?? null })
		}
		return { now: sure, held, doubtful, oldest }
	}

	return {
		take(event) {
			const release = releaseAfter(event)
			if (release !== undefined) over(event, release)
			else if (!isOfEarlier(event)) steps[event.step](event)
		},
		lose(events) {
			if (events <= 0) return
			lost += events
			losses += 1
		},
		reading(now, netns) {
			const all = [...namespaces.values()]
			const ours = all.filter((counts) => isOf(counts, netns))
			const others = all.filter((counts) => !isOf(counts, netns))
			const took = (of: 'confirmed' | 'dropped' | 'freed') =>
				togetherTook(ours.map((counts) => counts[of].value()))
			const total = (
				of: readonly Counts[],
				what: 'unconfirmed' | 'dying' | 'mostUnconfirmed' | 'mostDying',
			) => of.reduce((sum, counts) => sum + counts[what], 0)
			return {
				micros: Math.max(0, now - since),
				unconfirmed: {
					isKnown: seesMade,
					...listOf(unconfirmed, now, netns),
					most: total(ours, 'mostUnconfirmed'),
					confirmed: took('confirmed'),
					dropped: took('dropped'),
				},
				dying: {
					...listOf(dying, now, netns),
					most: total(ours, 'mostDying'),
					freed: took('freed'),
				},
				elsewhere: { unconfirmed: total(others, 'unconfirmed'), dying: total(others, 'dying') },
				// Without the probe that sees entries being made all of them would seem to be older.
				before: seesMade ? { ...before } : { confirmed: 0, freed: 0 },
				lost,
				unfollowed,
			}
		},
	}
}

const isOf = (counts: Counts, netns: number | null): boolean =>
	netns === null || counts.netns === null || counts.netns === netns

const countsOfNone = (netns: number | null): Counts => ({
	netns,
	unconfirmed: 0,
	dying: 0,
	mostUnconfirmed: 0,
	mostDying: 0,
	confirmed: createTook(),
	dropped: createTook(),
	freed: createTook(),
})
