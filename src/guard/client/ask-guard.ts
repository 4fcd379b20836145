import type { LeaseView } from '../../model/change.ts'
import type { Failure } from '../../words/failure.ts'
import { openChannel } from '../wire/channel.ts'

/** A guard that has not even said that it works on it by then is hung (stopped, or the machine is out of memory). */
const WORKING_MS = 2_000
/** It tries an undo for 6 s when the kernel refuses. */
const DONE_MS = 15_000

export type GuardAnswer =
	| { readonly kind: 'done'; readonly view: LeaseView }
	| { readonly kind: 'refused'; readonly failure: Failure }
	/** Dead or hung: the undo is ours to do. `isStill`: it has not even said that it works on it. */
	| { readonly kind: 'absent'; readonly isStill: boolean }

/** Asks the living guard of a lease to undo everything, as somebody other than its owner. */
export async function askGuard(socketPath: string, why: string, ifDue: boolean): Promise<GuardAnswer> {
	const channel = await openChannel(socketPath, { onView: () => {}, onEnd: () => {} })
	if (typeof channel === 'string') return { kind: 'absent', isStill: false }
	const given = Promise.withResolvers<GuardAnswer>()
	void channel.ask({ op: 'undoAll', why, ifDue }).then((result) => {
		if (result.ok) given.resolve({ kind: 'done', view: result.value })
		else if (result.failure.kind === 'guard-lost') given.resolve({ kind: 'absent', isStill: false })
		else given.resolve({ kind: 'refused', failure: result.failure })
	})
	const timers = [
		setTimeout(() => {
			if (!channel.isWorking()) given.resolve({ kind: 'absent', isStill: true })
		}, WORKING_MS),
		setTimeout(() => given.resolve({ kind: 'absent', isStill: false }), DONE_MS),
	]
	const answer = await given.promise
	for (const timer of timers) clearTimeout(timer)
	channel.end()
	return answer
}
