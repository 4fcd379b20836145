import {
	duration,
	holdersOf,
	type ListName,
	listSays,
	notKnownOf,
	tookSays,
} from '../../../investigation/table/lives-words.ts'
import type { Took } from '../../../kernel/lives/took.ts'
import type { ListReading } from '../../../model/table-readings.ts'
import * as english from '../../../words/english/app/table.ts'
import { describe } from '../../../words/failure.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { age, grouped } from '../../../words/numbers.ts'
import { whyNotWrite } from '../../changing/may-write.ts'
import { probesInForce } from '../../changing/probing.ts'
import { keyOf } from '../../state/bindings.ts'
import type { State } from '../../state/state.ts'

/** So long entries are followed; the guard takes the probes away at the latest. */
export const FOLLOW_LISTS_MS = 10_000

const areFollowed = (state: Pick<State, 'lease'>): boolean =>
	probesInForce(state).some(({ probes }) => probes.set === 'lists')

/** Why entries cannot be followed now; undefined when it can be tried. */
export function whyNotFollow(state: State): string | undefined {
	if (state.facts === undefined) return english.theHostWasNotLookedAt
	if (areFollowed(state)) return english.entriesAreFollowed
	const { probes } = state.facts
	if (probes?.canBe === false) return english.probesCannotBeSet(probes.says.join('; '))
	return whyNotWrite(state)
}

/**
 * One of the two lists in a line: the kernel's own where it has it, else what probes have seen, else what would tell.
 * `isOwnWhole`: the kernel lists all there are, and not only what waits for a listener.
 */
export function listWords(list: ListName, own: ListReading, isOwnWhole: boolean, state: State): Line {
	const live = isOwnWhole ? undefined : liveOf(list, state)
	if (live === undefined) return ownWords(own, isOwnWhole, state)
	const { value, failure } = state.lives
	const when = [
		areFollowed(state) ? '' : english.seenAgo(age(state.now - (value?.at ?? 0))),
		failure === undefined ? '' : english.endedEarly(describe(failure).detail),
	].join('')
	return line(
		span(listSays(live), live.held > 0 ? 'attention' : 'plain'),
		span(`  ${english.byProbes(when)}`, 'dim'),
		own.size === 0 ? '' : span(english.andByTheKernel(grouped(own.size)), 'attention'),
	)
}

function ownWords({ kept, size, staying, meaning }: ListReading, isWhole: boolean, state: State): Line {
	const oldest = staying[0]
	if (size > 0) {
		const since =
			oldest === undefined
				? ''
				: english.stayTheOldestFor(grouped(staying.length), age(state.now - oldest.since))
		return line(
			span(`${grouped(size)}${since}`, oldest === undefined ? 'plain' : 'attention'),
			span(`  ${meaning}`, 'dim'),
		)
	}
	if (isWhole) return line('none')
	const rest = whatWouldTell(state)
	if (kept === 'no') return line(span(english.notListed(rest), 'dim'))
	const none = kept === 'unknown' ? english.noneInAListThatMayNotBe : english.noneThatWaits
	return line(none, span(english.others(rest), 'dim'))
}

/** What probes have seen last; undefined where they were not set, or cannot see this list. */
export function liveOf(list: ListName, { lives: { value } }: Pick<State, 'lives'>) {
	return value === undefined || (list === 'unconfirmed' && !value.unconfirmed.isKnown)
		? undefined
		: value[list]
}

const whatWouldTell = (state: State): string => {
	const { failure } = state.lives
	if (failure !== undefined) return describe(failure).detail
	if (state.facts?.probes?.canBe === false) return english.noProbesHere
	return whyNotFollow(state) === undefined
		? english.keyFollowsEntries(keyOf('follow-lists'), FOLLOW_LISTS_MS / 1000)
		: english.probesWouldTell
}

/** What is behind a row of what probes have seen, in sentences. */
export function liveMeaning(list: ListName, state: State): string {
	const { value } = state.lives
	const live = liveOf(list, state)
	if (value === undefined || live === undefined) return ''
	return [...holdersOf(list, live, state.lists.value?.queues), ...notKnownOf(value)].join(' ')
}

export type TookName = 'confirmed' | 'dropped' | 'freed'

/** How long it takes, for what has been seen of it. */
export function tookOf({ lives: { value } }: Pick<State, 'lives'>): readonly (readonly [TookName, Took])[] {
	if (value === undefined) return []
	const { unconfirmed, dying } = value
	const all = [
		['confirmed', unconfirmed.confirmed],
		['dropped', unconfirmed.dropped],
		['freed', dying.freed],
	] as const
	return all.filter(([name, { count }]) => count > 0 && (name === 'freed' || unconfirmed.isKnown))
}

export const tookMeaning = (name: TookName, took: Took): string =>
	`${english.TOOK_TITLES[name]}: ${tookSays(took)}.`

export const heldFor = (micros: number): string => english.forWord(duration(micros))
