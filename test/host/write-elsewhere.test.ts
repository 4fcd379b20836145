import { describe, expect, test } from 'vitest'
import { knobById } from '../../src/changes/knobs.ts'
import { netnsInode } from '../../src/host/identity.ts'
import { createKernelFiles } from '../../src/host/write.ts'

describe('P14 the namespace is looked at before each access', () => {
	const knob = knobById('log_invalid')
	if (knob === undefined) throw new Error('no such knob')
	const elsewhere = createKernelFiles({ inode: (netnsInode() ?? 0) + 1 })
	const gone = createKernelFiles('gone')

	test('of another one nothing is read, opened or written', () => {
		const refused = { ok: false, code: 'EXDEV', at: 'open' }
		expect(elsewhere.read(knob)).toEqual({ kind: 'unreadable', code: 'EXDEV' })
		expect(elsewhere.probe(knob)).toEqual(refused)
		// No value of it: a defect here would do no harm.
		expect(elsewhere.write(knob, 'none', { now: '0', detail: [] })).toEqual(refused)
	})

	test('of one that is gone the value is gone with it', () => {
		expect(gone.read(knob)).toMatchObject({ kind: 'gone' })
		expect(gone.write(knob, 'none', { now: '0', detail: [] })).toMatchObject({ ok: false, code: 'EXDEV' })
	})
})
