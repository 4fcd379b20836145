import { describe, expect, test } from 'vitest'
import { knobById } from '../../../src/changes/knobs.ts'
import { ownNetns } from '../../../src/host/process/identity.ts'
import { createKernelFiles } from '../../../src/host/write/write.ts'

describe('P14 the namespace is looked at before each access', () => {
	const knob = knobById('log_invalid')
	if (knob === undefined) throw new Error('no such knob')
	const own = ownNetns() ?? { inode: 0, rtnl: 0 }
	const stateDir = '/nowhere'
	const gone = createKernelFiles({ home: 'gone', stateDir })

	test.each([
		['another one', { ...own, inode: own.inode + 1 }],
		['an earlier one with the same inode', { ...own, rtnl: own.rtnl - 1 }],
	])('nothing of %s is read, opened or written', (_, home) => {
		const elsewhere = createKernelFiles({ home: { ...home, initial: false }, stateDir })
		const refused = { ok: false, code: 'EXDEV', at: 'open' }
		expect(elsewhere.read(knob)).toEqual({ kind: 'unreadable', code: 'EXDEV' })
		expect(elsewhere.probe(knob)).toEqual(refused)
		// No value of it: a defect here would do no harm.
		expect(elsewhere.write(knob, 'none', { now: '0', detail: [] })).toEqual(refused)
	})

	test('the value of a deleted namespace is gone', () => {
		expect(gone.read(knob)).toMatchObject({ kind: 'gone' })
		expect(gone.write(knob, 'none', { now: '0', detail: [] })).toMatchObject({ ok: false, code: 'EXDEV' })
	})
})
