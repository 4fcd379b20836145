import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { GUEST_KERNELS, inGuest, skipWithoutGuest } from '../harness/guest.ts'

vi.setConfig({ hookTimeout: 300_000 })

const SCRIPTS = join(import.meta.dirname, 'guest')
const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
const folders = new Map(GUEST_KERNELS.map((kernel) => [kernel, mkdtempSync(join(tmpdir(), 'ctscope-look-'))]))
/** All kernels at the same time: each alone would leave a core idle. */
const start = (kernel: (typeof GUEST_KERNELS)[number]) =>
	inGuest(kernel, ['bash', '/in/looking.sh'], {
		options: ['--in', SCRIPTS, '--out', folders.get(kernel) ?? ''],
	})
const guests = new Map<string, ReturnType<typeof start>>()

beforeAll(() => {
	for (const kernel of GUEST_KERNELS) if (!skipped.has(kernel)) guests.set(kernel, start(kernel))
})
afterAll(() => {
	for (const folder of folders.values()) rmSync(folder, { recursive: true })
})

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`looking loads nothing into Debian kernel ${kernel}`, () => {
		const read = (name: string) => readFileSync(join(folders.get(kernel) ?? '', name), 'utf8')
		const lines = (name: string) => read(name).trimEnd().split('\n')
		beforeAll(async () => {
			const ran = await guests.get(kernel)
			if (ran?.exitCode !== 0) throw new Error(`the guest ended with ${ran?.exitCode}: ${ran?.stderr}`)
		})

		test('what was run went well', () => {
			for (const step of ['status', 'doctor', 'watch', 'screens', 'half-status'])
				expect({ step, status: read(`${step}.status`).trim() }).toEqual({ step, status: '0' })
		})

		test('the modules are as before, and the kernel did not even ask for one', () => {
			expect(lines('boot.modules')).not.toContain('nf_conntrack')
			expect(lines('nothing.modules')).toEqual(lines('boot.modules'))
			expect(read('asked.nothing')).toBe('')
		})

		test('every screen was there, and says what is not asked for', () => {
			const screens = read('screens.out')
			expect(screens.trim().endsWith('\n0')).toBe(true)
			for (const word of ['▸1 Watch', '▸3 Switches', '▸5 Table', '▸7 Log', '▸8 Changes'])
				expect(screens).toContain(word)
			expect(screens.replaceAll(/\s+/g, ' ')).toContain(
				'nf_conntrack_netlink is not loaded, and asking would',
			)
		})

		test('what it does not ask for is said, with the way to it', () => {
			const status = JSON.parse(read('status.out'))
			const entries = status.missing.find(({ what }: { what: string }) => what === 'the entries of the table')
			expect(entries.why).toContain('nf_conntrack_netlink is not loaded, and asking would load it')
			const doctor = read('doctor.out').replaceAll(/\s+/g, ' ')
			expect(doctor).toContain('run modprobe nf_conntrack_netlink first')
			expect(doctor).toMatch(/available nf_log_syslog .*Netfilter syslog packet logging/)
		})

		test.each(['conntrack', 'nft', 'iptables'])('%s is not even asked for its version', (tool) => {
			// Should that change, its version could be shown.
			expect(read(`${tool}.loads`)).toContain('net-pf-16-proto-12')
			expect(JSON.parse(read('status.out')).tools[tool]).toMatch(/^installed, .*would load nfnetlink$/)
		})

		test('nf_conntrack alone: counted, not listed, and the rest is not loaded', () => {
			expect(lines('half.modules')).toContain('nf_conntrack')
			expect(lines('half-after.modules')).toEqual(lines('half.modules'))
			expect(read('asked.half')).toBe('')
			expect(JSON.parse(read('half-status.out'))).toMatchObject({
				conntrack: { count: 0, stat: { invalid: 0, drop: 0 } },
				modules: expect.arrayContaining([
					expect.objectContaining({ name: 'nf_conntrack', state: 'loaded' }),
					expect.objectContaining({ name: 'nf_conntrack_netlink', state: 'available' }),
				]),
			})
		})

		test('all this would have been seen', () => {
			expect(lines('list.modules')).toContain('nf_conntrack_netlink')
			expect(read('asked')).toContain('nfnetlink-subsys-1')
		})
	})
