import { expect, test } from 'vitest'
import { rulesPane } from '../../../src/app/screens/rules/rows.ts'
import type { Bench } from '../../harness/fake/ports.ts'
import { begun, state } from '../../harness/samples/begun.ts'

const PACKET = (id: number): string =>
	`trace id ${id} ip filter INPUT packet: iif "eth0" ip saddr 10.0.0.${id} ip daddr 10.0.0.99 ip id ${id} tcp sport 5 tcp dport 80\n`
const DROP = (id: number): string =>
	`trace id ${id} ip filter INPUT rule tcp dport 80 drop # handle 4 (verdict drop)\n`

/** t on Rules, and yes. */
async function tracing(): Promise<Bench> {
	const bench = await begun()
	await bench.press('6', 't')
	const dialog = state(bench).dialog?.dialog
	const change = dialog?.kind === 'confirm-change' ? dialog.plan.changes[0] : undefined
	if (change === undefined) throw new Error('nothing is proposed')
	bench.kernel.set(change.knob, 'absent')
	await bench.press('y')
	return bench
}

const decides = (bench: Bench): boolean => {
	const { rows, selected } = rulesPane(state(bench))
	const item = rows[selected]?.item
	return item?.kind === 'way' && item.line.decides
}
const inForce = (bench: Bench): boolean =>
	(state(bench).lease?.changes ?? []).some(({ endedAt }) => endedAt === null)

test('the question says which packets are traced', async () => {
	const bench = await begun()
	await bench.press('6', 't')
	expect(state(bench).dialog?.dialog).toMatchObject({
		kind: 'confirm-change',
		notes: [expect.stringContaining('INVALID packets of any flow')],
	})
})

test('enough packets end it, and then the cursor goes to the rule that decided', async () => {
	const bench = await tracing()
	for (let id = 1; id <= 9; id++) bench.observer.tellTrace(PACKET(id) + DROP(id))
	await bench.clock.advance(1_000)
	expect(inForce(bench)).toBe(true)
	expect(state(bench).traced).toHaveLength(9)
	expect(decides(bench)).toBe(false)
	bench.observer.tellTrace(PACKET(10))
	await bench.clock.advance(300)
	bench.observer.tellTrace(DROP(10))
	await bench.clock.advance(2_000)
	expect(inForce(bench)).toBe(false)
	expect(state(bench).traced.map(({ decision }) => decision?.word)).toEqual(Array(10).fill('drop'))
	expect(decides(bench)).toBe(true)
})

test('whoever ends it sees what was told last, and that events were lost', async () => {
	const bench = await tracing()
	bench.observer.tellTrace(PACKET(1))
	await bench.clock.advance(600)
	expect(state(bench).traced[0]?.ending).toBe('cut')
	bench.observer.tellTrace(`# ERROR: We lost some netlink events!\n${DROP(1)}`)
	await bench.press('U')
	expect(state(bench).traced[0]).toMatchObject({ ending: 'decided', lost: 1 })
	expect(decides(bench)).toBe(true)
})

test('the next trace begins with nothing', async () => {
	const bench = await tracing()
	bench.observer.tellTrace(PACKET(1) + DROP(1))
	await bench.press('U')
	expect(state(bench).traced).toHaveLength(1)
	await bench.press('t', 'y')
	bench.observer.tellTrace(PACKET(2) + DROP(2))
	await bench.clock.advance(600)
	expect(state(bench).traced.map(({ flow }) => flow)).toEqual(['TCP 10.0.0.2:5 > 10.0.0.99:80'])
})
