import { describe, expect, test } from 'vitest'
import { createFold } from '../../src/changes/fold.ts'
import type { JournalEntry } from '../../src/changes/journal.ts'
import { confirmBy, dueAt, inForce, type Lease, outcomeOf, undoAt } from '../../src/changes/lease.ts'
import { isOurs, verdictFor } from '../../src/changes/verdict.ts'

type Intent = Extract<JournalEntry, { type: 'intent' }>
const intent = (seq: number, over: Partial<Intent> = {}): Intent => ({
	type: 'intent',
	seq,
	step: seq,
	knob: 'log_invalid',
	class: 'logs-more',
	path: '/x',
	purpose: 'p',
	was: '0',
	from: '0',
	set: '6',
	...over,
})
const applied = (seq: number): JournalEntry => ({ type: 'applied', seq })
const undone = (
	seq: number,
	how: Extract<JournalEntry, { type: 'undone' }>['how'],
	now = '0',
): JournalEntry => ({
	type: 'undone',
	seq,
	how,
	now,
	note: '',
})

/** Begins at 1000 ms, deadline at 601000; records follow one ms after the other, or at the time given. */
function leaseWith(...entries: readonly (JournalEntry | number)[]): Lease {
	let at = 1000
	const fold = createFold()
	fold.take({
		v: 1,
		boot: 'b',
		at,
		wall: at,
		entry: {
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
		},
	})
	for (const entry of entries) {
		if (typeof entry === 'number') at = entry
		else fold.take({ v: 1, boot: 'b', at: at++, wall: at, entry })
	}
	const lease = fold.lease()
	if (lease === undefined) throw new Error('no lease')
	return lease
}

const held = (lease: Lease) => inForce(lease).map(({ seq }) => seq)
const only = (lease: Lease) => {
	const entry = inForce(lease)[0]
	if (entry === undefined) throw new Error('nothing in force')
	return entry
}

describe('what is in force', () => {
	test.each<[string, readonly JournalEntry[], number[]]>([
		['an intent may be', [intent(1)], [1]],
		['applied', [intent(1), applied(1)], [1]],
		['refused is not', [intent(1), { type: 'refused', seq: 1, code: 'EINVAL' }], []],
		['undone is not', [intent(1), applied(1), undone(1, 'restored')], []],
		['a conflict is not ours any more', [intent(1), applied(1), undone(1, 'conflict', '17')], []],
		['newest first', [intent(1, { knob: 'acct' }), applied(1), intent(2), applied(2)], [2, 1]],
		[
			'a replaced change is not',
			[intent(1), applied(1), intent(2, { from: '6', set: '17' }), applied(2)],
			[2],
		],
		[
			'both may be, before the second is known to be written',
			[intent(1), applied(1), intent(2, { from: '6', set: '17' })],
			[2, 1],
		],
		[
			'both end together',
			[intent(1), applied(1), intent(2, { from: '6', set: '17' }), applied(2), undone(2, 'restored')],
			[],
		],
		[
			'a replacement taken back brings the first one back',
			[
				intent(1),
				applied(1),
				intent(2, { from: '6', set: '17' }),
				applied(2),
				{ type: 'rollback', step: 2 },
				undone(2, 'rolled-back', '6'),
			],
			[1],
		],
		['set back to what it was', [intent(1), applied(1), intent(2, { from: '6', set: '0' }), applied(2)], []],
		[
			'... and that taken back',
			[
				intent(1),
				applied(1),
				intent(2, { from: '6', set: '0' }),
				applied(2),
				{ type: 'rollback', step: 2 },
				undone(2, 'rolled-back', '6'),
			],
			[1],
		],
		['records of unknown changes do nothing', [applied(9), undone(9, 'restored'), intent(1)], [1]],
		['an intent twice is one', [intent(1), intent(1)], [1]],
	])('%s', (_, entries, expected) => expect(held(leaseWith(...entries))).toEqual(expected))
})

test('P10 several may undo at once: what the first found is how it ended', () => {
	const lease = leaseWith(
		intent(1),
		applied(1),
		undone(1, 'restored'),
		undone(1, 'already'),
		undone(1, 'conflict', '3'),
	)
	expect(lease.entries[0]?.end?.how).toBe('restored')
	expect(outcomeOf(lease)).toBe('clean')
})

test('people are told one thing of a knob: the change that replaced another, not both', () => {
	const lease = leaseWith(intent(1), applied(1), intent(2, { from: '6', set: '17' }), applied(2))
	expect(lease.entries.filter(({ hidden }) => !hidden)).toMatchObject([{ seq: 2, was: '0', set: '17' }])
})

test('set back to what it was is the end of the change, and no change of its own', () => {
	const lease = leaseWith(intent(1), applied(1), intent(2, { from: '6', set: '0' }), applied(2))
	expect(lease.entries.filter(({ hidden }) => !hidden)).toMatchObject([
		{ seq: 1, end: { how: 'restored', now: '0' } },
	])
})

test('probes that look at each packet go after half a minute unless they are to stay, those of reasons with the rest', () => {
	const probes = (seq: number, set: string) =>
		intent(seq, { knob: 'probes:0a0b0c0d', was: 'absent', from: 'absent', set })
	const isConfirmed: JournalEntry = { type: 'confirmed', seq: 1 }
	const ends = (...entries: readonly JournalEntry[]) => {
		const lease = leaseWith(...entries)
		const [entry] = lease.entries
		return entry && [confirmBy(lease, entry), undoAt(lease, entry)]
	}
	expect(ends(probes(1, 'reasons 5eed1234'))).toEqual([null, 601_000])
	for (const set of ['invalid', 'lists']) expect(ends(probes(1, `${set} 5eed1234`))).toEqual([31_000, 31_000])
	expect(ends(probes(1, 'invalid 5eed1234'), isConfirmed)).toEqual([null, 601_000])
})

describe('which values are ours', () => {
	test.each<[string, readonly JournalEntry[], string[]]>([
		['written or not', [intent(1)], ['0', '6']],
		['written', [intent(1), applied(1)], ['6']],
		['a second one, written or not', [intent(1, { from: '6', set: '17' })], ['6', '17']],
		[
			'being taken back',
			[intent(1, { from: '6', set: '17' }), applied(1), { type: 'rollback', step: 1 }],
			['6', '17'],
		],
	])('%s', (_, entries, expected) => {
		const ours = isOurs(only(leaseWith(...entries)))
		expect(['0', '6', '17', '255'].filter(ours)).toEqual(expected)
	})
})

describe('times', () => {
	const behave = { knob: 'tcp_loose', class: 'treats-differently', was: '1', from: '1', set: '0' } as const
	test.each<[string, readonly (JournalEntry | number)[], number, number | null]>([
		['logs more: the deadline', [2000, intent(1), 2000, applied(1)], 601_000, null],
		['treats differently: 60 s to confirm', [2000, intent(1, behave), 2000, applied(1)], 62_000, 62_000],
		[
			'confirmed: 120 s in all',
			[intent(1, behave), 2000, applied(1), { type: 'confirmed', seq: 1 }],
			122_000,
			null,
		],
		['never beyond the deadline', [intent(1, behave), 580_000, applied(1)], 601_000, 601_000],
		[
			'confirmed, never beyond it either',
			[intent(1, behave), 580_000, applied(1), { type: 'confirmed', seq: 1 }],
			601_000,
			null,
		],
		[
			'e moves what logs',
			[intent(1), applied(1), { type: 'deadline', deadline: 1_201_000 }],
			1_201_000,
			null,
		],
		[
			'e does not move what treats differently',
			[intent(1, behave), 2000, applied(1), { type: 'deadline', deadline: 1_201_000 }],
			62_000,
			62_000,
		],
	])('P6 %s', (_, entries, at, confirm) => {
		const lease = leaseWith(...entries)
		expect(undoAt(lease, only(lease))).toBe(at)
		expect(confirmBy(lease, only(lease))).toBe(confirm)
		expect(dueAt(lease, at - 1).entries).toEqual([])
		expect(dueAt(lease, at).entries).toHaveLength(1)
	})

	test.each([
		['the deadline', 601_000, 'the deadline', 2],
		['not confirmed', 62_000, 'it was not confirmed in time', 1],
	])('P15 why: %s', (_, now, why, count) => {
		const lease = leaseWith(intent(1), applied(1), 2000, intent(2, behave), 2000, applied(2))
		expect(dueAt(lease, now).why).toBe(why)
		expect(dueAt(lease, now).entries).toHaveLength(count)
	})
})

describe('P7 the verdict on undo', () => {
	test.each([
		['what it was', { kind: 'value', value: '0' }, 'already'],
		['what we wrote', { kind: 'value', value: '6' }, 'restore'],
		['something else', { kind: 'value', value: '17' }, 'conflict'],
		['gone', { kind: 'gone', why: '' }, 'vanished'],
		['not readable', { kind: 'unreadable', code: 'EACCES' }, 'unreadable'],
	] as const)('%s', (_, reading, verdict) =>
		expect(verdictFor('0', (value) => value === '6', reading)).toBe(verdict),
	)
})
