import type { HeldChange, LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'

/** How often the guard is asked for a sign of life. */
const ASK_MS = 1_000
/** Without a sign for this long it is said that it stands still. */
const SILENT_MS = 3_000
/** So long after a deadline that the guard has let pass, the undo begins here. */
const OVERDUE_MS = 1_000
/** Before that, what has come and was not read yet is read: we may have been stopped or busy ourselves. */
const READ_FIRST_MS = 50

export type WatchPorts = {
	readonly clock: Pick<Clock, 'monotonic' | 'after'>
	/** The newest view of the guard; undefined once there is nothing to watch. */
	readonly view: () => LeaseView | undefined
	/** Asks; whatever comes from the guard is told by `heard`. */
	readonly ask: () => void
	/** It has begun to be silent, or speaks again; ms. */
	readonly onSilence: (ms: number) => void
	/** It has let a deadline pass, and gives no sign: the undo is ours to begin. */
	readonly onOverdue: () => void
}

/** The program's eye on its guard: both know the deadline, by the same clock, and each acts when the other does not. */
export type GuardWatch = {
	/** Something came from the guard. */
	heard(): void
	/** How long nothing has come, ms. */
	silentMs(): number
	stop(): void
}

export function watchGuard({ clock, view, ask, onSilence, onOverdue }: WatchPorts): GuardWatch {
	let heardAt = clock.monotonic()
	let lookedAt = heardAt
	let wasSilent = false
	let isOver = false
	let cancel = clock.after(ASK_MS, look)

	function look(): void {
		const now = clock.monotonic()
		// We were stopped ourselves (ctrl-z, a debugger): what it has said meanwhile is read first.
		if (now - lookedAt > SILENT_MS) heardAt = now
		lookedAt = now
		const seen = view()
		if (isOver || seen === undefined) return
		ask()
		const silent = now - heardAt
		const isSilent = silent >= SILENT_MS
		if (isSilent || wasSilent) onSilence(isSilent ? silent : 0)
		wasSilent = isSilent
		const due = firstDue(seen)
		if (due !== undefined && now >= due + OVERDUE_MS && silent >= OVERDUE_MS) {
			cancel = clock.after(READ_FIRST_MS, () => {
				if (isOver || heardAt >= now) return look()
				isOver = true
				onOverdue()
			})
			return
		}
		const next = due === undefined || now >= due + OVERDUE_MS ? ASK_MS : due + OVERDUE_MS - now
		cancel = clock.after(Math.max(1, Math.min(ASK_MS, next)), look)
	}

	return {
		heard() {
			heardAt = clock.monotonic()
		},
		silentMs: () => clock.monotonic() - heardAt,
		stop() {
			isOver = true
			cancel()
		},
	}
}

/** CLOCK_MONOTONIC ms at which the first of what is in force is to be undone. */
function firstDue({ changes }: LeaseView): number | undefined {
	const times = changes.filter(({ endedAt }) => endedAt === null).map(dueOf)
	return times.length === 0 ? undefined : Math.min(...times)
}

const dueOf = ({ undoAt, confirmBy }: HeldChange): number => Math.min(undoAt, confirmBy ?? undoAt)
