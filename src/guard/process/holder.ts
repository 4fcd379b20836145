import { ownerInWords } from '../../changes/guard-answer.ts'
import { leaseDirs, type StateDir } from '../../host/files/state-dir.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/guard/process.ts'
import { readLease } from '../wire/lease-reader.ts'

const two = (number: number) => String(number).padStart(2, '0')

/** `alice on pts/3 since 14:02, undo in 09:41`: whom to ask, and how long it can last. */
export function holderInWords(
	state: StateDir,
	leaseId: string,
	boot: string,
	clock: Pick<Clock, 'monotonic'>,
): string {
	const dir = leaseDirs(state).find(({ id }) => id === leaseId)
	const lease = dir === undefined ? undefined : readLease(dir, boot).lease
	if (lease === undefined) return english.anotherSession
	const since = new Date(lease.createdAt)
	const left = Math.max(0, Math.ceil((lease.deadline - clock.monotonic()) / 1000))
	const until =
		left === 0 ? english.itsTimeIsOver : english.undoIn(two(Math.floor(left / 60)), two(left % 60))
	return english.since(ownerInWords(lease.owner), two(since.getHours()), two(since.getMinutes()), until)
}
