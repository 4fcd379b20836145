import { describe, expect, test } from 'vitest'
import { suspendLines } from '../../../src/app/effects/effects.ts'
import type { Failure } from '../../../src/words/failure.ts'
import { leaseView, VALUES } from '../../harness/fake/ports.ts'
import { begun, logOn, state, switchTo, values } from '../../harness/samples/begun.ts'
import { seenState, stepped } from '../../harness/samples/states.ts'

describe('the main job', () => {
	test('log why, see it in force, leave: everything is back, exit 0', async () => {
		const bench = await begun()
		await bench.press('enter')
		expect(state(bench).dialog?.dialog).toMatchObject({ kind: 'choose', knob: 'log_invalid' })
		await bench.press('enter')
		expect(state(bench).dialog?.dialog).toMatchObject({
			kind: 'confirm-change',
			plan: { changes: [{ knob: 'nf_log.10' }, { knob: 'log_invalid', from: '0', to: '255' }] },
		})
		expect(values(bench)).toEqual(VALUES)
		await bench.press('y')
		expect(values(bench)).toMatchObject({ log_invalid: '255', 'nf_log.10': 'nf_log_ipv6' })
		expect(state(bench)).toMatchObject({ busy: undefined, inFlight: 0, lease: { phase: 'holding' } })
		await bench.press('q')
		expect(state(bench).dialog?.dialog.kind).toBe('quit')
		await bench.press('enter')
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench).leaving).toEqual({ exitCode: 0, keepScreen: false })
		expect(bench.clock.pending).toBe(0)
		expect(bench.changer.listeners).toBe(0)
	})

	test('looking only: nothing is asked of the guard but to close', async () => {
		const bench = await begun()
		await bench.press('3', '5', '7', '8', '1', '?', 'esc', ':', 'esc', 'p', 'p')
		await bench.clock.advance(60_000)
		await bench.press('q')
		expect(bench.changer.asked).toEqual(['close'])
		expect(state(bench).leaving?.exitCode).toBe(0)
	})

	test.each([['enter'], ['n'], ['esc']])('%s at the exact write changes nothing', async (key) => {
		const bench = await begun()
		await bench.press('enter', 'enter', key)
		expect(state(bench).dialog).toBeUndefined()
		expect(bench.changer.asked).toEqual([])
	})

	test('y typed ahead is ignored', async () => {
		const bench = await begun()
		await bench.press('enter', 'enter')
		bench.store.press('y')
		bench.store.press('y')
		await bench.clock.advance(0)
		expect(bench.changer.asked).toEqual([])
		expect(state(bench).dialog?.dialog.kind).toBe('confirm-change')
	})

	test('a switch that treats packets differently waits for K', async () => {
		const bench = await begun()
		await switchTo(bench, 'be_liberal')
		await bench.press('y')
		expect(bench.kernel.get('tcp_be_liberal')).toBe('1')
		expect(state(bench).notice?.text).toMatch(/K to keep/)
		await bench.press('K')
		expect(bench.changer.asked.at(-1)).toBe('confirm 1')
		expect(state(bench).lease?.changes[0]?.state).toBe('in-force')
		await bench.press('e')
		expect(bench.changer.asked.at(-1)).toBe('confirm 1')
		expect(state(bench).notice?.text).toBe('a change of packet handling cannot be extended')
	})
})

describe('P6 more time', () => {
	const left = (bench: Awaited<ReturnType<typeof begun>>) =>
		((state(bench).lease?.deadline ?? 0) - bench.clock.monotonic()) / 60_000
	const asked = (bench: Awaited<ReturnType<typeof begun>>) =>
		bench.changer.asked.filter((one) => one === 'extend').length

	test('e extends once a second, however often it is pressed, and says so', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press(...'e'.repeat(30))
		expect([asked(bench), left(bench)]).toEqual([1, 20])
		await bench.clock.advance(999)
		await bench.press('e')
		expect(asked(bench)).toBe(1)
		expect(state(bench).notice?.text).toBe('the time can be extended at most once a second')
		await bench.clock.advance(1)
		await bench.press('e')
		expect(asked(bench)).toBe(2)
		expect(state(bench).notice?.text).toBe('10 more minutes')
	})

	test('other ways to extend keep the same pace, and so does K', async () => {
		const bench = await begun()
		await logOn(bench)
		await switchTo(bench, 'be_liberal')
		await bench.press('y', 'e')
		for (const type of ['extend', 'keep'] as const) bench.store.dispatch({ type })
		await bench.press('K')
		expect(bench.changer.asked.slice(2)).toEqual(['extend'])
		await bench.clock.advance(1000)
		await bench.press('K')
		expect(bench.changer.asked.slice(2)).toEqual(['extend', 'confirm 3'])
	})

	test('e extends up to an hour, then says that it is enough', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.clock.advance(5 * 60_000)
		for (let times = 0; times < 6; times++) {
			await bench.press('e')
			await bench.clock.advance(1000)
		}
		expect(state(bench).notice?.text).toBe('an hour from now; e cannot extend it further')
		expect(left(bench)).toBeCloseTo(60, 1)
		bench.store.dispatch({
			type: 'lease',
			view: leaseView({ deadline: bench.clock.monotonic() + 4 * 3_600_000 }),
		})
		await bench.press('e')
		expect(asked(bench)).toBe(6)
		expect(state(bench).notice?.text).toMatch(/an hour or more/)
	})

	test('refusals of the guard for these reasons are a sentence, no failure', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.changer.extend()
		await bench.press('e')
		expect(state(bench)).toMatchObject({
			dialog: undefined,
			inFlight: 0,
			notice: { text: 'the time can be extended at most once a second' },
		})
	})
})

describe('undo', () => {
	test('U undoes everything and never asks', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('U')
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench)).toMatchObject({
			dialog: undefined,
			busy: undefined,
			notice: { text: 'UNDONE 2 of 2: at your request' },
		})
	})

	test('u undoes the change made last', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('u')
		expect(values(bench)).toMatchObject({ log_invalid: '0', 'nf_log.10': 'nf_log_ipv6' })
		await bench.press('u')
		expect(values(bench)).toEqual(VALUES)
	})

	test('U works in the dialog of the next change, and takes the dialog away', async () => {
		const bench = await begun()
		await logOn(bench)
		await switchTo(bench, 'be_liberal')
		expect(state(bench).dialog?.dialog.kind).toBe('confirm-change')
		await bench.press('U')
		expect(values(bench)).toEqual(VALUES)
		expect(state(bench).dialog).toBeUndefined()
	})

	test('after an undo the next change begins a new lease', async () => {
		const bench = await begun()
		await logOn(bench)
		await bench.press('U')
		await bench.clock.advance(3000)
		await logOn(bench)
		expect(state(bench).lease).toMatchObject({ leaseId: 'L2', phase: 'holding' })
		expect(state(bench).history).toHaveLength(2)
	})

	test('an undo that comes just after the deadline is no failure', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.changer.refuse = { kind: 'usage', message: 'nothing of ctscope is in force', next: '' }
		bench.store.dispatch({ type: 'undo-all' })
		bench.changer.expire()
		await bench.clock.advance(0)
		expect(state(bench)).toMatchObject({ dialog: undefined, busy: undefined })
	})

	test('an undo at the deadline is announced', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.changer.expire()
		expect(state(bench).notice?.text).toBe('UNDONE 2 of 2: the deadline')
		await bench.press('q')
		expect(state(bench).leaving?.exitCode).toBe(0)
	})
})

describe('when something is in the way', () => {
	test('another value since it was shown: nothing is written, the dialog says why', async () => {
		const bench = await begun()
		await bench.press('enter', 'enter')
		bench.kernel.set('log_invalid', '17')
		await bench.press('y')
		expect(state(bench).dialog?.dialog).toMatchObject({
			kind: 'failure',
			failure: { kind: 'conflict', found: '17' },
		})
		expect(state(bench)).toMatchObject({ busy: undefined, inFlight: 0 })
		await bench.press('enter')
		expect(state(bench).dialog).toBeUndefined()
	})

	test('someone else writes 17 over our 255: it is left alone, exit 3', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.kernel.set('log_invalid', '17')
		await bench.press('q', 'enter')
		expect(values(bench)).toEqual({ ...VALUES, log_invalid: '17' })
		expect(state(bench).leaving?.exitCode).toBe(3)
		expect(state(bench).history.find((change) => change.state === 'conflict')?.byHand).toBe(
			'sysctl -w net.netfilter.nf_conntrack_log_invalid=0',
		)
	})

	test('a conflict that was undone with U still counts when leaving', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.kernel.set('log_invalid', '17')
		await bench.press('U')
		expect(state(bench).notice?.tone).toBe('attention')
		await bench.press('q')
		expect(state(bench).leaving?.exitCode).toBe(3)
	})

	test('the kernel refuses the undo: exit 4', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.changer.stuck.add('log_invalid')
		await bench.press('q', 'enter')
		expect(state(bench).leaving?.exitCode).toBe(4)
	})

	test('a lost guard is reported at once, its successor undoes, exit 0', async () => {
		const bench = await begun()
		await logOn(bench)
		bench.changer.loseGuard()
		expect(state(bench)).toMatchObject({
			lease: { phase: 'lost' },
			notice: { tone: 'bad', text: 'GUARD LOST: undoing now' },
		})
		bench.changer.recover()
		expect(values(bench)).toEqual(VALUES)
		await bench.press('q')
		expect(state(bench).leaving?.exitCode).toBe(0)
	})

	test('a request that the guard does not answer any more is a dialog', async () => {
		const lost: Failure = { kind: 'guard-lost', leaseId: 'L1', detail: 'the socket closed' }
		const bench = await begun()
		await logOn(bench)
		bench.changer.refuse = lost
		await bench.press('U')
		expect(state(bench)).toMatchObject({
			dialog: { dialog: { kind: 'failure', failure: lost } },
			busy: undefined,
		})
	})
})

describe('read-only', () => {
	test('no key changes anything until it is unlocked', async () => {
		const bench = await begun({ readOnly: true })
		await bench.press('enter', 'enter', 'y', '3', 'space', 'y', 'u', 'U', 'K', 'e')
		expect(bench.changer.asked).toEqual([])
		await bench.press('1', ':', ...'read-write', 'enter')
		expect(state(bench).modes.readOnly).toBe(false)
		await logOn(bench)
		expect(bench.kernel.get('log_invalid')).toBe('255')
	})
})

describe('the terminal', () => {
	test('copy reports what was sent, never that it arrived', async () => {
		const bench = await begun()
		await bench.press('c')
		expect(bench.terminal.copied).toEqual(['row of watch'])
		expect(state(bench).notice?.text).toBe(
			'12 bytes sent to the clipboard of your terminal (OSC 52). Terminals that forbid this say nothing: if it does not paste, Y writes a file',
		)
		bench.terminal.limit = 5
		await bench.press('y')
		expect(state(bench).notice?.text).toBe(
			'only the first 5 of 12 bytes sent to the clipboard of your terminal (OSC 52), which takes no more; Y writes all of it to a file',
		)
	})

	test.each([
		['tmux', /tmux needs set -g set-clipboard on; or Y writes a file/],
		['screen', /set-clipboard on, screen a terminal that takes OSC 52; or Y writes a file/],
		['none', /^nothing was sent: this terminal has no clipboard/],
	] as const)('copy through %s names what may be in the way', async (through, text) => {
		const bench = await begun()
		bench.terminal.through = through
		await bench.press('c')
		expect(state(bench).notice?.text).toMatch(text)
	})

	test('Y writes the same into a file and says where', async () => {
		const bench = await begun()
		await bench.press('Y')
		const [[name, text] = []] = bench.recorder.texts
		expect(name).toMatch(/^ctscope-copy-web-07-\d{8}-\d{6}\.txt$/)
		expect(text).toBe('row of watch\n')
		expect(state(bench).notice?.text).toMatch(
			/^13 bytes written to .*ctscope-copy-.*, which only its owner can read$/,
		)
	})

	test('ctrl-l prints the view, ctrl-z suspends', async () => {
		const bench = await begun()
		await bench.press('7', 'ctrl-l', 'ctrl-z')
		expect(bench.terminal.lofis).toEqual([['log']])
		expect(bench.terminal.suspended).toEqual([[]])
	})

	test('ctrl-z first says what stays on', () => {
		const wall = new Date(2026, 10, 23, 14, 5, 30).getTime()
		const base = { ...seenState(), wall }
		const one = stepped(base, 10_000, { type: 'lease', view: leaseView({ deadline: 610_000 }) })
		expect(suspendLines(one)).toEqual(['1 change stays on until 14:15; fg to return'])
		expect(suspendLines(base)).toEqual([])
	})

	test('the title is written only when it changes', async () => {
		const bench = await begun()
		const before = bench.terminal.titles.length
		await bench.clock.advance(10_000)
		expect(bench.terminal.titles).toHaveLength(before)
		await logOn(bench)
		expect(bench.terminal.titles.at(-1)).toBe('ctscope web-07: holding')
	})
})

test('messages vanish after 4 s, or with the next key', async () => {
	const bench = await begun()
	await bench.press('K')
	await bench.clock.advance(2000)
	expect(state(bench).notice?.text).toMatch(/no change is waiting/)
	await bench.clock.advance(3000)
	expect(state(bench).notice).toBeUndefined()
	await bench.press('K')
	expect(state(bench).notice).toBeDefined()
	await bench.press('j')
	expect(state(bench).notice).toBeUndefined()
})
