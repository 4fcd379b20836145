import { createClock } from '../../host/clock.ts'
import { createProgress, tellWhile } from '../../host/tools/progress.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import * as english from '../../words/english/commands/lists.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { changeWith } from '../common/change-with.ts'
import { exitOf, failureLine } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, say } from '../common/output.ts'
import { catchSignals, exitOfSignal, unlessEnded } from '../common/signals.ts'
import { listsJson } from './json.ts'
import { createListsSession } from './session.ts'
import { listsText } from './text.ts'

export type ListsOptions = CommonOptions & { readonly forMs: number; readonly json: boolean }

/** The guard's deadline for the whole: what is not undone by then is undone by it. */
const TTL_MS = 60_000

/** Follows entries for a time, and prints both lists. The answer is the exit status. */
export async function runLists(options: ListsOptions): Promise<number> {
	const clock = createClock()
	const signals = catchSignals()
	const session = createListsSession({
		observer: lookAt(options),
		changer: changeWith({ ...options, ttlMs: TTL_MS, maxRate: 0 }),
		clock,
		drawProbes,
	})
	const started = await unlessEnded(session.start(), signals)
	if (typeof started === 'string') return exitOfSignal(started)
	const forMs = Math.max(0, Math.min(options.forMs, started.until - clock.monotonic()))
	const over = new Promise<'time'>((resolve) => void clock.after(forMs, () => resolve('time')))
	const progress = createProgress(clock)
	const waiting = tellWhile(clock, progress, (seconds) =>
		english.followedFor(seconds, Math.round(forMs / 1000)),
	)
	const why = await Promise.race([over, signals.first, session.ended.then(() => 'ended' as const)])
	const report = await session.finish()
	waiting.stop()
	progress.end()
	signals.release()
	if (options.json) printJson(listsJson(report))
	else for (const line of listsText(report, columnsOf(process.stdout))) print(line)
	if (report.undo !== 0) return report.undo
	if (why === 'SIGTERM' || why === 'SIGHUP') return exitOfSignal(why)
	if (report.lives !== undefined || report.failure === undefined) return EXIT.ok
	say(failureLine(report.failure))
	return exitOf(report.failure)
}
