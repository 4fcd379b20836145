import { describe, expect, test } from 'vitest'
import { proposeLives } from '../../../src/app/effects/lives-following.ts'
import { tablePane } from '../../../src/app/screens/table/rows.ts'
import { tableSummary } from '../../../src/app/screens/table/summary.ts'
import type { Change } from '../../../src/model/change.ts'
import { lineText } from '../../../src/words/line.ts'
import type { Bench } from '../../harness/fake/ports.ts'
import { begun, state } from '../../harness/samples/begun.ts'
import { livesAtRest, livesSeen } from '../../harness/samples/lives.ts'

/** What the open dialog is to set. */
function proposed(bench: Bench): Change {
	const dialog = state(bench).dialog?.dialog
	const change = dialog?.kind === 'confirm-change' ? dialog.plan.changes[0] : undefined
	if (change === undefined) throw new Error('nothing is proposed')
	return change
}

/** Space on Table, and yes. */
async function followed(): Promise<Bench> {
	const bench = await begun()
	await bench.press('5', 'space')
	bench.kernel.set(proposed(bench).knob, 'absent')
	await bench.press('y')
	return bench
}

const summary = (bench: Bench): string => tableSummary(state(bench), 120).map(lineText).join('\n')
const inForce = (bench: Bench) =>
	(state(bench).lease?.changes ?? [])
		.filter(({ endedAt }) => endedAt === null)
		.map(({ knob, set }) => [knob, set])

test('the dialog says what is set, what it costs, and that it goes by itself', async () => {
	const bench = await begun()
	await bench.press('5', 'space')
	expect(state(bench).dialog?.dialog).toMatchObject({
		kind: 'confirm-change',
		plan: {
			changes: [
				{
					knob: expect.stringMatching(/^probes:[0-9a-f]{8}$/),
					from: 'absent',
					to: expect.stringMatching(/^lists [0-9a-f]{8}$/),
				},
			],
		},
		notes: ['these probes are removed after 10 s'],
	})
	expect(inForce(bench)).toEqual([])
})

test('they are read while they are in force, and go after ten seconds with their reader first', async () => {
	const bench = await followed()
	expect(inForce(bench)).toEqual([[expect.stringMatching(/^probes:/), expect.stringMatching(/^lists /)]])
	// Only once: what one reader takes out of the pipe no other sees.
	expect(bench.observer.calls.followProbes).toEqual([])
	expect(bench.observer.lives?.netns).toBe(state(bench).facts?.netns.inode)
	bench.observer.lives?.onReading({ ...livesSeen(), at: state(bench).now })
	expect(state(bench).lives.value?.unconfirmed.now).toBe(2)
	await bench.clock.advance(9_000)
	expect(inForce(bench).length).toBe(1)
	await bench.clock.advance(2_000)
	expect(bench.observer.lives).toBe(undefined)
	expect(inForce(bench)).toEqual([])
	// Nobody has pressed u: the record does not say so.
	expect(state(bench).lease?.why).toBe('the entries were followed long enough')
	// What was seen stays to be looked at.
	expect(summary(bench)).toMatch(
		/unconfirmed +2 now, 2 of them for 1 s or longer, the oldest for 9\.8 s.* ago/,
	)
})

test('where probes cannot be set, none are offered, and the key says why', async () => {
	const bench = await begun({}, ({ observer }) => {
		observer.factsNow = {
			...observer.factsNow,
			probes: { canBe: false, tellsPackets: false, says: ['this kernel has no kprobe_events'] },
		}
	})
	await bench.press('5')
	expect(summary(bench)).toMatch(/unconfirmed +n\/a .*; kernel probes cannot be set here/)
	await bench.press('space')
	expect(state(bench).dialog).toBe(undefined)
	expect(state(bench).notice?.text).toMatch(/cannot be set: this kernel has no kprobe_events/)
})

test('u ends them before, and the reader with them', async () => {
	const bench = await followed()
	await bench.press('U')
	expect(state(bench).lease?.why).toBe('at your request')
	expect(bench.observer.lives).toBe(undefined)
	expect(inForce(bench)).toEqual([])
	await bench.clock.advance(20_000)
	expect(state(bench).notice?.tone).not.toBe('bad')
})

test('more connections than can be read: said, and undone at once', async () => {
	const bench = await followed()
	const reading = { ...livesSeen(), at: state(bench).now }
	bench.observer.lives?.onReading(reading)
	bench.observer.lives?.onTrouble({
		kind: 'unsupported',
		what: 'reading kernel probes',
		why: '90000 events a second',
	})
	await bench.clock.advance(0)
	expect(inForce(bench)).toEqual([])
	expect(state(bench).lives.failure).toMatchObject({ why: '90000 events a second' })
})

test('space again while they are followed says so', async () => {
	const bench = await followed()
	await bench.press('space')
	expect(state(bench).dialog).toBe(undefined)
	expect(state(bench).notice?.text).toMatch(/already followed/)
})

describe('what Table shows', () => {
	const withLists = async (kept: 'no' | 'yes', reading = livesSeen()) => {
		const bench = await begun()
		const list = { kept: 'yes', size: 0, staying: [], meaning: 'm' } as const
		bench.store.dispatch({
			type: 'lists',
			result: { ok: true, value: { at: 1, unconfirmed: { ...list, kept }, dying: list, queues: null } },
		})
		if (reading.micros > 0)
			bench.store.dispatch({ type: 'lives', lives: { ...reading, at: state(bench).now } })
		return bench
	}

	test('before anybody has looked, what would tell', async () => {
		const bench = await withLists('no', livesSeen({ micros: 0 }))
		expect(summary(bench)).toMatch(/unconfirmed +n\/a \(this kernel keeps no list\); space: probes for 10 s/)
		expect(summary(bench)).toMatch(/dying +none waits for a listener; others n\/a; space: probes/)
	})

	test('of a kernel that keeps both lists its own word counts', async () => {
		const bench = await withLists('yes')
		expect(summary(bench)).toMatch(/unconfirmed +none\s*$/m)
	})

	test('nothing held is said as that', async () => {
		const bench = await withLists('no', livesAtRest())
		expect(summary(bench)).toMatch(/unconfirmed +none now; at most 3 at once {2}kernel probes/)
	})

	test('a kernel without a place for the first probe has no word on unconfirmed entries', async () => {
		const bench = await withLists('no', livesSeen({ unconfirmed: { isKnown: false } }))
		expect(summary(bench)).toMatch(/unconfirmed +n\/a/)
		expect(summary(bench)).toMatch(/dying +1 now/)
	})

	test('a row for each entry that is held, and for how long it took with the others', async () => {
		const bench = await withLists('no')
		const texts = tablePane(state(bench)).rows.map(({ text }) => text)
		expect(texts).toEqual(
			expect.arrayContaining([
				'unconfirmed UDP 10.0.0.1:4053 > 10.0.0.2:53',
				'dying UDP 10.0.0.1:4060 > 10.0.0.2:53',
				'confirmed less than 10 us',
				'confirmed 100 us to 1 ms',
				'dropped 10 us to 100 us',
			]),
		)
		expect(texts.filter((text) => text.startsWith('freed'))).toEqual([])
	})
})

test('where tracefs is not mounted, that comes first, as a change of its own', () => {
	const action = proposeLives({ token: '0a0b0c0d', secret: 1, needsMount: true })
	expect(action.type === 'propose' && action.plan.changes.map(({ knob }) => knob)).toEqual([
		'mount:tracefs',
		'probes:0a0b0c0d',
	])
})
