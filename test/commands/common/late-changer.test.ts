import { expect, test } from 'vitest'
import { createLateChanger } from '../../../src/commands/common/change-with.ts'
import type { Changer } from '../../../src/ports/changer.ts'
import { createBench } from '../../harness/fake/ports.ts'

function late() {
	const { changer } = createBench()
	let loads = 0
	const loaded = createLateChanger(async (): Promise<Changer> => {
		loads += 1
		return changer
	})
	return { loaded, loads: () => loads }
}

const PLAN = { purpose: 'log', changes: [{ knob: 'log_invalid', from: '0', to: '6' }] }

test('looking and leaving loads no changer', async () => {
	const { loaded, loads } = late()
	expect(loaded.view()).toBeUndefined()
	expect(await loaded.close()).toBeUndefined()
	expect(loads()).toBe(0)
})

test('the first request loads the changer once, and earlier listeners hear of it', async () => {
	const { loaded, loads } = late()
	const heard: number[] = []
	const stop = loaded.subscribe((view) => heard.push(view.changes.length))
	const [first, second] = await Promise.all([loaded.apply(PLAN), loaded.extend()])
	expect([first.ok, second.ok]).toEqual([true, true])
	expect(loads()).toBe(1)
	expect(heard.length).toBeGreaterThan(0)
	expect(loaded.view()?.changes).toHaveLength(1)
	stop()
	const before = heard.length
	await loaded.close()
	expect(heard).toHaveLength(before)
})
