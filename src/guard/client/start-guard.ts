import { join } from 'node:path'
import { findStateDir, socketIn } from '../../host/files/state-dir.ts'
import { startDetached } from '../../host/process/detached.ts'
import type { Run } from '../../host/process/launch.ts'
import { exists, nodeCrypto } from '../../host/tools/proc-fs.ts'
import { dryRunArgs, guardUnitArgs } from '../../host/tools/systemd.ts'
import type { GuardForm } from '../../model/change.ts'
import * as english from '../../words/english/guard/client.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { type Channel, type ChannelEvents, openChannel } from '../wire/channel.ts'
import { type GuardOptions, guardArgs } from '../wire/guard-options.ts'
import { decodeRefusal } from '../wire/protocol.ts'

/** Node starts in 0.05 to 0.4 s, in an emulator in 2. Nothing is in force while we wait. */
const READY_MS = 30_000
const POLL_MS = 10
const SYSTEMD_MS = 10_000
const DRY_RUN_MS = 45_000

/** Characters that are not mistaken for others when they are read out. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

export function newLeaseId(): string {
	const { randomInt } = nodeCrypto()
	return Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** Everything needed to run our own program again, in any of its roles. */
export type Program = {
	/** Node and the bundle. */
	readonly argv: readonly string[]
	/** For the child form only; a service has the environment of PID 1. */
	readonly env: Readonly<Record<string, string>>
	readonly run: Run
	/** Absolute: every process that we start has another working directory. */
	readonly stateDir: string
}

export type StartedGuard = { readonly channel: Channel; readonly form: GuardForm }

/**
 * Starts the guard as a transient service where systemd is, else as a detached child, and waits until it listens.
 * A service that cannot be started is no reason to give up: the child is worse placed, and the view says so.
 */
export async function startGuard(
	program: Program,
	options: Omit<GuardOptions, 'form' | 'stateDir'>,
	systemd: boolean,
	events: ChannelEvents,
): Promise<Result<StartedGuard>> {
	const { leaseId, netns } = options
	const { stateDir } = program
	const socketPath = socketIn(join(stateDir, 'leases', leaseId))
	// Said at once, instead of by a service that ends somewhere else.
	const state = findStateDir(stateDir)
	if (!state.ok) return state
	// Without a file to enter it by, a service cannot be put into the namespace; a child is in it already.
	if (systemd && (netns.initial || netns.path !== null)) {
		const argv = [...program.argv, 'guard', ...guardArgs({ ...options, stateDir, form: 'service' })]
		const netnsPath = netns.initial ? null : netns.path
		const unit = guardUnitArgs({ leaseId, argv, stateDir, netnsPath })
		const ran = await program.run(['systemd-run', ...unit], SYSTEMD_MS)
		if (ran.exitCode === 0) {
			const channel = await connect(socketPath, events, () => false)
			if (channel !== undefined) return ok({ channel, form: 'service' })
			return fail(notReady(leaseId, english.seeJournalctlUCtscopeGuard(leaseId)))
		}
	}
	const argv = [...program.argv, 'guard', ...guardArgs({ ...options, stateDir, form: 'child' })]
	const child = startDetached(argv, program.env)
	let isOver = false
	void child.ended.then(() => {
		isOver = true
	})
	const channel = await connect(socketPath, events, () => isOver)
	child.release()
	if (channel !== undefined) return ok({ channel, form: 'child' })
	if (!isOver) return fail(notReady(leaseId, english.itDoesNotListen))
	const { exitCode, stderr } = await child.ended
	return fail(decodeRefusal(stderr) ?? { kind: 'tool-failed', command: argv, exitCode, stderr })
}

const notReady = (leaseId: string, detail: string): Failure => ({
	kind: 'guard-lost',
	leaseId,
	detail: english.theGuardDidNotGet(detail),
})

async function connect(
	path: string,
	events: ChannelEvents,
	isOver: () => boolean,
): Promise<Channel | undefined> {
	for (let waited = 0; waited < READY_MS; waited += POLL_MS) {
		// Before its socket is there, each try would only take time from the guard that we wait for.
		const channel = exists(path) ? await openChannel(path, events) : undefined
		if (typeof channel === 'object') return channel
		if (isOver()) return undefined
		await new Promise((resolve) => setTimeout(resolve, POLL_MS))
	}
	return undefined
}

/** The arguments of `ctscope revert` that the timer, the dry run and the program itself use. */
export function revertArgv({ argv, stateDir }: Program, leaseId: string, more: readonly string[] = []) {
	return [...argv, 'revert', '--lease', leaseId, '--state-dir', stateDir, ...more]
}

/** The way back before the way out: runs the undo of the timer without writing. Undefined: it would work. */
export async function proveWayBack(
	program: Program,
	leaseId: string,
	form: GuardForm,
): Promise<Failure | undefined> {
	const argv = revertArgv(program, leaseId, ['--dry-run'])
	const command = form === 'service' ? ['systemd-run', ...dryRunArgs(leaseId, argv)] : argv
	const { exitCode, stdout, stderr } = await program.run(command, DRY_RUN_MS)
	if (exitCode === 0) return undefined
	const words = `${stderr}${stdout}`.trim().slice(0, 1000)
	const late = english.noEndAfterSIs(DRY_RUN_MS / 1000)
	return {
		kind: 'tool-failed',
		// As one would type it: where Node and the program are helps nobody.
		command: ['ctscope', ...argv.slice(program.argv.length)],
		exitCode,
		stderr: english.theUndoCannotBeProven(words === '' && exitCode === undefined ? late : words),
	}
}
