import { z } from 'zod'
import { ELSEWHERE, type LeaseReport } from '../../changes/guard-answer.ts'
import { owner } from '../../changes/journal.ts'
import type { HeldChange, LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/guard/client.ts'
import { heldChange } from '../wire/protocol.ts'

/** What `ctscope revert --json` prints. */
export type RevertAnswer = {
	readonly v: 1
	readonly exitCode: number
	readonly leases: readonly LeaseReport[]
}

const answer = z.object({
	v: z.literal(1),
	exitCode: z.int(),
	leases: z.array(
		z.object({
			leaseId: z.string(),
			owner: owner.nullable(),
			kind: z.enum(['undone', 'dry-run', 'earlier-boot', 'not-due', 'held', 'unreadable']),
			why: z.string(),
			note: z.string(),
			changes: z.array(
				heldChange.extend({
					result: z.enum([
						'restored',
						'already',
						english.leftAlone,
						english.staysLoaded,
						english.staysMounted,
						'vanished',
						'failed',
						english.wouldRestore,
						english.canBeUndone,
					]),
				}),
			),
		}),
	),
})

export function decodeRevertAnswer(text: string): RevertAnswer | undefined {
	try {
		const found = answer.safeParse(JSON.parse(text))
		return found.success ? found.data : undefined
	} catch {
		return undefined
	}
}

/**
 * The last view of a lost guard after `ctscope revert` has taken its place. What the guard had not told us yet is in
 * the answer. Without an answer nothing is known about a change: it counts as still in force.
 */
export function viewAfterRevert(
	view: LeaseView,
	given: RevertAnswer | undefined,
	wall: number,
	trouble: string,
	why: string,
): LeaseView {
	const report = given?.leases.find(({ leaseId }) => leaseId === view.leaseId)
	// No such lease any more: whoever closed it has undone it first.
	const isGone = given !== undefined && given.exitCode === 0 && report === undefined
	const told = (report?.changes ?? []).map(({ result: _, ...change }): HeldChange => change)
	const known = view.changes
		.filter(({ seq }) => !told.some((change) => change.seq === seq))
		.map((change): HeldChange => {
			if (change.endedAt !== null) return change
			if (isGone || report?.kind === 'undone') return { ...change, ...elsewhere, endedAt: wall }
			return { ...change, state: 'failed', note: report?.note || trouble, confirmBy: null }
		})
	const changes = [...known, ...told].toSorted((a, b) => a.seq - b.seq)
	const has = (state: HeldChange['state']) => changes.some((change) => change.state === state)
	const outcome = has('failed') ? 'failed' : has('conflict') ? 'conflict' : 'clean'
	const phase = outcome === 'failed' ? 'failed' : 'closed'
	return { ...view, changes, outcome, phase, why, flood: null }
}

const elsewhere = { state: 'undone', now: null, note: ELSEWHERE, confirmBy: null } as const
