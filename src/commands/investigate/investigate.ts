import { createEffects } from '../../app/effects/effects.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { createStore } from '../../app/store/store.ts'
import { MAX_TTL_MS, MIN_TTL_MS } from '../../changes/lease.ts'
import type { SourceWish } from '../../changes/log-source.ts'
import { createClock } from '../../host/clock.ts'
import { openReport } from '../../host/files/report-file.ts'
import { createProgress } from '../../host/tools/progress.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import * as english from '../../words/english/commands/investigate.ts'
import { ok } from '../../words/failure.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { changeWith } from '../common/change-with.ts'
import { failureLine, refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, say, sayBeside } from '../common/output.ts'
import { catchSignals, exitOfSignal } from '../common/signals.ts'
import { VERSION } from '../common/version.ts'
import { lazyRecorder } from '../common/view.ts'
import { answerOf, exitStatusOf, withUndone } from './answer.ts'
import { investigateJson } from './json.ts'
import { look } from './session.ts'
import { investigateText } from './text.ts'

export type InvestigateOptions = CommonOptions & {
	/** How long to look, ms. */
	readonly forMs: number
	readonly source: SourceWish
	readonly maxRate: number
	/** File for the whole report, absolute. */
	readonly report: string | undefined
	/** That file may be there already. */
	readonly force: boolean
	readonly json: boolean
}

/** Of our own time, for starting, reading and ending: a program that hangs must not leave the log on for longer. */
const MARGIN_MS = 60_000

/** All steps without a screen. The answer is the exit status. */
export async function runInvestigate(options: InvestigateOptions): Promise<number> {
	const { forMs, source, maxRate, report, force, json } = options
	const file = report === undefined ? ok(undefined) : await openReport(report, { force, option: '--report' })
	if (!file.ok) return refused(file.failure)
	const ttlMs = Math.min(MAX_TTL_MS, Math.max(MIN_TTL_MS, forMs + MARGIN_MS))
	const signals = catchSignals()
	const clock = createClock()
	const changer = changeWith({ ...options, ttlMs })
	const effects = createEffects({
		observer: lookAt(options),
		changer,
		clock,
		recorder: lazyRecorder,
		terminal: {
			copy: () => ({ bytes: 0, through: 'none' as const }),
			suspend: async () => {},
			lofi: async () => {},
			title: () => {},
		},
		describe: { title: () => '', lofi: () => [], copyText: () => undefined },
		drawProbes,
		version: VERSION,
	})
	const store = createStore(
		initialState({
			modes: { readOnly: false, color: false, ascii: true, ttlMs, source, maxRate },
			now: clock.monotonic(),
			wall: clock.wall(),
			columns: 80,
			rows: 24,
		}),
		effects,
	)
	if (process.stderr.isTTY) sayBeside(english.lookingForS(`${forMs / 1000} s`))
	const progress = createProgress(clock)
	const looked = await look({ store, clock, forMs, ended: signals.first, onProgress: progress.tell })
	progress.clear()
	progress.tell(english.puttingBack)
	await effects.beforeUndo()
	const view = await changer.close()
	await store.stop()
	progress.end()
	const answer = answerOf(looked, view)
	// The terminal has written ^C, and left the cursor behind it.
	if (looked.isEnded && process.stderr.isTTY) say('')
	if (json) printJson(investigateJson(answer))
	else print(investigateText(answer, columnsOf(process.stdout)))
	const written = await writeReport()
	if (written?.ok === false) say(failureLine(written.failure))
	const status = exitStatusOf(answer)
	if (looked.isEnded && status !== EXIT.undoFailed && status !== EXIT.conflict)
		return exitOfSignal(await signals.first)
	signals.release()
	return status === EXIT.ok && written?.ok === false ? EXIT.usage : status

	async function writeReport() {
		if (file.ok !== true || file.value === undefined) return undefined
		const { reportFiles } = await import('../../app/store/report.ts')
		const [markdown, data] = reportFiles(withUndone(looked.state, view), false, VERSION)
		const text = (report?.endsWith('.json') ? data : markdown)?.text ?? ''
		return file.value.write(text)
	}
}
