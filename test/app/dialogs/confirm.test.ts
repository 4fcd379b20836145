import { expect, test } from 'vitest'
import { tapStep } from '../../../src/app/changing/tapping.ts'
import { sheetOf } from '../../../src/app/dialogs/dialog.ts'
import type { Dialog } from '../../../src/app/state/dialog-state.ts'
import type { State } from '../../../src/app/state/state.ts'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { lineText } from '../../../src/words/line.ts'
import type { Bench } from '../../harness/fake/ports.ts'
import { begun, state } from '../../harness/samples/begun.ts'

/** The open dialog as one text. */
function asked(bench: Bench): string {
	const now = state(bench)
	if (now.dialog === undefined) throw new Error('nothing is asked')
	return textOf(now.dialog.dialog, now)
}

function textOf(dialog: Dialog, now: State): string {
	const { head = [], body } = sheetOf(dialog, now, 72)
	return [...head, ...body]
		.map((line) => lineText(line).trim())
		.join(' ')
		.replaceAll(/ +/g, ' ')
}

test('several probes apply to the whole host', async () => {
	const bench = await begun()
	await bench.press('5', 'space')
	expect(asked(bench)).toMatch(/kernel probes \w+ apply to the whole host/)
})

test('a warning ends in one full stop', async () => {
	const idle = state(await begun())
	const tap = tapOf({ kind: 'trace', hooks: ['input'], states: ['invalid'] })
	const { settings } = idle
	if (settings.value === undefined) throw new Error('no settings')
	const step = tapStep(
		{
			...idle,
			settings: { ...settings, value: { ...settings.value, count: 0 } },
			counters: { ...idle.counters, value: undefined },
			rules: { ...idle.rules, value: undefined },
		},
		[tap],
	)
	if (!('dialog' in step)) throw new Error(step.reason)
	expect(textOf(step.dialog, idle)).toMatch(/get entries until the rule is gone\. /)
})
