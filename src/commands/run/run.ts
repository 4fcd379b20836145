import { createClock, monotonic } from '../../host/clock.ts'
import { openReport, type ReportFile } from '../../host/files/report-file.ts'
import { entranceTo } from '../../host/netns/netns-enter.ts'
import { asStarted } from '../../host/process/priority.ts'
import {
	commandProblem,
	isInForeground,
	type RunningCommand,
	startCommand,
} from '../../host/tools/command.ts'
import { createProgress, tellWhile } from '../../host/tools/progress.ts'
import { createToolPath } from '../../host/tools/tool-path.ts'
import * as english from '../../words/english/commands/run.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { exitOf, failureLine, refused, wrongUse } from '../common/failure-exit.ts'
import { EXIT, type RunOptions } from '../common/options.ts'
import { say, sayBeside } from '../common/output.ts'
import { catchSignals, type Ending, exitOfSignal, unlessEnded } from '../common/signals.ts'
import { withNames } from '../who/names.ts'
import { judged, problemOf } from './expect.ts'
import { type Ran, runFailureJson, runJson } from './json.ts'
import { localSession } from './local.ts'
import { createRemoteSession } from './netns/remote.ts'
import { runText } from './text.ts'
import type { RunReport, RunSession } from './types.ts'

/** A command that does not end at SIGTERM gets SIGKILL after this time. */
const KILL_AFTER_MS = 5_000
/** What shells answer. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

const PROBLEMS = {
	ENOENT: english.wasNotFound,
	EACCES: english.isNotExecutable,
	EISDIR: 'is a directory',
} as const
const nameOf = (program: string) => (program === '' ? "''" : visible(program))

/** Logging on, the command, logging off, the reasons to stderr. The answer is the exit status. */
export async function runRun(options: RunOptions): Promise<number> {
	const [program = ''] = options.command
	const problem = commandProblem(program)
	if (problem !== undefined) {
		say(english.nothingWasChanged(nameOf(program), PROBLEMS[problem]))
		return problem === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE
	}
	const unknown = problemOf(options.expect)
	if (unknown !== undefined) return wrongUse(unknown)
	const { json, force } = options
	const file = json === undefined ? ok(undefined) : await openReport(json, { force, option: '--json' })
	if (!file.ok) return refused(file.failure)
	const session = sessionFor(options)
	if (!session.ok) {
		await file.value?.write(asText(runFailureJson(session.failure, options.command)))
		return refused(session.failure)
	}
	return runIn(session.value, options, file.value)
}

function sessionFor(options: RunOptions): Result<RunSession> {
	if (options.netns === undefined) return ok(localSession(options))
	const entrance = entranceTo(options.netns, createToolPath())
	if (!entrance.ok) return fail(entrance.failure)
	return ok(
		entrance.value.inside
			? localSession(options)
			: createRemoteSession(entrance.value, options.netns, options),
	)
}

async function runIn(
	session: RunSession,
	options: RunOptions,
	file: ReportFile | undefined,
): Promise<number> {
	let running: RunningCommand | undefined
	let wasInterrupted = false
	const signals = catchSignals((signal) => {
		wasInterrupted ||= signal === 'SIGINT'
		if (running !== undefined) passOn(signal, running)
	})
	const interrupted = signals.first.then((signal) => signal as Ending | undefined)
	// While the command runs the terminal is its own.
	const starting = beside(english.switchingOnFor)
	const started = await unlessEnded(session.start(), signals)
	starting.stop()
	if (typeof started === 'string') {
		await file?.write(asText(runFailureJson(lostSession, options.command)))
		return exitOfSignal(started)
	}
	if (!started.ok) {
		signals.release()
		say(failureLine(started.failure))
		await file?.write(asText(runFailureJson(started.failure, options.command)))
		const { kind } = started.failure
		const name = visible(options.command[0] ?? '')
		say(kind === 'usage' ? english.ctscopeNothingWasChangedAnd(name) : english.ctscopeLoggingCouldNotBe(name))
		return kind === 'conflict' ? EXIT.refused : exitOf(started.failure)
	}
	// A signal that came while logging was being switched on.
	const early = await Promise.race([interrupted, Promise.resolve(undefined)])
	if (early !== undefined) {
		await session.abandon()
		return exitOfSignal(early)
	}
	const began = monotonic()
	running = startCommand(asStarted(options.command))
	let isLost = false
	void session.lost.then((why) => {
		isLost = true
		sayBeside(why)
		if (running !== undefined) passOn('SIGTERM', running)
	})
	const ended = running.ended.then((end) => ({ end, seconds: (monotonic() - began) / 1000 }))
	const ending = Promise.race([
		interrupted.then((signal) => (signal === 'SIGINT' ? new Promise<never>(() => {}) : signal)),
		ended.then(() => undefined),
	])
	// After SIGTERM or SIGHUP the settings go back at once, however long the command takes to end.
	const endedBy = await ending
	const finishing = beside(english.collectingFor)
	const report = isLost ? fail(lostSession) : await session.finish()
	finishing.stop()
	const ran: Ran = { command: options.command, ...(await ended) }
	signals.release()
	if (!report.ok) {
		// Why a session was lost has been said when it happened.
		if (!isLost) say(failureLine(report.failure))
		await file?.write(asText(runFailureJson(report.failure, options.command)))
		return EXIT.usage
	}
	// The terminal has written ^C, and left the cursor behind it.
	if (wasInterrupted && process.stderr.isTTY) say('')
	const told = await named(report.value, options)
	const verdicts = judged(told, options.expect)
	const shown = { packets: options.packets, judged: verdicts }
	say(runText(told, ran, columnsOf(process.stderr), shown))
	const written = await file?.write(asText(runJson(told, ran, options.source, verdicts)))
	if (written?.ok === false) say(failureLine(written.failure))
	if (report.value.undo !== 0) return report.value.undo
	if (endedBy !== undefined) return exitOfSignal(endedBy)
	const status = statusOf(ran)
	// Before the status of the command: it may well end with an error that the test expects.
	if (verdicts.some(({ isMet }) => !isMet)) return EXIT.unexpected
	// A script must not take a report, or packets, that are not there for a success.
	const isWhole = written?.ok !== false && [...report.value.trouble, ...report.value.missed].length === 0
	if (status !== EXIT.ok) return status
	if (!isWhole) return EXIT.usage
	return report.value.flood === null ? EXIT.ok : EXIT.flood
}

/** Everything is put back by now: whatever a name service takes, it delays no undo. */
async function named(report: RunReport, { names }: RunOptions): Promise<RunReport> {
	if (!names || report.groups === undefined) return report
	return { ...report, groups: await withNames(report.groups) }
}

const asText = (json: object) => `${JSON.stringify(json, null, 2)}\n`

const lostSession: Failure = {
	kind: 'unsupported',
	what: english.theReport,
	why: english.ctscopeWasEndedInThe,
}

function statusOf({ end, command }: Ran): number {
	if (end.error !== null) {
		say(english.ctscopeCouldNotBeStarted(visible(command[0] ?? ''), end.error))
		return end.error === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE
	}
	return end.signal === null ? (end.exitCode ?? EXIT.usage) : exitOfSignal(end.signal)
}

/** ctrl-c of our terminal reaches the command by itself; a signal sent to us alone is handed on. */
function passOn(signal: Ending, running: RunningCommand): void {
	if (signal === 'SIGINT') {
		if (!isInForeground()) running.kill('SIGINT')
		return
	}
	running.kill(signal)
	const killer = setTimeout(() => running.kill('SIGKILL'), KILL_AFTER_MS)
	void running.ended.then(() => clearTimeout(killer))
}

/** What takes longer than a moment is told while it does. */
function beside(text: (seconds: number) => string): { stop(): void } {
	const clock = createClock()
	return tellWhile(clock, createProgress(clock), text)
}
