import { findNetns } from '../../host/netns/find-netns.ts'
import { currentNetns, resolveNetns } from '../../host/netns/netns.ts'
import type { Changer } from '../../host/ports.ts'
import { ownerOfThisProcess, ownNetns } from '../../host/process/identity.ts'
import { createLateChanger } from './late-changer.ts'
import type { CommonOptions, RunOptions } from './options.ts'

/** With what the guard is started. */
type ChangeOptions = CommonOptions & Pick<RunOptions, 'ttlMs' | 'maxRate'>

/** The port that asks the guard, for the network namespace that this process is in. Nothing is started yet. */
export function changeWith({ netns, stateDir, ttlMs, maxRate }: ChangeOptions): Changer {
	return createLateChanger(async () => {
		const { createChanger } = await import('../../guard/client/client.ts')
		const { inode, initial } = currentNetns(netns)
		const own = ownNetns()
		return createChanger({
			stateDir,
			netns: own && { ...own, initial, path: initial ? null : pathOf(inode, netns) },
			nodeArgv: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
			ttlMs,
			maxRate,
			owner: ownerOfThisProcess(),
		})
	})
}

/** A file by which others can enter the namespace. What was asked for comes first, unless it means whoever reads it. */
function pathOf(inode: number, asked: string | undefined): string | null {
	const target = asked === undefined || asked.startsWith('/proc/self/') ? undefined : resolveNetns(asked)
	const hints = target?.ok === true && target.value.inode === inode ? [target.value.path] : []
	return findNetns(inode, hints) ?? null
}
