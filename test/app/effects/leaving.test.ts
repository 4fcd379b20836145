import { describe, expect, test } from 'vitest'
import { type Bench, foundLease, VALUES } from '../../harness/fake/ports.ts'
import { begun, logOn, state, values } from '../../harness/samples/begun.ts'

describe('leaving', () => {
	test('ctrl-c twice undoes and leaves', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('ctrl-c', 'ctrl-c')
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench).leaving?.exitCode).toBe(0)
	})

	test.each([['s'], ['esc']])('%s stays', async (key) => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('q', key)
		expect(state(bench)).toMatchObject({ dialog: undefined, leaving: undefined, busy: undefined })
		expect(bench.changer.asked).toHaveLength(1)
	})

	test('l leaves them on until the deadline, exit 0', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('q', 'l')
		expect(bench.changer.asked.slice(-2)).toEqual(['persist', 'close'])
		expect(values(bench)).toMatchObject({ log_invalid: '255' })
		expect(state(bench).leaving?.exitCode).toBe(0)
	})

	test('l is refused by the guard: we stay, and it says why', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.changer.refuse = { kind: 'unsupported', what: 'leaving changes on', why: 'no timer' }
		await bench.press('q', 'l')
		expect(state(bench)).toMatchObject({
			leaving: undefined,
			busy: undefined,
			dialog: { dialog: { kind: 'failure' } },
		})
		await bench.press('esc', 'q', 'enter')
		expect(values(bench)).toEqual(VALUES)
	})

	test('l without a timer does nothing and says why', async () => {
		const bench = await begun({}, ({ changer }) => {
			changer.timer = false
		})
		await logOn(bench)
		await bench.press('q', 'l')
		expect(state(bench).notice?.text).toMatch(/systemd/)
		expect(state(bench).dialog?.dialog.kind).toBe('quit')
	})

	test('a third ctrl-c does not interrupt the undo', async () => {
		const bench = await begun()
		await logOn(bench)
		let open = (): void => {}
		bench.changer.closing = new Promise((resolve) => {
			open = resolve
		})
		await bench.press('ctrl-c', 'ctrl-c', 'ctrl-c')
		expect(state(bench)).toMatchObject({
			busy: 'leaving',
			leaving: undefined,
			notice: { text: expect.stringMatching(/still undoing/) },
		})
		expect(bench.changer.asked.filter((one) => one === 'close')).toHaveLength(1)
		open()
		await bench.clock.advance(0)
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench).leaving?.exitCode).toBe(0)
	})

	test('Q keeps the last screen', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('Q', 'enter')
		expect(state(bench).leaving).toEqual({ exitCode: 0, keepScreen: true })
	})

	test('a signal leaves without asking', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.store.dispatch({ type: 'leave', how: 'undo' })
		await bench.clock.advance(0)
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench).leaving?.exitCode).toBe(0)
	})
})

describe('what a dead session left', () => {
	const left = (bench: Bench): void => {
		bench.observer.found = [foundLease('K2A9')]
	}

	test.each([['enter'], ['u']])('%s undoes it', async (key) => {
		const bench = await begun({}, left)
		expect(state(bench).dialog?.dialog.kind).toBe('leftover')
		await bench.press(key)
		expect(bench.changer.asked).toEqual(['revert K2A9'])
		expect(state(bench)).toMatchObject({ dialog: undefined, notice: { text: 'K2A9: 1 change undone' } })
	})

	test('w looks first, and u asks again', async () => {
		const bench = await begun({}, left)
		await bench.press('w')
		expect(state(bench)).toMatchObject({ screen: 'changes', dialog: undefined })
		expect(bench.changer.asked).toEqual([])
		await bench.press('u')
		expect(state(bench).dialog?.dialog.kind).toBe('leftover')
		await bench.press('u')
		expect(bench.changer.asked).toEqual(['revert K2A9'])
	})
})
