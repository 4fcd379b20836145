import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { SCREENS } from '../../src/app/screens/screens.ts'
import type { Dialog, State } from '../../src/app/state/state.ts'
import { wholeFrame } from '../../src/ui/screens/whole.ts'
import { lineText } from '../../src/words/line.ts'
import { foundLease } from '../harness/samples/samples.ts'
import { frame } from './screen.ts'
import * as s from './situations.ts'

const SIZES = [
	[1, 1],
	[20, 5],
	[40, 10],
	[60, 16],
	[80, 24],
	[140, 50],
] as const

/** What Ink itself puts into a line: colour and weight. Everything else has to be visible. */
const ESC = String.fromCharCode(27)
const STYLE = new RegExp(`${ESC}\\[[\\d;]*m`, 'g')
const plain = (line: string) => line.replaceAll(STYLE, '')

const open = (state: State, dialog: Dialog): State => ({ ...state, dialog: { dialog, since: state.now } })

function dialogs(state: State): readonly State[] {
	const loud = s.later(s.on(state, 'switches'), { type: 'move', by: 3 }, { type: 'switch' })
	return [
		loud,
		s.later(loud, { type: 'accept' }),
		s.later(s.on(state, 'printk'), { type: 'print', which: 'selected' }),
		s.later(s.on(state, 'printk'), { type: 'move', by: 1 }, { type: 'decorate' }),
		s.later(state, { type: 'quit', keepScreen: false }),
		s.later(state, { type: 'help' }, { type: 'help-scroll', by: 7 }),
		s.later(state, { type: 'commands' }, { type: 'commands-query', text: s.EVIL }),
		s.later(state, {
			type: 'change-failed',
			failure: { kind: 'guard-lost', leaseId: s.EVIL, detail: s.EVIL },
		}),
		s.later(state, { type: 'others', leases: [foundLease(s.EVIL, { problem: s.EVIL })] }),
		s.later(state, {
			type: 'propose',
			plan: {
				purpose: s.EVIL,
				changes: [
					{ knob: 'tcp_loose', from: s.EVIL, to: s.EVIL },
					{ knob: 'nf_log.2', from: 'NONE', to: s.EVIL },
				],
			},
			blockers: [s.EVIL],
			notes: [s.EVIL],
		}),
		open(state, { kind: 'number', knob: 'log_invalid', text: s.EVIL, error: s.EVIL }),
		open(state, {
			kind: 'choose',
			knob: 'printk',
			choices: [{ value: '1', label: s.EVIL, note: s.EVIL }],
			selected: 0,
		}),
		s.later(state, { type: 'filter-open' }, { type: 'filter-text', text: s.EVIL }),
	]
}

/** Through Ink at one size; elsewhere as the first frame is put together, which whole.test.ts holds against Ink, and 20 times as fast. */
const drawn = (state: State): readonly string[] =>
	state.size.columns === 80 ? frame(state) : wholeFrame(state).map(lineText)

describe.each(SIZES)('%ix%i', (columns, rows) => {
	const check = (state: State) => {
		const opened = s.later(state, { type: 'enter' })
		const checks = s.later(state, { type: 'checks' })
		const screens = [checks, ...SCREENS.flatMap(({ id }) => [s.on(state, id), s.on(opened, id)])]
		for (const one of [...screens, ...dialogs(state)]) {
			const lines = drawn(one)
			expect(lines.length).toBeLessThanOrEqual(rows)
			for (const line of lines) {
				expect(plain(line)).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u)
				expect(stringWidth(plain(line))).toBeLessThanOrEqual(columns)
			}
		}
	}

	test.each(
		Object.entries({
			reasons: s.reasons,
			nflog: s.nflog,
			'no logger': s.unbound,
			refused: s.refused,
			hostile: s.hostile,
			'call sites': s.printing,
			rules: s.rules,
			'a setting tried': s.tried,
			'hostile rules': () => s.rules(s.EVIL),
			'hostile call sites': s.hostilePrintk,
			'no call sites': s.noPrintk,
			'hostile, ascii': () => s.ascii(s.hostile()),
		}),
	)('%s: no line is too wide, none too many, nothing can be obeyed', (_name, make) =>
		check(s.sized(make(), columns, rows)),
	)

	test('what is in force is on every screen and in every dialog', () => {
		const state = s.sized(s.reasons(), columns, rows)
		for (const one of [...SCREENS.map(({ id }) => s.on(state, id)), ...dialogs(state)]) {
			expect(drawn(one).join('\n')).toMatch(columns >= 11 ? /2 CHANGES|CHANGES/ : /2|…/)
		}
	})
})
