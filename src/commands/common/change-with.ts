import { findNetns } from '../../host/netns/find-netns.ts'
import { currentNetns, resolveNetns } from '../../host/netns/netns.ts'
import { ownerOfThisProcess, ownNetns } from '../../host/process/identity.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Changer } from '../../ports/changer.ts'
import { createTypedLines } from '../../ui/keys/typed-lines.ts'
import { visible } from '../../words/visible.ts'
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

/** Asks on the terminal; only `y` or `yes` means yes. Undefined without a terminal, where nobody can answer. */
export function askOnTerminal(): ((question: string) => Promise<boolean>) | undefined {
	const { stdin, stderr } = process
	if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined
	return async (question) => {
		const lines = createTypedLines(stdin)
		const interrupted = Promise.withResolvers<undefined>()
		const interrupt = (): void => interrupted.resolve(undefined)
		process.once('SIGINT', interrupt)
		try {
			stderr.write(`${visible(question)} [y/N] `)
			const answer = await Promise.race([lines.next(), interrupted.promise])
			return /^y(es)?$/i.test((answer ?? '').trim())
		} finally {
			process.off('SIGINT', interrupt)
			lines.stop()
		}
	}
}

/**
 * A changer whose code is loaded when it is first asked for something: the decoder that comes
 * with it takes 30 ms, and a program that only looks never needs it.
 */
export function createLateChanger(load: () => Promise<Changer>): Changer {
	const listeners = new Set<(view: LeaseView) => void>()
	let changer: Changer | undefined
	let loading: Promise<Changer> | undefined

	const get = (): Promise<Changer> => {
		loading ??= load().then((loaded) => {
			loaded.subscribe((view) => {
				for (const listener of listeners) listener(view)
			})
			changer = loaded
			return loaded
		})
		return loading
	}

	return {
		view: () => changer?.view(),
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		apply: async (plan) => (await get()).apply(plan),
		undo: async (which, why) => (await get()).undo(which, why),
		extend: async () => (await get()).extend(),
		confirm: async (seq) => (await get()).confirm(seq),
		persist: async () => (await get()).persist(),
		revertFound: async (leaseId) => (await get()).revertFound(leaseId),
		// Nothing was ever asked for: nothing can be in force.
		close: async () => (loading === undefined ? undefined : (await loading).close()),
	}
}
