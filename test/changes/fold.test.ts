import { expect, test } from 'vitest'
import { createFold, leaseOf } from '../../src/changes/fold.ts'
import type { JournalEntry, JournalRecord } from '../../src/changes/journal.ts'

const LEASE: JournalEntry = {
	type: 'lease',
	id: 'L7F2',
	form: 'child',
	netns: { inode: 1, rtnl: 4711, path: null, initial: true },
	ttlMs: 600_000,
	deadline: 601_000,
	confirmMs: 60_000,
	behaveMs: 120_000,
	pid: 1,
	pidStart: '1',
}
const recorded = (entries: readonly JournalEntry[]): readonly JournalRecord[] =>
	[LEASE, ...entries].map((entry, at) => ({ v: 1, boot: 'b', at, wall: at, entry }))

const intent = (seq: number, knob: string, from: string, set: string, step = seq): JournalEntry => ({
	type: 'intent',
	seq,
	step,
	knob,
	class: 'logs-more',
	path: '/x',
	purpose: 'p',
	was: '0',
	from,
	set,
})
const applied = (seq: number): JournalEntry => ({ type: 'applied', seq })
const restored = (seq: number): JournalEntry => ({ type: 'undone', seq, how: 'restored', now: '0', note: '' })
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

type Look = (element: unknown, index: number) => unknown
const LOOKS = ['map', 'flatMap', 'some', 'filter', 'find', 'findLast', 'findLastIndex'] as const

/** How many elements of lists are looked at, or copied, in the work. */
function stepsOf(work: () => unknown): number {
	let steps = 0
	const lists = Array.prototype as unknown as Record<string, (this: unknown[], look: Look) => unknown>
	const plain = LOOKS.map((name) => lists[name])
	const iterate = Array.prototype[Symbol.iterator]
	LOOKS.forEach((name, index) => {
		lists[name] = function (look) {
			return plain[index]?.call(this, (element, place) => {
				steps += 1
				return look(element, place)
			})
		}
	})
	Array.prototype[Symbol.iterator] = function () {
		steps += this.length
		return iterate.call(this)
	}
	try {
		work()
	} finally {
		Array.prototype[Symbol.iterator] = iterate
		LOOKS.forEach((name, index) => {
			lists[name] = plain[index] as never
		})
	}
	return steps
}

test.each<[string, (count: number) => readonly JournalEntry[]]>([
	[
		'many settings, undone newest first',
		(count) => [
			...upTo(count).flatMap((seq) => [intent(seq, `knob ${seq}`, '0', '1'), applied(seq)]),
			...upTo(count)
				.toReversed()
				.map((seq) => restored(seq)),
		],
	],
	[
		'one setting, on and off again and again',
		(count) =>
			upTo(count).flatMap((seq) => [intent(seq, 'log_invalid', '0', '6'), applied(seq), restored(seq)]),
	],
	[
		'one setting, another value again and again',
		(count) =>
			upTo(count).flatMap((seq) => [intent(seq, 'log_invalid', `${seq}`, `${seq + 1}`), applied(seq)]),
	],
	[
		'steps that are taken back',
		(count) =>
			upTo(count).flatMap((seq) => [
				intent(seq, `knob ${seq % 7}`, '0', '1'),
				applied(seq),
				{ type: 'rollback', step: seq },
				{ type: 'undone', seq, how: 'rolled-back', now: '0', note: '' },
			]),
	],
	[
		'an undo that is refused again and again',
		(count) => [
			...upTo(count).map((seq) => intent(seq, `knob ${seq}`, '0', '1')),
			...upTo(count).map((seq): JournalEntry => ({ type: 'undo-failed', seq, code: 'EPERM', now: '1' })),
		],
	],
])('twice as many records are twice as much work: %s', (_, journal) => {
	const [some, twice] = [recorded(journal(200)), recorded(journal(400))]
	expect(stepsOf(() => leaseOf(twice))).toBeLessThan(2.5 * stepsOf(() => leaseOf(some)))
})

test('a lease that was handed out stays as it was', () => {
	const [lease, first, second] = recorded([intent(1, 'acct', '0', '1'), applied(1)])
	const fold = createFold()
	if (lease === undefined || first === undefined || second === undefined) throw new Error('no records')
	fold.take(lease)
	fold.take(first)
	const before = fold.lease()
	fold.take(second)
	expect(before?.entries).toMatchObject([{ phase: 'intended' }])
	expect(fold.lease()?.entries).toMatchObject([{ phase: 'applied' }])
})
