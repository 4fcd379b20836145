import { expect, test } from 'vitest'
import { changeName } from '../../../src/app/changing/change-name.ts'
import { ranLines } from '../../../src/app/screens/changes/detail.ts'
import { tapOf } from '../../../src/changes/tap/tap.ts'
import { tapText } from '../../../src/changes/tap/tap-text.ts'
import { lineText } from '../../../src/words/line.ts'
import { heldChange, leaseView } from '../../harness/samples/samples.ts'
import { seenState, stepped } from '../../harness/samples/states.ts'

const TRACE = heldChange({
	seq: 1,
	knob: 'table:ctscope',
	sysctl: 'table inet ctscope',
	path: 'nft list table inet ctscope',
	was: 'absent',
	set: tapText(tapOf({ kind: 'trace', hooks: ['prerouting', 'output'], states: ['invalid'] })),
	now: 'absent',
	state: 'undone',
	appliedAt: 1_000,
	endedAt: 9_000,
})
const state = stepped(seenState(), 9_000, { type: 'lease', view: leaseView({ changes: [TRACE] }) })

test('a table of rules ran as the lines of nft that made and removed it, each with its time', () => {
	const [made = '', second = '', more = '', came = '', removed = ''] = ranLines(state, 80, 9).map(lineText)
	expect(made).toMatch(/^ RAN {3}\d\d:\d\d:\d\d nft .*table inet ctscope/)
	expect([second, more].map((text) => text.trim().length > 0)).toEqual([true, true])
	expect(came).toMatch(/ok, reads back there $/)
	expect(removed).toMatch(/^ {7}\d\d:\d\d:\d\d nft delete table inet ctscope .*undone, reads back absent $/)
})

test('a trace that has no name of its own is not called so twice', () => {
	expect(changeName(TRACE, state)).toBe('trace')
})
