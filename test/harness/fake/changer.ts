import { knobById } from '../../../src/changes/knobs.ts'
import { extended, FAR_ENOUGH, isTooSoon, TOO_SOON } from '../../../src/changes/lease.ts'
import { shellLine } from '../../../src/changes/shell-line.ts'
import type { HeldChange, LeaseView, Plan } from '../../../src/model/change.ts'
import type { Clock } from '../../../src/model/clock.ts'
import type { Changer } from '../../../src/ports/changer.ts'
import { type Failure, fail, ok, type Result } from '../../../src/words/failure.ts'
import { FACTS, VALUES } from '../samples/samples.ts'

/** A guard in memory that keeps the rules of the real one: all or nothing, look before undoing, K, deadline. */
export class FakeChanger implements Changer {
	readonly kernel: Map<string, string>
	readonly asked: string[] = []
	readonly #clock: Clock
	readonly #listeners = new Set<(view: LeaseView) => void>()
	#view: LeaseView | undefined
	#leases = 0
	#extendedAt = Number.NEGATIVE_INFINITY
	/** What the next call answers instead. */
	refuse: Failure | undefined
	timer = true
	/** Values that the kernel does not take back. */
	readonly stuck = new Set<string>()
	/** Lets `close` wait. */
	closing: Promise<void> = Promise.resolve()

	constructor(clock: Clock, kernel: Map<string, string> = new Map(Object.entries(VALUES))) {
		this.#clock = clock
		this.kernel = kernel
	}

	view(): LeaseView | undefined {
		return this.#view
	}

	subscribe(listener: (view: LeaseView) => void): () => void {
		this.#listeners.add(listener)
		return () => this.#listeners.delete(listener)
	}

	get listeners(): number {
		return this.#listeners.size
	}

	#tell(view: LeaseView): LeaseView {
		this.#view = view
		for (const listener of this.#listeners) listener(view)
		return view
	}

	#refused(): Failure | undefined {
		const failure = this.refuse
		this.refuse = undefined
		return failure
	}

	async apply(plan: Plan): Promise<Result<LeaseView>> {
		this.asked.push(`apply ${plan.changes.map(({ knob, to }) => `${knob}=${to}`).join(' ')}`)
		const failure = this.#refused()
		if (failure !== undefined) return fail(failure)
		for (const { knob, from } of plan.changes) {
			const found = this.kernel.get(knob) ?? (from === 'absent' ? from : '')
			if (found !== from) return fail({ kind: 'conflict', knob, expected: from, found, byHand: '' })
		}
		const now = this.#clock.monotonic()
		const before = this.#view?.phase === 'holding' ? this.#view : undefined
		const changes = plan.changes.map((change, index): HeldChange => {
			const knob = knobById(change.knob)
			if (knob === undefined) throw new Error(`no knob ${change.knob}`)
			this.kernel.set(change.knob, change.to)
			const waits = knob.class === 'treats-differently'
			return {
				seq: (before?.changes.length ?? 0) + index + 1,
				knob: knob.id,
				class: knob.class,
				sysctl: knob.sysctl,
				path: knob.path,
				purpose: plan.purpose,
				was: change.from,
				set: change.to,
				now: change.to,
				state: waits ? 'confirm' : 'in-force',
				appliedAt: this.#clock.wall(),
				endedAt: null,
				undoAt: now + (waits ? 120_000 : 600_000),
				confirmBy: waits ? now + 60_000 : null,
				note: '',
				byHand: shellLine(knob, change.from),
			}
		})
		const fresh: LeaseView = before ?? {
			leaseId: `L${++this.#leases}`,
			phase: 'holding',
			form: this.timer ? 'service' : 'child',
			timer: this.timer,
			netnsInode: FACTS.netns.inode,
			deadline: now + 600_000,
			persisted: false,
			changes: [],
			outcome: null,
			why: '',
			flood: null,
		}
		return ok(this.#tell({ ...fresh, changes: [...fresh.changes, ...changes] }))
	}

	async undo(which: number | 'all', why = 'at your request'): Promise<Result<LeaseView>> {
		this.asked.push(`undo ${which}`)
		const failure = this.#refused()
		if (failure !== undefined) return fail(failure)
		const view = this.#view
		if (view === undefined) return fail({ kind: 'usage', message: 'no lease', next: '' })
		return ok(this.#undone(view, which, why))
	}

	#undone(view: LeaseView, which: number | 'all', why: string): LeaseView {
		const changes = [...view.changes]
		for (const change of view.changes.toReversed()) {
			if (which !== 'all' && change.seq !== which) continue
			if (!['in-force', 'confirm', 'failed'].includes(change.state)) continue
			changes[change.seq - 1] = this.#restored(change)
		}
		const open = changes.some(({ state }) => state === 'in-force' || state === 'confirm')
		const failed = changes.some(({ state }) => state === 'failed')
		const conflict = changes.some(({ state }) => state === 'conflict')
		return this.#tell({
			...view,
			changes,
			why,
			phase: failed ? 'failed' : open ? 'holding' : 'closed',
			outcome: failed ? 'failed' : open ? null : conflict ? 'conflict' : 'clean',
		})
	}

	#restored(change: HeldChange): HeldChange {
		const endedAt = this.#clock.wall()
		const now = this.kernel.get(change.knob) ?? null
		const over = { ...change, endedAt, confirmBy: null }
		if (now === change.was) return { ...over, state: 'undone', now }
		if (now !== change.set) return { ...over, state: 'conflict', now, note: 'someone else changed it' }
		if (this.stuck.has(change.knob)) return { ...change, state: 'failed', note: 'EPERM' }
		this.kernel.set(change.knob, change.was)
		return { ...over, state: 'undone', now: change.was }
	}

	async extend(): Promise<Result<LeaseView>> {
		this.asked.push('extend')
		const view = this.#view
		if (view === undefined) return fail({ kind: 'usage', message: 'no lease', next: '' })
		const now = this.#clock.monotonic()
		const deadline = extended(view.deadline, now)
		if (isTooSoon(this.#extendedAt, now)) return fail({ kind: 'usage', message: TOO_SOON, next: '' })
		if (deadline === undefined) return fail({ kind: 'usage', message: FAR_ENOUGH, next: '' })
		this.#extendedAt = now
		return ok(this.#tell({ ...view, deadline }))
	}

	async confirm(seq: number): Promise<Result<LeaseView>> {
		this.asked.push(`confirm ${seq}`)
		const view = this.#view
		if (view === undefined) return fail({ kind: 'usage', message: 'no lease', next: '' })
		const changes = view.changes.map((change) =>
			change.seq === seq ? { ...change, state: 'in-force' as const, confirmBy: null } : change,
		)
		return ok(this.#tell({ ...view, changes }))
	}

	async persist(): Promise<Result<LeaseView>> {
		this.asked.push('persist')
		const failure = this.#refused()
		if (failure !== undefined) return fail(failure)
		const view = this.#view
		if (view === undefined) return fail({ kind: 'usage', message: 'no lease', next: '' })
		return ok(this.#tell({ ...view, persisted: true }))
	}

	async revertFound(leaseId: string): Promise<Result<string>> {
		this.asked.push(`revert ${leaseId}`)
		const failure = this.#refused()
		return failure === undefined ? ok(`${leaseId}: 1 change undone`) : fail(failure)
	}

	async close(): Promise<LeaseView | undefined> {
		this.asked.push('close')
		await this.closing
		const view = this.#view
		if (view === undefined || view.persisted) return view
		return this.#undone(view, 'all', 'the program ended')
	}

	/** The time of the lease is over. */
	expire(): void {
		if (this.#view !== undefined) this.#undone(this.#view, 'all', 'the deadline')
	}

	/** The breaker of the guard ends everything: so many lines a second. */
	flood(rate: number): void {
		if (this.#view === undefined) return
		this.#undone({ ...this.#view, flood: { rate } }, 'all', `log flood: ${rate} lines/s`)
	}

	/** The guard died; its undo was started. */
	loseGuard(): void {
		if (this.#view !== undefined) this.#tell({ ...this.#view, phase: 'lost' })
	}

	/** The undo that follows a dead guard is done. */
	recover(): void {
		if (this.#view !== undefined) this.#undone(this.#view, 'all', 'the guard died')
	}
}
