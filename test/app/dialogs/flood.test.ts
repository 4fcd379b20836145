import { describe, expect, test } from 'vitest'
import { sheetOf } from '../../../src/app/dialogs/dialog.ts'
import { changeBar } from '../../../src/app/frame/change-bar.ts'
import type { State } from '../../../src/app/state/state.ts'
import { keysToActions } from '../../../src/app/store/keys.ts'
import type { HeldChange, LeaseView } from '../../../src/model/change.ts'
import { promptWords, understood } from '../../../src/plain/words.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { heldChange, leaseView, settingsOf, VALUES, WITH_NFLOG } from '../../harness/samples/samples.ts'
import { packetText, record, seenState, stepped } from '../../harness/samples/states.ts'

const LOGGED = heldChange({ seq: 1, set: '255', now: '255' })
const back = (change: HeldChange, now = change.was): HeldChange => ({
	...change,
	state: now === change.was ? 'undone' : 'conflict',
	now,
	endedAt: 5,
})

const FLOOD = { why: 'log flood: 412 lines/s for 3 s', flood: { rate: 412 } } as const
const over = (...changes: readonly HeldChange[]): LeaseView =>
	leaseView({ phase: 'closed', changes, ...FLOOD })

/** Settings and host as they are read after the undo. */
function readAgain(state: State): State {
	const settings = settingsOf(20, new Map(Object.entries({ ...VALUES, 'nf_log.10': 'nf_log_ipv6' })), [])
	return stepped(state, 20, { type: 'facts', facts: WITH_NFLOG }, { type: 'settings', result: ok(settings) })
}

function flooded(
	view: LeaseView = over(back(LOGGED)),
	before: LeaseView = leaseView({ changes: [LOGGED] }),
): State {
	const seen = stepped(seenState(), 5, { type: 'lease', view: before })
	return stepped(seen, 10, { type: 'lease', view })
}

const press = (state: State, key: string, at = 1_000): State =>
	stepped(state, at, ...keysToActions(state, key, at))
const sheet = (state: State): string => {
	const dialog = state.dialog?.dialog
	if (dialog === undefined) return ''
	const { title, head = [], body, answers } = sheetOf(dialog, state, 72)
	return [title, ...[...head, ...body, ...answers].map(lineText)].join('\n')
}
const plan = (state: State) => {
	const dialog = state.dialog?.dialog
	return dialog?.kind === 'confirm-change' ? dialog.plan.changes.map(({ knob, to }) => `${knob}=${to}`) : []
}

test('in plain text it is no question of yes: it is off already', () => {
	const state = readAgain(flooded())
	expect(promptWords(state)).toMatch(/^Type nflog to .*, or no to leave it off$/)
	expect(understood(state, 'yes').kind).toBe('wrong')
	expect(understood(state, 'nflog')).toEqual({ kind: 'run', id: 'nflog' })
})

test('the bar and the dialog say what the breaker did, with what was read back', () => {
	const state = flooded()
	expect(lineText(changeBar(state, 80))).toMatch(/LOG FLOOD 412 lines\/s for 3 s: 1 change switched off/)
	expect(state.dialog?.dialog.kind).toBe('flood')
	expect(sheet(state)).toMatch(/log_invalid {2}0 . 255, now reads 0 again/)
})

test('foreign changes of meanwhile are named as such', () => {
	const change = { ...back(LOGGED, '17'), note: 'someone else changed it, so it is left alone' }
	expect(sheet(flooded(over(change)))).toMatch(/now reads 17: someone else changed it/)
})

describe('when it is asked', () => {
	test('once', () => {
		const closed = press(flooded(), 'esc')
		expect(closed.dialog).toBeUndefined()
		expect(stepped(closed, 2_000, { type: 'lease', view: over(back(LOGGED)) }).dialog).toBeUndefined()
	})
	test('not before the undo is over', () => {
		const undoing = flooded(leaseView({ phase: 'undoing', changes: [LOGGED], ...FLOOD }))
		expect(undoing.dialog).toBeUndefined()
		expect(stepped(undoing, 11, { type: 'lease', view: over(back(LOGGED)) }).dialog?.dialog.kind).toBe(
			'flood',
		)
	})
	test('instead of a plan that was made of what it undid, and behind a list that is open', () => {
		const propose = { type: 'propose', plan: { purpose: 'x', changes: [] }, blockers: [], notes: [] } as const
		const before = stepped(seenState(), 5, { type: 'lease', view: leaseView({ changes: [LOGGED] }) })
		const view = { type: 'lease', view: over(back(LOGGED)) } as const
		expect(stepped(before, 10, propose, view).dialog?.dialog.kind).toBe('flood')
		const listed = stepped(before, 10, { type: 'commands' }, view)
		expect(listed.dialog?.dialog.kind).toBe('commands')
		expect(stepped(listed, 11, { type: 'dismiss' }).dialog?.dialog.kind).toBe('flood')
	})
	test('only about what it switched off', () => {
		const early = back(
			heldChange({ seq: 1, knob: 'printk', sysctl: 'kernel.printk', was: '7 4 1 7', set: '1 4 1 7' }),
		)
		const late = { ...LOGGED, seq: 2 }
		const behave = heldChange({
			seq: 3,
			knob: 'tcp_be_liberal',
			class: 'treats-differently',
			was: '0',
			set: '1',
		})
		const state = flooded(
			leaseView({ changes: [early, back(late), behave], ...FLOOD }),
			leaseView({ changes: [early, late, behave] }),
		)
		expect(state.dialog?.dialog).toMatchObject({ kind: 'flood', changes: [{ knob: 'log_invalid' }] })
	})
	test('a second flood of the next lease is asked about too', () => {
		const closed = press(flooded(), 'esc')
		const again = stepped(
			closed,
			3_000,
			{ type: 'lease', view: leaseView({ leaseId: 'L2', changes: [LOGGED] }) },
			{ type: 'lease', view: { ...over(back(LOGGED)), leaseId: 'L2' } },
		)
		expect(again.dialog?.dialog.kind).toBe('flood')
	})
})

describe('the offers', () => {
	test('off until the settings were read again', () => {
		const next = press(flooded(), 'n')
		expect(next.dialog?.dialog.kind).toBe('flood')
		expect(next.notice?.text).toMatch(/read again/)
	})
	test('n: the same through NFLOG, as a plan to be confirmed', () => {
		const next = press(readAgain(flooded()), 'n')
		expect(plan(next)).toEqual(['nf_log.2=nfnetlink_log', 'nf_log.10=nfnetlink_log', 'log_invalid=255'])
	})
	test('n: off with the reason where NFLOG cannot be had', () => {
		const state = stepped(readAgain(flooded()), 21, {
			type: 'facts',
			facts: { ...WITH_NFLOG, tools: { ...WITH_NFLOG.tools, tcpdump: null } },
		})
		expect(sheet(state)).toMatch(/\[n\] +log through NFLOG instead: off, tcpdump/)
	})
	test('o: the protocol that most lines were about', () => {
		const lines = [1, 2, 3].map((seq) => record(seq, packetText('invalid rst')))
		const other = record(4, packetText('bad checksum', '10.0.0.1', 53, 17))
		const log = { type: 'log', events: [...lines, other] } as const
		const before = stepped(seenState(), 1, log, { type: 'lease', view: leaseView({ changes: [LOGGED] }) })
		const state = readAgain(stepped(before, 10, { type: 'lease', view: over(back(LOGGED)) }))
		expect(sheet(state)).toMatch(/Most lines were about TCP: 3 of 4\./)
		expect(plan(press(state, 'o')).at(-1)).toBe('log_invalid=6')
	})
	test('o: nothing to choose where no reason was read', () => {
		expect(sheet(readAgain(flooded()))).toMatch(/\[o\][^[]*off, no\s+reason\s+was\s+read/)
	})
	test('4: only after a flood of call sites', () => {
		expect(press(readAgain(flooded()), '4').notice?.text).toMatch(/no call site was switched off/)
		const id = 'printk:net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91'
		const site = heldChange({
			knob: id,
			sysctl: 'net/netfilter/nf_conntrack_proto_tcp.c:tcp_new',
			was: '_',
			set: 'p',
		})
		const state = flooded(over(back(site)), leaseView({ changes: [site] }))
		expect(press(state, '4')).toMatchObject({ screen: 'printk', dialog: undefined })
	})
})

describe('a slow console', () => {
	const settings = {
		...settingsOf(0, new Map(Object.entries({ ...VALUES, printk: '7 4 1 7' }))),
		consoles: [{ name: 'ttyS0', enabled: true, isSerial: true, isThreaded: false }],
	}
	const open = stepped(
		seenState(),
		1,
		{ type: 'settings', result: ok(settings) },
		{ type: 'log-why' },
		{ type: 'accept' },
	)

	test('the dialog warns, and l keeps the lines off it in the same plan', () => {
		expect(sheet(open)).toMatch(/CONSOLE: ttyS0 prints [\s\S]*\(l: dmesg -n 5\)/)
		const quiet = press(open, 'l')
		expect(plan(quiet)[0]).toBe('printk=5 4 1 7')
		expect(sheet(quiet)).not.toMatch(/CONSOLE:/)
		expect(sheet(quiet)).toMatch(/\[l\] let the console show it/)
		expect(plan(press(quiet, 'l'))).toEqual(plan(open))
	})

	test('without one there is nothing to say', () => {
		const state = stepped(seenState(), 1, { type: 'log-why' }, { type: 'accept' })
		expect(sheet(state)).not.toMatch(/CONSOLE|\[l\]/)
		expect(press(state, 'l').notice?.text).toMatch(/no slow console/)
	})
})
