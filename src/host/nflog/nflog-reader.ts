import { type ChildProcess, spawn } from 'node:child_process'
import type { NetlinkSocket } from '../../kernel/nflog/netlink-sockets.ts'
import * as english from '../../words/english/host/nflog.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { notStarted } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { AT_THE_GATE, type NflogCommand, nflogCommand } from './nflog-command.ts'
import { readerFailure } from './nflog-complaints.ts'
import { type NflogOutput, pipeOutput } from './nflog-output.ts'
import { spoolOutput } from './nflog-spool.ts'
import { isStillBound, mayRead, readerPort, readerSocket } from './nflog-state.ts'
import { forgetReader, recordReader } from './starting-readers.ts'

/** A program that reads netlink group 0 and writes what it gets as a pcap stream. */
export type NflogReader = {
	/** The next bytes of the stream, undefined when there are none now. Valid until the next call. */
	read(): Uint8Array | undefined
	/** Bytes of the stream that wait to be read. */
	unread(): number
	/** Undefined when it is gone. */
	socket(): NetlinkSocket | undefined
	/** Resolves when it has ended and its output is complete. Says why it ended, which is a failure unless `end` was called. */
	readonly ended: Promise<Failure>
	/** Lets it go on when somebody has stopped it. */
	wake(): void
	/** Ends it surely: asks, and kills after a second. */
	end(): void
	/** Nothing is read any more. */
	close(): void
}

const STARTS_WITHIN_MS = 5_000
/** The header of the stream is written before the first packet. */
const HEADER_WITHIN_MS = 500
const LOOK_MS = 10
const KILL_AFTER_MS = 1_000
const STDERR_LIMIT = 2_000

/** Starts one, unless that would change a setting or disturb somebody. */
export async function startNflogReader(tools: ToolPath, stateDir: string): Promise<Result<NflogReader>> {
	const command = await nflogCommand(tools)
	if (!command.ok) return command
	// What dies with us surely may write to memory; what only might does not survive a pipe that nobody reads.
	const { dies, bounded } = command.value
	const spool = dies && bounded ? spoolOutput() : undefined
	if (spool !== undefined) {
		const started = await start(tools, stateDir, command.value, spool)
		if (started !== 'no output') return started
	}
	const started = await start(tools, stateDir, command.value, pipeOutput())
	return started === 'no output' ? fail(silent) : started
}

async function start(
	tools: ToolPath,
	stateDir: string,
	command: NflogCommand,
	output: NflogOutput,
): Promise<Result<NflogReader> | 'no output'> {
	const may = mayRead()
	if (!may.ok) {
		output.close()
		return may
	}
	// In a session of its own: ctrl-c in a terminal reaches the whole foreground group, and what is left in the socket
	// would be lost without having been counted.
	const child = spawn(command.program, command.args, {
		detached: true,
		stdio: ['pipe', output.stdio, 'pipe'],
		env: { ...tools.env },
		cwd: '/',
	})
	output.attach(child)
	// It may be gone when it is told to go.
	child.stdin?.on('error', () => {})
	const watched = watch(child, command)
	const problem = (await atTheGate(watched)) ?? (await listening(child, watched, stateDir))
	const header = problem === undefined ? await firstBytes(output) : undefined
	if (header === undefined) {
		kill(child)
		await watched.ended
		if (child.pid !== undefined) forgetReader(stateDir, child.pid)
		output.close()
		return problem === undefined ? english.noOutput : fail(problem)
	}
	const portid = readerPort()
	let first: Uint8Array | undefined = header
	return ok({
		read() {
			const bytes = first ?? output.read()
			first = undefined
			return bytes
		},
		unread: output.unread,
		socket: () => (portid === undefined ? undefined : readerSocket(portid)),
		ended: watched.ended,
		wake: () => void child.kill('SIGCONT'),
		end: () => stop(child),
		close: output.close,
	})
}

type Watched = { readonly said: () => string; readonly ended: Promise<Failure> }

function watch(child: ChildProcess, command: NflogCommand): Watched {
	let stderr = ''
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		stderr = (stderr + text).slice(0, STDERR_LIMIT)
	})
	const ended = new Promise<Failure>((resolve) => {
		child.once('error', (error) => resolve(readerFailure(command.words, undefined, notStarted(error))))
		const over = (code: number | null, signal: NodeJS.Signals | null) =>
			resolve(signal === 'SIGXFSZ' ? stoodStill : readerFailure(command.words, code ?? undefined, stderr))
		child.once('close', over)
		// What stands in the place of tcpdump may have children, which may keep its output open for ever.
		child.once('exit', (code, signal) => {
			if (child.pid !== undefined) killGroup(child.pid)
			const timer = setTimeout(() => {
				child.stdout?.destroy()
				child.stderr?.destroy()
				over(code, signal)
			}, KILL_AFTER_MS)
			child.once('close', () => clearTimeout(timer))
		})
	})
	return { said: () => stderr, ended }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits until the reader has said something; else why it did not. `also` is asked in between. */
async function hears(
	{ said, ended }: Watched,
	what: string,
	also: () => Failure | undefined = () => undefined,
): Promise<Failure | undefined> {
	let failure: Failure | undefined
	ended.then((why) => {
		failure = why
	})
	// By the clock: on a crowded machine a pause takes longer than it should.
	for (const until = performance.now() + STARTS_WITHIN_MS; performance.now() < until; ) {
		failure ??= also()
		if (failure !== undefined) return failure
		if (said().includes(what)) return undefined
		await pause(LOOK_MS)
	}
	return late
}

const atTheGate = (watched: Watched) => hears(watched, AT_THE_GATE)

/**
 * Lets it begin and waits until it listens. Whoever undoes kills the readers on record that do not listen yet, before
 * and after the write (starting-readers.ts), so looking once more now leaves no moment in which one could bind afterwards.
 * One that is slow is killed here as soon as the setting is another one.
 */
async function listening(
	child: ChildProcess,
	watched: Watched,
	stateDir: string,
): Promise<Failure | undefined> {
	const pid = child.pid ?? 0
	const unrecorded = recordReader(stateDir, pid)
	if (unrecorded !== undefined) return notRecorded(stateDir, unrecorded)
	const may = mayRead()
	if (!may.ok) {
		forgetReader(stateDir, pid)
		return may.failure
	}
	child.stdin?.end('go\n')
	let unbound = 0
	const problem = await hears(watched, english.listeningOn, () => {
		const still = isStillBound()
		unbound = still.ok ? 0 : unbound + 1
		// Once may be libpcap itself, which unbinds before it binds: it must not be killed in between.
		return still.ok || unbound < 2 ? undefined : still.failure
	})
	// One that does not listen is killed by whoever started it, and stays on record until it is dead.
	if (problem === undefined) forgetReader(stateDir, pid)
	return problem
}

const notRecorded = (stateDir: string, code: string): Failure => ({
	kind: 'unsupported',
	what: english.recordingTheReaderOfNflog(stateDir),
	why: english.withoutThatAnUndoCould(code),
})

async function firstBytes(output: NflogOutput): Promise<Uint8Array | undefined> {
	for (const until = performance.now() + HEADER_WITHIN_MS; performance.now() < until; ) {
		const bytes = output.read()
		if (bytes !== undefined) return new Uint8Array(bytes)
		await pause(LOOK_MS)
	}
	return undefined
}

const late: Failure = {
	kind: 'tool-failed',
	command: ['tcpdump', '-i', 'nflog:0'],
	exitCode: undefined,
	stderr: english.itDidNotBeginTo(STARTS_WITHIN_MS / 1000),
}

const stoodStill: Failure = {
	kind: 'unsupported',
	what: english.readingMorePacketsOfNfnetlink,
	why: english.thisProgramStoodStillWhile,
}

const silent: Failure = { ...late, stderr: english.itWritesNothingToIts }

function stop(child: ChildProcess): void {
	if (child.pid === undefined || isGone(child)) return
	child.kill('SIGTERM')
	// It may stand still while its output is emptied.
	child.kill('SIGCONT')
	const timer = setTimeout(() => {
		if (isGone(child)) return
		kill(child)
		// A process that waits in the kernel keeps its end of the pipes.
		setTimeout(() => {
			child.stdout?.destroy()
			child.stderr?.destroy()
		}, KILL_AFTER_MS).unref()
	}, KILL_AFTER_MS)
	child.once('exit', () => clearTimeout(timer))
}

const isGone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

/** With its process group, which is its own: timeout(1) has the reader in it. */
function kill(child: ChildProcess): void {
	if (child.pid === undefined || isGone(child)) return
	killGroup(child.pid)
	child.kill('SIGKILL')
}

function killGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL')
	} catch {}
}
