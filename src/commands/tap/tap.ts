import { type TapAsked, tapsAsked } from '../../changes/tap/tap-asked.ts'
import { sameByHand } from '../../changes/tap/tap-commands.ts'
import { createClock } from '../../host/clock.ts'
import * as english from '../../words/english/commands/tap.ts'
import { type Failure, fail, type Result } from '../../words/failure.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { askOnTerminal, changeWith } from '../common/change-with.ts'
import { failureLine, refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, say, sayBeside } from '../common/output.ts'
import { catchSignals, exitOfSignal, unlessEnded } from '../common/signals.ts'
import { tapLineJson, tapReportJson } from './json.ts'
import { createTapSession, type TapLine } from './session.ts'
import { createTally, tapLineText, tapReportText } from './text.ts'

export type TapCommandOptions = CommonOptions & {
	readonly asked: TapAsked
	/** How long to go on, ms; undefined: until a signal or the deadline. */
	readonly forMs: number | undefined
	readonly ttlMs: number
	readonly maxRate: number
	readonly json: boolean
	/** Go on also where a rule switches connection tracking on. */
	readonly yes: boolean
	/** Only print what the same would be by hand. */
	readonly show: boolean
}

/** So long the undo waits for what the rules have counted, ms. */
const COUNTED_MS = 700
const notCounted: Failure = {
	kind: 'unsupported',
	what: english.readingWhatTheyHaveCounted,
	why: english.nftDoesNotAnswer,
}

/** Adds the rules, prints what they tell, takes them away. The answer is the exit status. */
export async function runTap(options: TapCommandOptions): Promise<number> {
	const { asked, json } = options
	const taps = tapsAsked(asked)
	if (!taps.ok) return refused(taps.failure)
	if (options.show) {
		for (const line of taps.value.flatMap(sameByHand)) print(line)
		return EXIT.ok
	}
	const clock = createClock()
	const signals = catchSignals()
	const tally = createTally()
	const confirm = askOnTerminal()
	const session = createTapSession({
		observer: lookAt(options),
		changer: changeWith(options),
		clock,
		taps: taps.value,
		maySwitchOn: async (what) => options.yes || ((await confirm?.(english.goOn(what))) ?? false),
		onLine(line: TapLine) {
			tally.take(line)
			if (json) print(JSON.stringify(tapLineJson(line, clock.wall())))
			else print(tapLineText(line, clock.wall()))
		},
	})
	const started = await unlessEnded(session.start(), signals)
	if (typeof started === 'string') return exitOfSignal(started)
	if (!started.ok) {
		signals.release()
		return refused(started.failure)
	}
	started.value.forEach(sayBeside)
	const began = clock.monotonic()
	const over = new Promise<'time'>((resolve) => {
		if (options.forMs !== undefined) clock.after(options.forMs, () => resolve('time'))
	})
	const why = await Promise.race([signals.first, over, session.ended.then((reason) => english.early(reason))])
	const seconds = (clock.monotonic() - began) / 1000
	// Read before the rules go; but they go, however long nft takes.
	const late = new Promise<Result<never>>((resolve) => {
		clock.after(COUNTED_MS, () => resolve(fail(notCounted)))
	})
	const counted = await Promise.race([session.counted(), late])
	const { undo, view, lost } = await session.finish()
	signals.release()
	if (!counted.ok) say(failureLine(counted.failure))
	const readings = counted.ok ? counted.value : []
	if (json) print(JSON.stringify(tapReportJson({ readings, tally, seconds, view, lost })))
	else for (const line of tapReportText(readings, tally, seconds, columnsOf(process.stdout))) print(line)
	if (why.startsWith('early: ')) sayBeside(english.theRulesWereTakenAway(why.slice(7)))
	if (lost > 0) sayBeside(english.recordsOfTheKernelLog(lost))
	if (undo !== 0) {
		for (const { sysctl, note, byHand, state } of view?.changes ?? [])
			if (state !== 'undone') sayBeside(`${sysctl} ${state} ${note}: ${byHand}`)
		return undo
	}
	if (why === 'SIGTERM' || why === 'SIGHUP') return exitOfSignal(why)
	if (why.startsWith('early: ')) return view?.flood === null ? EXIT.ok : EXIT.flood
	// ctrl-c is how one without an end is ended.
	return EXIT.ok
}
