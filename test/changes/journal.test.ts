import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leaseOf } from '../../src/changes/fold.ts'
import {
	decodeJournal,
	encodeRecord,
	type JournalEntry,
	type JournalRecord,
} from '../../src/changes/journal.ts'
import { inForce } from '../../src/changes/lease.ts'

const record = (entry: JournalEntry, at = 1000): JournalRecord => ({ v: 1, boot: 'b', at, wall: 5, entry })
const lease: JournalEntry = {
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
const intent = (
	seq: number,
	over: Partial<Extract<JournalEntry, { type: 'intent' }>> = {},
): JournalEntry => ({
	type: 'intent',
	seq,
	step: seq,
	knob: 'log_invalid',
	class: 'logs-more',
	path: '/proc/sys/net/netfilter/nf_conntrack_log_invalid',
	purpose: 'p',
	was: '0',
	from: '0',
	set: '6',
	...over,
})
const text = (...entries: readonly JournalEntry[]) =>
	entries.map((entry) => encodeRecord(record(entry))).join('')

test('what is written is read', () => {
	const written = text(lease, intent(1), { type: 'applied', seq: 1 })
	expect(decodeJournal(written)).toMatchObject({ damaged: 0, foreign: null })
	expect(leaseOf(decodeJournal(written).records)?.entries).toMatchObject([{ seq: 1, phase: 'applied' }])
})

test('P16 a torn last line is passed over: what was not recorded whole was not written', () => {
	const whole = text(lease, intent(1))
	for (let cut = text(lease).length + 2; cut < whole.length - 2; cut++) {
		const journal = decodeJournal(whole.slice(0, cut))
		expect(journal.damaged).toBe(1)
		expect(leaseOf(journal.records)?.entries).toEqual([])
	}
})

test('a record behind a torn one is whole: each begins on a line of its own', () => {
	const torn = text(lease, intent(1)).slice(0, -20)
	const journal = decodeJournal(torn + text(intent(2)))
	expect(journal.records.map(({ entry }) => entry.type)).toEqual(['lease', 'intent'])
	expect(journal.damaged).toBe(1)
})

test('P16 another version is told apart from damage', () => {
	const journal = decodeJournal(text(lease).replace('"v":1', '"v":2'))
	expect(journal).toEqual({ records: [], damaged: 0, foreign: { version: 2, count: 1 } })
})

test.each([
	['an unknown kind of record', '{"v":1,"boot":"b","at":1,"wall":1,"entry":{"type":"surprise"}}'],
	['a field too many', text({ type: 'applied', seq: 1 }).replace('"seq":1', '"seq":1,"x":2')],
	['a number as text', text({ type: 'applied', seq: 1 }).replace('"seq":1', '"seq":"1"')],
	['no object', '"hello"'],
	['null', 'null'],
])('%s is damage', (_, line) =>
	expect(decodeJournal(line)).toEqual({ records: [], damaged: 1, foreign: null }),
)

test('garbage never throws and never makes a change', () => {
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (garbage) => {
			const found = leaseOf(decodeJournal(garbage).records)
			expect(found).toBeUndefined()
			const between = leaseOf(decodeJournal(`${text(lease, intent(1))}\n${garbage}\n`).records)
			expect(between === undefined ? [] : inForce(between)).toHaveLength(1)
		}),
	)
})
