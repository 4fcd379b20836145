import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import { type DrawnProbes, planProbes } from '../../changes/kinds/probes.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Clock, MonotonicMs } from '../../model/clock.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { Lists } from '../../model/table-readings.ts'
import type { Changer } from '../../ports/changer.ts'
import type { LivesAt, LogFollower, Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/lists.ts'
import { type Failure, fail, type Result } from '../../words/failure.ts'
import type { Undo } from '../common/done-changes.ts'
import { readerFirst } from '../common/reader-first.ts'

export type ListsReport = {
	readonly netns: HostFacts['netns']
	/** What the kernel itself lists, read while the probes were on. */
	readonly kernel: Result<Lists>
	/** The last that probes have told; undefined where they could not be set. */
	readonly lives: LivesAt | undefined
	/** Why there are no probes, or why they told no more before the time was over. */
	readonly failure: Failure | undefined
	readonly view: LeaseView | undefined
	readonly undo: Undo
}

export type ListsSession = {
	/**
	 * Sets the probes, and answers until when they can be followed: by CLOCK_MONOTONIC. Without them what the kernel lists
	 * can be told all the same.
	 */
	start(): Promise<{ readonly until: MonotonicMs }>
	/** Resolves when they tell no more before they are asked to end. */
	readonly ended: Promise<void>
	/** Takes them away. */
	finish(): Promise<ListsReport>
}

type Options = {
	readonly observer: Pick<Observer, 'facts' | 'lists' | 'followLives'>
	readonly changer: Changer
	readonly clock: Clock
	readonly drawProbes: () => DrawnProbes
}

/** So long before the guard takes the probes away we end by ourselves: the reader ends first. */
const BEFORE_UNDO_MS = 1_000

/** Follows entries for a time, without a screen. */
export function createListsSession({ observer, changer, clock, drawProbes }: Options): ListsSession {
	const ended = Promise.withResolvers<void>()
	let lives: LivesAt | undefined
	let failure: Failure | undefined
	let follower: LogFollower | undefined
	let kernel: Promise<Result<Lists>> | undefined
	let netns: HostFacts['netns'] = { inode: 0, name: '', initial: false }
	let isOn = false

	changer.subscribe((view) => {
		if (!isOn || view.phase === 'starting' || view.phase === 'holding') return
		failure ??= {
			kind: 'unsupported',
			what: english.followingEntries,
			why: view.why === '' ? english.theProbesWereUndone : view.why,
		}
		ended.resolve()
	})

	const begin = async (): Promise<Result<LogFollower>> => {
		const { changes, probes } = planProbes('lists', drawProbes())
		const applied = await changer.apply({ purpose: english.followEntries, changes })
		if (!applied.ok) return fail(applied.failure)
		return observer.followLives(probes, netns.inode, {
			onReading(reading) {
				lives = reading
			},
			onTrouble(trouble) {
				failure ??= trouble
				ended.resolve()
			},
		})
	}

	return {
		ended: ended.promise,
		async start() {
			netns = (await observer.facts()).netns
			const begun = await begin()
			if (begun.ok) follower = begun.value
			else failure = begun.failure
			isOn = begun.ok
			if (!begun.ok) ended.resolve()
			// Entries that are held are held while it is asked: what it says belongs to what the probes see.
			kernel = observer.lists()
			const undoAt = changer.view()?.changes.at(-1)?.undoAt ?? Number.POSITIVE_INFINITY
			return { until: undoAt - BEFORE_UNDO_MS }
		},
		async finish() {
			isOn = false
			await readerFirst(clock, follower?.stop() ?? Promise.resolve())
			const view = await changer.close()
			return {
				netns,
				kernel: await (kernel ?? observer.lists()),
				lives,
				failure,
				view,
				undo: exitCodeOf(view, []),
			}
		},
	}
}
