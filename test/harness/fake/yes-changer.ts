import type { HeldChange, LeaseView, Plan } from '../../../src/model/change.ts'
import type { Changer } from '../../../src/ports/changer.ts'
import { ok, type Result } from '../../../src/words/failure.ts'
import { CHANGE } from '../samples/readings.ts'
import { leaseView } from '../samples/samples.ts'

const VIEW = leaseView({
	leaseId: 'AAAAA',
	form: 'child',
	timer: false,
	netnsInode: 1,
	changes: [],
})

export type YesChanger = Changer & {
	readonly plans: Plan[]
	/** What the next `apply` answers instead of applying. */
	refusal: Result<LeaseView> | undefined
	/** How the change ends when it is closed. */
	ending: Partial<HeldChange>
	outcome: LeaseView['outcome']
	emit(view: Partial<LeaseView>): void
	closed: number
}

/** A changer that applies everything to nothing. */
export function createYesChanger(): YesChanger {
	const listeners = new Set<(view: LeaseView) => void>()
	let view: LeaseView | undefined
	const unused = () => Promise.reject(new Error('not asked for'))
	return {
		plans: [],
		refusal: undefined,
		ending: { state: 'undone', now: '0', endedAt: 1 },
		outcome: 'clean',
		closed: 0,
		emit(change) {
			view = { ...(view ?? VIEW), ...change }
			for (const listener of listeners) listener(view)
		},
		view: () => view,
		subscribe(listener) {
			listeners.add(listener)
			return () => listeners.delete(listener)
		},
		async apply(plan) {
			this.plans.push(plan)
			if (this.refusal !== undefined) return this.refusal
			const held = view?.changes ?? []
			const changes = plan.changes.map((one, index) => ({
				...CHANGE,
				seq: held.length + index + 1,
				knob: one.knob,
				was: one.from,
				set: one.to,
				now: one.to,
			}))
			this.emit({ changes: [...held, ...changes] })
			return ok(view ?? VIEW)
		},
		undo: unused,
		extend: unused,
		confirm: unused,
		persist: unused,
		revertFound: unused,
		async close() {
			this.closed += 1
			if (view === undefined) return undefined
			this.emit({
				phase: 'closed',
				outcome: this.outcome,
				changes: view.changes.map((change) => ({ ...change, ...this.ending })),
			})
			return view
		},
	}
}
