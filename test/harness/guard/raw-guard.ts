import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { BEHAVE_MS, CONFIRM_MS } from '../../../src/changes/lease.ts'
import { newLeaseId } from '../../../src/guard/client/start-guard.ts'
import { type Channel, openChannel } from '../../../src/guard/wire/channel.ts'
import { guardArgs } from '../../../src/guard/wire/guard-options.ts'
import { ownerOfThisProcess } from '../../../src/host/process/identity.ts'
import { IN_VAIN_MS, msUntil } from '../until.ts'
import { guardBundle } from './build-guard.ts'
import { netnsOf, type Scene } from './scene.ts'

export type RawGuard = {
	readonly leaseId: string
	readonly channel: Channel
	readonly child: ChildProcess
	/** Exit status, or the signal that ended it. */
	readonly ended: Promise<number | string>
}

/** A guard whose owner is the test itself: nobody undoes anything when it dies. `before` goes in front of node. */
export async function rawGuard(
	scene: Scene,
	options: {
		readonly crash?: string
		readonly ttlMs?: number
		readonly before?: readonly string[]
		/** Other than those of the scene. */
		readonly netns?: { readonly inode?: number; readonly rtnl?: number }
	} = {},
): Promise<RawGuard> {
	const leaseId = newLeaseId()
	const args = guardArgs({
		leaseId,
		ttlMs: options.ttlMs ?? 60_000,
		stateDir: scene.stateDir,
		form: 'child',
		netns: { ...netnsOf(scene), ...options.netns, path: scene.path, initial: false },
		confirmMs: CONFIRM_MS,
		behaveMs: BEHAVE_MS,
		maxRate: 200,
	})
	const child = spawn(
		'nsenter',
		[
			`--net=${scene.path}`,
			'--',
			...(options.before ?? []),
			process.execPath,
			await guardBundle(),
			'guard',
			...args,
		],
		{
			stdio: 'ignore',
			env: { ...process.env, ...(options.crash === undefined ? {} : { CTSCOPE_TEST_CRASH: options.crash }) },
		},
	)
	const ended = new Promise<number | string>((resolve) =>
		child.once('exit', (code, signal) => resolve(code ?? signal ?? '')),
	)
	let isOver = false
	void ended.then(() => {
		isOver = true
	})
	const path = join(scene.stateDir, 'leases', leaseId, 'guard.sock')
	let channel: Channel | undefined
	await msUntil(async () => {
		const opened = await openChannel(path, { onView: () => {}, onEnd: () => {} })
		if (typeof opened !== 'string') channel = opened
		return channel !== undefined || isOver
	}, IN_VAIN_MS)
	if (channel === undefined) throw new Error(`the guard did not come: ${isOver ? await ended : 'no socket'}`)
	await channel.ask({ op: 'hello', v: 1, owner: ownerOfThisProcess() })
	return { leaseId, channel, child, ended }
}
