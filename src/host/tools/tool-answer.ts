import type { Readable } from 'node:stream'
import * as english from '../../words/english/host/tools.ts'
import type { ToolPath } from './tool-path.ts'

export type ToolAnswer = {
	/** It could not be started, exited with another status than 0, or did not end in time. */
	readonly failed: boolean
	/** Undefined when a signal or the time-out ended it. */
	readonly exitCode: number | undefined
	/** It was ended because it took too long. */
	readonly isLate?: boolean
	/** Empty when it was handed over while it came. */
	readonly stdout: string
	/** What it said, or in words why there is nothing. */
	readonly stderr: string
}

export type ToolLimits = {
	readonly timeoutMs: number
	/** Bytes that are kept of each output. */
	readonly maxBuffer: number
	/** Gets an output that may be long while it comes; nothing of it is kept, and it has no limit. */
	readonly onStdout?: (stdout: Readable) => void
	readonly signal?: AbortSignal | undefined
}

const KILL_AFTER_MS = 500
/** After the kill a tool that only was slow is gone within this time. */
const GIVE_UP_AFTER_MS = 1_000

/** Loaded with the first tool that is run: it takes 40 ms, and the first frame needs no tool. */
const loadExeca = async () => (await import('execa')).execa

/**
 * Runs a tool to its end, for at most `timeoutMs` and a second. No longer in any case: a child of a tool that was killed
 * may keep its output open, and a process that waits in the kernel cannot be killed at all.
 */
export async function toolAnswer(
	tools: ToolPath,
	program: string,
	args: readonly string[],
	{ timeoutMs, maxBuffer, onStdout, signal }: ToolLimits,
): Promise<ToolAnswer> {
	const execa = await loadExeca()
	const running = execa(program, args, {
		env: tools.env,
		extendEnv: false,
		stdin: 'ignore',
		reject: false,
		timeout: timeoutMs,
		forceKillAfterDelay: KILL_AFTER_MS,
		...(onStdout === undefined
			? { maxBuffer }
			: // Two pipes: what a tool writes in blocks would be cut by its last words on stderr.
				{ buffer: { stdout: false, stderr: true }, maxBuffer: { stderr: maxBuffer } }),
		...(signal === undefined ? {} : { cancelSignal: signal }),
	})
	onStdout?.(running.stdout)
	const late = Promise.withResolvers<undefined>()
	const timer = setTimeout(() => late.resolve(undefined), timeoutMs + GIVE_UP_AFTER_MS)
	const done = await Promise.race([running, late.promise])
	clearTimeout(timer)
	if (done === undefined) {
		for (const stream of [running.stdout, running.stderr]) stream.destroy()
		const stderr = english.noEndAfterS(timeoutMs / 1000)
		return { failed: true, exitCode: undefined, isLate: true, stdout: '', stderr }
	}
	const { failed, exitCode, stdout = '', stderr = '' } = done
	const words = failed && stderr === '' ? whyNothing(done, timeoutMs) : stderr
	return { failed, exitCode, stdout, stderr: words, ...(done.timedOut ? { isLate: true } : {}) }
}

type Ended = {
	readonly timedOut?: boolean
	readonly isMaxBuffer?: boolean
	readonly signal?: string | undefined
	readonly code?: string | undefined
}

/** What stands for the words of a tool that said none. The message of execa has the whole command and a stack in it. */
function whyNothing({ timedOut, isMaxBuffer, signal, code }: Ended, timeoutMs: number): string {
	if (timedOut === true) return english.noEndAfterS(timeoutMs / 1000)
	if (isMaxBuffer === true) return english.itPrintedTooMuch
	if (signal !== undefined) return english.endedBy(signal)
	return code === undefined ? '' : english.couldNotBeStarted(code)
}
