import { heldSays, holdersOf, type ListName, notKnownOf } from '../../investigation/table/lives-words.ts'
import type { LiveList, LivesReading } from '../../kernel/lives/lives.ts'
import { POWERS_END, type Took } from '../../kernel/lives/took.ts'
import { describe } from '../../words/failure.ts'
import { changesOf } from '../common/done-changes.ts'
import { JSON_VERSION } from '../common/version.ts'
import type { ListsReport } from './session.ts'

/** Both lists. `probes` is null where none could be set: `failure` says why. Times are in microseconds. */
export function listsJson({ netns, kernel, lives, failure, view, undo }: ListsReport) {
	const queues = kernel.ok ? kernel.value.queues : undefined
	return {
		v: JSON_VERSION,
		netns,
		probes:
			lives === undefined
				? null
				: {
						seconds: Math.round(lives.micros / 1e4) / 100,
						unconfirmed: lives.unconfirmed.isKnown ? unconfirmedJson(lives, queues) : null,
						dying: { ...listJson('dying', lives.dying, queues), untilFreed: tookJson(lives.dying.freed) },
						elsewhere: lives.elsewhere,
						before: lives.before,
						lost: lives.lost,
						unfollowed: lives.unfollowed,
						notKnown: notKnownOf(lives),
					},
		kernel: kernel.ok ? { unconfirmed: kernel.value.unconfirmed, dying: kernel.value.dying } : null,
		queues: queues ?? null,
		failure: failure === undefined ? null : { kind: failure.kind, ...describe(failure) },
		changes: changesOf(view),
		undo,
	}
}

type Queues = Parameters<typeof holdersOf>[2]

const unconfirmedJson = ({ unconfirmed }: LivesReading, queues: Queues) => ({
	...listJson('unconfirmed', unconfirmed, queues),
	untilConfirmed: tookJson(unconfirmed.confirmed),
	untilDropped: tookJson(unconfirmed.dropped),
})

function listJson(name: ListName, list: LiveList, queues: Queues) {
	const { now, held, doubtful, most, oldest } = list
	return {
		now,
		held,
		doubtful,
		most,
		oldest: oldest.map((one) => ({ micros: Math.round(one.micros), flow: heldSays(one), tuple: one.flow })),
		mayBe: holdersOf(name, list, queues),
	}
}

/** `below`: less than so many microseconds, and not less than the one before; null for what is longer than all of them. */
const tookJson = ({ count, powers, longest }: Took) => ({
	count,
	longest: Math.round(longest),
	histogram: powers.map((entries, power) => ({ below: POWERS_END[power] ?? null, entries })),
})
