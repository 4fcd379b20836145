import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import * as english from '../../words/english/host/netns.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { ENTERED } from '../tools/command.ts'
import { readText } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { currentNetns, type NetnsTarget, resolveNetns } from './netns.ts'

type Inside = {
	/** A socket to the file descriptor 3 of the child; each side sees the end of the other. */
	readonly channel: Duplex
	/** It could not be started: errno name, and the channel has ended. */
	readonly problem?: string
	/** Resolves with the exit status, or null after a signal. */
	readonly ended: Promise<number | null>
}

/** The number of the file descriptor that the child finds its end of the channel at. */
export const CHANNEL_FD = 3

/**
 * Starts a second ctscope in another network namespace. In a session of its own, so that ctrl-c reaches the command
 * that is being watched and not the process that puts the settings back.
 */
export function startInside([program, ...args]: readonly [string, ...string[]], asked: string): Inside {
	const child = spawn(program, args, {
		detached: true,
		stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
		env: { ...definedEnv(), [ENTERED]: asked },
	})
	const channel = child.stdio?.[CHANNEL_FD] as Duplex | undefined
	if (channel === undefined) {
		child.on('error', () => {})
		const none = Duplex.from([])
		none.destroy()
		return { channel: none, ended: Promise.resolve(null), problem: 'EMFILE' }
	}
	const ended = new Promise<number | null>((resolve) => {
		child.once('error', () => resolve(null))
		child.once('close', (code) => resolve(code))
	})
	return { channel, ended }
}

const CAP_SYS_ADMIN = 21

export type Entrance =
	/** Nothing to do: this process is in it. */
	| { readonly inside: true }
	| { readonly inside: false; readonly target: NetnsTarget; readonly nsenter: string }

/** How to get into a network namespace: /proc/sys/net and /proc/net show the one of the process that reads. */
export function entranceTo(asked: string, tools: ToolPath): Result<Entrance> {
	const target = resolveNetns(asked)
	if (!target.ok) return target
	if (target.value.inode === currentNetns().inode) return ok({ inside: true })
	if (process.env[ENTERED] === asked) {
		return fail({
			kind: 'unsupported',
			what: english.theNetworkNamespace(target.value.name),
			why: english.enteringItHasLedTo,
		})
	}
	if (!hasCapability(CAP_SYS_ADMIN)) return fail(notRoot(target.value.name))
	const nsenter = tools.find('nsenter')
	if (nsenter === undefined) {
		return fail({ kind: 'missing-tool', tool: 'nsenter', debianPackage: 'util-linux' })
	}
	return ok({ inside: false, target: target.value, nsenter })
}

/** Command line that runs this program inside: the same Node, the same script, `args` behind it. */
export function insideCommand(
	entrance: Extract<Entrance, { inside: false }>,
	args: readonly string[],
): readonly [program: string, ...args: string[]] {
	const script = process.argv[1]
	return [
		entrance.nsenter,
		`--net=${entrance.target.path}`,
		'--',
		process.execPath,
		...process.execArgv,
		...(script === undefined ? [] : [script]),
		...args,
	]
}

/** Replaces this process by the same program inside; it keeps its pid, terminal and open files. Does not return. */
export function enterNetns(
	entrance: Extract<Entrance, { inside: false }>,
	asked: string,
	given: readonly string[] = process.argv.slice(2),
): never {
	const [program, ...args] = insideCommand(entrance, given)
	if (process.execve === undefined) throw new Error(english.thisNodeHasNoExecve)
	// Node says that execve is an experiment; the warning would be printed into the next program's terminal.
	process.removeAllListeners('warning')
	return process.execve(program, ['nsenter', ...args], { ...definedEnv(), [ENTERED]: asked })
}

/** Whether this process has a capability, by its number in linux/capability.h. */
export function hasCapability(bit: number): boolean {
	const status = readText('/proc/self/status')
	const mask = status.ok ? /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status.value)?.[1] : undefined
	if (mask === undefined) return process.getuid?.() === 0
	return ((BigInt(`0x${mask}`) >> BigInt(bit)) & 1n) === 1n
}

export function definedEnv(): Record<string, string> {
	return Object.fromEntries(
		Object.entries(process.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
	)
}

function notRoot(name: string): Failure {
	return {
		kind: 'not-permitted',
		what: english.enteringTheNetworkNamespace(name),
		need: english.rootCapSysAdmin,
	}
}
