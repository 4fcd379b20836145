import { firstLine, NOT_STARTED } from '../../host/process/detached.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/guard/client.ts'
import { REVERT_MS } from './begin-lease.ts'
import { decodeRevertAnswer, viewAfterRevert } from './revert-answer.ts'
import { type Program, revertArgv } from './start-guard.ts'

/** No process can be started for an undo in the place of a guard: tried again after these times, then at the last of them. */
const AGAIN_MS = [1_000, 2_000, 5_000, 15_000, 60_000] as const

/** Why an undo is done in the place of the guard. All but the first: it lives, is not asked, and is ended. */
export const LOST = {
	gone: english.theGuardWasLost,
	still: english.theGuardStoodStill,
	refused: english.theGuardWasRefusedAn,
} as const
export type Lost = (typeof LOST)[keyof typeof LOST]

/**
 * `ctscope revert` in the place of a lost guard. What the guard had not told us when it ended is in the answer: `last`
 * may be older than what it wrote. `onTry`: it could not be started, and is tried again.
 */
export async function revertLost(
	program: Program,
	last: LeaseView,
	why: Lost,
	clock: Clock,
	onTry: (view: LeaseView) => void,
): Promise<LeaseView> {
	// It goes on after its answer, also when we have ended, until nothing is in force.
	const more = ['--json', '--stay', '--reason', why, ...(why === LOST.gone ? [] : ['--past-guard'])]
	const argv = revertArgv(program, last.leaseId, more)
	for (let tries = 0; ; tries++) {
		const ran = await firstLine(argv, REVERT_MS)
		const answer = decodeRevertAnswer(ran.stdout)
		const trouble = answer === undefined ? english.ctscopeRevertFailed(ran.stderr.trim()) : ''
		const view = viewAfterRevert(last, answer, clock.wall(), trouble, why)
		if (ran.exitCode !== NOT_STARTED) return view
		onTry(view)
		await new Promise<void>((resolve) => {
			clock.after(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0, resolve)
		})
	}
}
