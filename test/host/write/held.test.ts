import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHeldFiles } from '../../../src/host/write/held.ts'
import type { Knob } from '../../../src/model/knob.ts'

let folder = ''
let knob: Knob
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-held-'))
	knob = {
		id: 'log_invalid',
		sysctl: 'net.netfilter.nf_conntrack_log_invalid',
		path: join(folder, 'file'),
		class: 'logs-more',
		scope: 'netns',
		kind: { type: 'integer', min: 0, max: 255 },
	}
	writeFileSync(knob.path, '0\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** From here on its path cannot be opened, and not because nothing is there. */
function shut(): string {
	const aside = join(folder, 'aside')
	renameSync(knob.path, aside)
	mkdirSync(knob.path)
	return aside
}

test('P4 a file opened earlier is used when its path can no longer be opened', () => {
	const held = createHeldFiles()
	expect(held.equip(knob)).toEqual({ ok: true })
	expect(held.write(knob, '6')).toEqual({ ok: true })
	const aside = shut()
	expect(held.read(knob)).toEqual({ kind: 'value', value: '6' })
	expect(held.write(knob, '0')).toEqual({ ok: true })
	expect(readFileSync(aside, 'utf8')).toBe('0\n')
	held.release()
	expect(held.read(knob)).toEqual({ kind: 'unreadable', code: 'EISDIR' })
})

test('a file that comes with a module is opened when it is written', () => {
	rmSync(knob.path)
	const held = createHeldFiles()
	expect(held.equip(knob)).toEqual({ ok: true })
	writeFileSync(knob.path, '0\n')
	expect(held.write(knob, '6')).toEqual({ ok: true })
	shut()
	expect(held.write(knob, '0')).toEqual({ ok: true })
	held.release()
})

test('a file that is gone has no value', () => {
	const held = createHeldFiles()
	held.equip(knob)
	rmSync(knob.path)
	expect(held.read(knob)).toMatchObject({ kind: 'gone' })
	expect(held.write(knob, '0')).toEqual({ ok: false, code: 'ENOENT', at: 'open' })
	held.release()
})
