import { type ChildProcess, spawn } from 'node:child_process'
import type { ProcessName } from '../../changes/lease.ts'
import * as english from '../../words/english/host/host.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { startChild } from './child.ts'
import { isAlive, processStart } from './identity.ts'

/** Longest that a tool of an undo takes, ms. Whoever waits for the guard waits longer. */
const HAND_MS = 5_000
/** So long after SIGKILL, and it hangs in the kernel; so long after its end, and others hold its outputs: no longer, ms. */
const KILLED_MS = 300
/** Of each of its outputs, characters. */
const OUTPUT_LIMIT = 16 * 1024 * 1024

/** What a tool came to. `status` null: a signal or the time limit ended it, or it could not be started (`code`). */
export type Ran = {
	readonly status: number | null
	readonly stdout: string
	readonly stderr: string
	/** errno name when there was no process for it: EAGAIN at pids.max, EMFILE without descriptors for its pipes. */
	readonly code?: string
}

/** Told of a process before it begins; false: it could not be recorded, so it must not. */
export type Announce = (hand: ProcessName) => boolean

/**
 * A process that waits at a gate and becomes a tool when it is told to. It exists before it is needed: no new process is
 * needed then, and its number can be recorded before it does anything. When nobody is there to tell it, it ends.
 */
export type Hand = {
	readonly name: ProcessName
	/**
	 * Lets it begin, with `input` behind the word of the gate; resolves when it has ended, or could not be waited for.
	 * With `onOutput` its input stays open until it has said something, which is told before that.
	 */
	go(input?: string, onOutput?: () => void): Promise<Ran>
	/** It is not needed: it ends without having begun. */
	drop(): void
}

/** As in nflog-command.ts: `read` takes one line byte by byte, what follows is the tool's. */
const GATE = ['-c', 'read -r go && exec "$@"', 'sh'] as const

/** Starts one at its gate; the errno name when there is no process for it. */
export function startHand(argv: readonly string[], tools: Pick<ToolPath, 'env'>): Hand | string {
	const child = startChild(() =>
		spawn('/bin/sh', [...GATE, ...argv], {
			stdio: ['pipe', 'pipe', 'pipe'],
			cwd: '/',
			// With its own folder as home nft would leave a file of its history behind on a disk.
			env: { ...tools.env, HOME: '/dev/null' },
		}),
	)
	if (typeof child === 'string') return child
	if (child.pid === undefined) return 'EAGAIN'
	child.stdin.on('error', () => {})
	// It must not keep this process alive.
	child.unref()
	const name = { pid: child.pid, pidStart: processStart(child.pid) ?? '' }
	return {
		name,
		go: (input = '', onOutput) => ended(child, `go\n${input}`, onOutput),
		drop: () => child.stdin.destroy(),
	}
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

function ended(child: ChildProcess, input: string, onOutput?: () => void): Promise<Ran> {
	const said = { stdout: '', stderr: '' }
	for (const name of ['stdout', 'stderr'] as const)
		child[name]?.setEncoding('utf8').on('data', (text: string) => {
			said[name] = (said[name] + text).slice(0, OUTPUT_LIMIT)
		})
	return new Promise((resolve) => {
		let isKilled = false
		const done = (status: number | null) => {
			clearTimeout(timer)
			resolve({ status, ...said })
		}
		const letGo = (status: number | null) => {
			child.stdout?.destroy()
			child.stderr?.destroy()
			done(status)
		}
		let timer = setTimeout(() => {
			isKilled = true
			child.kill('SIGKILL')
			timer = setTimeout(letGo, KILLED_MS, null)
		}, HAND_MS)
		// Somebody has ended it at its gate.
		if (hasEnded(child)) done(null)
		child.once('close', (status) => done(isKilled ? null : status))
		// What it has started may keep its outputs open for ever. What it has said itself is in them already.
		child.once('exit', (status) => {
			if (isKilled) return
			clearTimeout(timer)
			// When we stood still ourselves, what it has said is read first.
			timer = setTimeout(() => setImmediate(letGo, status), KILLED_MS)
		})
		if (onOutput === undefined) child.stdin?.end(input)
		else {
			child.stdin?.write(input)
			child.stdout?.once('data', () => {
				onOutput()
				child.stdin?.end()
			})
		}
	})
}

type RunOptions = {
	readonly input?: string
	readonly announce?: Announce | undefined
	/** See `go`. */
	readonly onOutput?: (hand: ProcessName) => void
}

/** Runs a tool to its end, outside of our thread and within HAND_MS. `announce`: see there. */
export async function runHand(
	argv: readonly string[],
	tools: Pick<ToolPath, 'env'>,
	{ input = '', announce, onOutput }: RunOptions = {},
): Promise<Ran> {
	const hand = startHand(argv, tools)
	if (typeof hand === 'string') return { status: null, stdout: '', stderr: '', code: hand }
	if (announce !== undefined && !announce(hand.name)) {
		hand.drop()
		return { status: null, stdout: '', stderr: english.itCouldNotBeRecorded, code: 'ENOSPC' }
	}
	return hand.go(input, onOutput && (() => onOutput(hand.name)))
}

/** One of these processes lives: it may still do what it was started for. */
export const anyAlive = (hands: readonly ProcessName[]): boolean =>
	hands.some(({ pid, pidStart }) => isAlive(pid, pidStart))

/** So long until who was killed is gone, unless it waits for a disk or is frozen, ms. */
const GONE_MS = 500
const LOOK_MS = 5

/** Kills them, and waits until they are gone, for as long as that is of use. */
export async function endAll(processes: readonly ProcessName[]): Promise<void> {
	killAll(processes)
	for (const until = performance.now() + GONE_MS; performance.now() < until && anyAlive(processes); )
		await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
}

/** Kills those of them that live; a later process with the same number is another one. */
export function killAll(hands: readonly ProcessName[]): void {
	for (const { pid, pidStart } of hands) {
		if (!isAlive(pid, pidStart)) continue
		try {
			process.kill(pid, 'SIGKILL')
		} catch {}
	}
}
