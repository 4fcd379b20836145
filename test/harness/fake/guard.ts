import { leaseOf } from '../../../src/changes/fold.ts'
import { decodeJournal } from '../../../src/changes/journal.ts'
import { BEHAVE_MS, CONFIRM_MS, DEFAULT_TTL_MS, inForce, outcomeOf } from '../../../src/changes/lease.ts'
import { createLifetime, type Lifetime } from '../../../src/guard/process/lifetime.ts'
import { openBook, startBook } from '../../../src/guard/undoing/book.ts'
import type { CrashPoint } from '../../../src/guard/undoing/crash.ts'
import { BUSY_TRIES, undoAll } from '../../../src/guard/undoing/undo.ts'
import { carryOut, type Later } from '../../../src/host/process/later.ts'
import type { LeaseView, Owner, Plan } from '../../../src/model/change.ts'
import type { Result } from '../../../src/words/failure.ts'
import type { FakeClock, FakeDisk, FakeKernel } from './host.ts'

const BOOT = 'this-boot'
export const NETNS = { inode: 4_026_532_001, rtnl: 4711, path: '/run/netns/web', initial: false } as const

export const alice: Owner = {
	uid: 0,
	user: 'root',
	sudoUser: 'alice',
	tty: 'pts/3',
	pid: 4711,
	pidStart: '12345',
}

export type FakeGuard = {
	/** Everything of the fake host answers at once. */
	readonly lifetime: Omit<Lifetime, 'prepare' | 'apply'> & {
		prepare(plan: Plan): Result<LeaseView>
		apply(plan: Plan): Result<LeaseView>
	}
	readonly views: LeaseView[]
	exitCode: number | undefined
}

export type Host = { readonly kernel: FakeKernel; readonly disk: FakeDisk; readonly clock: FakeClock }

/** A guard with everything real but the host. */
export function fakeGuard(
	{ kernel, disk, clock }: Host,
	id: string,
	options: {
		readonly pass?: (point: CrashPoint) => void
		readonly form?: 'service' | 'child'
		readonly isSeen?: boolean
		readonly ttlMs?: number
	} = {},
): FakeGuard {
	const store = disk.store(id)
	const ttlMs = options.ttlMs ?? DEFAULT_TTL_MS
	const book = startBook(
		{ store, clock, boot: BOOT },
		{
			type: 'lease',
			id,
			form: options.form ?? 'child',
			netns: NETNS,
			ttlMs,
			deadline: clock.monotonic() + ttlMs,
			confirmMs: CONFIRM_MS,
			behaveMs: BEHAVE_MS,
			pid: 1,
			pidStart: '1',
		},
	)
	if (typeof book === 'string') throw new Error(book)
	const guard: FakeGuard = {
		views: [],
		exitCode: undefined,
		lifetime: atOnce(
			createLifetime({
				kernel,
				store,
				book,
				clock,
				asleepMs: clock.asleep,
				pass: options.pass ?? (() => {}),
				whenClosed: 'undo',
				holder: (other) => `the owner of ${other}`,
				publish: (view) => guard.views.push(view),
				publishLast: async (view) => {
					guard.views.push(view)
					return options.isSeen ?? true
				},
				end: (code) => {
					guard.exitCode = code
				},
			}),
		),
	}
	guard.lifetime.own(alice)
	return guard
}

function atOnce(lifetime: Lifetime): FakeGuard['lifetime'] {
	const answered = (given: Later<Result<LeaseView>>): Result<LeaseView> => {
		if (given instanceof Promise) throw new Error('it was waited for')
		return given
	}
	return {
		...lifetime,
		prepare: (plan) => answered(lifetime.prepare(plan)),
		apply: (plan) => answered(lifetime.apply(plan)),
	}
}

/** `ctscope revert` for a lease whose guard is dead: what is still in force after it, and what it came to. */
export function fakeRevert(
	{ kernel, disk, clock }: Host,
	id: string,
	pass: (point: CrashPoint) => void = () => {},
) {
	const text = disk.journals.get(id)
	const lease = text === undefined ? undefined : leaseOf(decodeJournal(text).records)
	if (lease === undefined) {
		disk.store(id).close(false)
		return undefined
	}
	const store = disk.store(id)
	const book = openBook({ store, clock, boot: BOOT }, lease)
	for (let tries = 0; tries < BUSY_TRIES; tries++)
		if (carryOut(undoAll({ kernel, store, book, pass, whenClosed: 'leave' }, tries)) === 0) break
	const outcome = outcomeOf(book.lease())
	if (outcome !== 'failed') store.close(false)
	return { outcome, lease: book.lease(), left: inForce(book.lease()) }
}
