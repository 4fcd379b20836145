import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

const KERNEL: GuestKernel = '6.1'
const SCRIPTS = join(import.meta.dirname, 'guest')
const out = mkdtempSync(join(tmpdir(), 'ctscope-taps-'))
afterAll(() => rmSync(out, { recursive: true }))

describe.skipIf(skipWithoutGuest(KERNEL))(
	'rules of our own on a Debian kernel where nothing of netfilter is loaded',
	() => {
		const read = (name: string) => readFileSync(join(out, name), 'utf8')
		beforeAll(() => inGuestWell(KERNEL, ['bash', '/in/taps.sh'], ['--in', SCRIPTS, '--out', out]))

		test('P1 looking at rules loads nothing', () => {
			expect(read('looked.modules')).toBe(read('before.modules'))
			expect(read('before.modules')).not.toMatch(/^nf_tables$/m)
		})

		test('a tap loads its modules, logs INVALID packets, and unloads them again', () => {
			expect(read('tap.err')).not.toContain('ctscope: ctscope')
			expect(read('exit').trim()).toBe('0')
			const lines = read('tap.json')
				.trim()
				.split('\n')
				.map((line) => JSON.parse(line))
			const report = lines.pop()
			expect(
				report.changes.map(({ knob, state }: { knob: string; state: string }) => `${knob} ${state}`),
			).toEqual(
				expect.arrayContaining(['module:nf_tables undone', 'module:nft_ct undone', 'table:ctscope undone']),
			)
			expect(
				lines.filter(({ tap, flags }) => tap === 'INVALID' && flags.includes('FIN')).length,
			).toBeGreaterThan(0)
			expect(read('after.modules')).toBe(read('before.modules'))
		})
	},
)
