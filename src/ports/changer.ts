import type { LeaseView, Plan } from '../model/change.ts'
import type { Result } from '../words/failure.ts'

/** Asks the guard; never writes to the kernel itself. The guard is started by the first `apply`. */
export interface Changer {
	/** The last view; undefined before the first change. */
	view(): LeaseView | undefined
	subscribe(listener: (view: LeaseView) => void): () => void
	/** All changes of the plan, or none. */
	apply(plan: Plan): Promise<Result<LeaseView>>
	/** `why`: what the record says of it, where nobody asked for it. */
	undo(which: number | 'all', why?: string): Promise<Result<LeaseView>>
	/** Ten more minutes. */
	extend(): Promise<Result<LeaseView>>
	confirm(seq: number): Promise<Result<LeaseView>>
	/** Keep the changes until the deadline when the program ends; refused without systemd. */
	persist(): Promise<Result<LeaseView>>
	/** Undo what an earlier, dead session left (runs `ctscope revert --lease ID`). */
	revertFound(leaseId: string): Promise<Result<string>>
	/** Undo everything (unless persisted) and end the guard. Resolves when nothing of ours is in force, or says what is. */
	close(): Promise<LeaseView | undefined>
}
