import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseKmsgRecord } from '../../src/kernel/log/kmsg-record.ts'
import { parsePacketLine } from '../../src/kernel/packet/packet-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import { GUEST_KERNELS, type GuestKernel, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

const SCRIPT = join(import.meta.dirname, 'guest')
const skipped = new Set<GuestKernel>(GUEST_KERNELS.filter(skipWithoutGuest))
const folders = new Map(
	GUEST_KERNELS.map((kernel) => [kernel, mkdtempSync(join(tmpdir(), 'ctscope-guest-'))]),
)

afterAll(() => {
	for (const folder of folders.values()) rmSync(folder, { recursive: true })
})

/** Three packets each. An RST without an entry is INVALID everywhere, and only newer kernels say so. */
const EXPECTED = {
	'6.1': { reasons: { 'tcp-flags': 3, 'udp-csum': 3, 'icmp-type': 3 }, silent: 3 },
	'6.12': { reasons: { 'tcp-flags': 3, 'tcp-new': 3, 'udp-csum': 3, 'icmp-type': 3 }, silent: 0 },
}

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`Debian kernel ${kernel}, conntrack and loggers in modules`, () => {
		const out = folders.get(kernel) ?? ''
		const read = (name: string) => readFileSync(join(out, name), 'utf8')
		const lines = (name: string) => read(name).trimEnd().split('\n')
		const status = (step: string) => Number(read(`${step}.status`))
		const expected = EXPECTED[kernel]
		beforeAll(async () => {
			await inGuestWell(kernel, ['bash', '/in/with-modules.sh'], ['--in', SCRIPT, '--out', out])
		})

		test('status and doctor say that no netfilter module is loaded', () => {
			expect(lines('boot.modules')).not.toContain('nf_conntrack')
			expect(lines('boot.modules')).not.toContain('nf_log_syslog')
			const found = JSON.parse(read('status.out'))
			expect(found).toMatchObject({
				v: 1,
				hostname: `lab-${kernel.replace('.', '-')}`,
				systemd: false,
				netns: { initial: true },
				reasonLines: { reaches: false },
			})
			expect(found.kernel).toMatch(new RegExp(`^${kernel}\\..*-cloud-amd64$`))
			expect(read('status.err')).toBe('')
		})

		test('all commands succeeded', () => {
			const more = kernel === '6.1' ? ['doctor', 'screens'] : ['watch']
			for (const step of ['status', ...more, 'half-status'])
				expect({ step, status: status(step) }).toEqual({ step, status: 0 })
		})

		test('looking loads no module and makes the kernel request none', () => {
			expect(lines('boot.modules')).not.toContain('nf_conntrack')
			expect(lines('nothing.modules')).toEqual(lines('boot.modules'))
			expect(read('asked.nothing')).toBe('')
		})

		if (kernel === '6.1')
			test('every screen opened and says what it does not ask for', () => {
				const screens = read('screens.out')
				expect(screens.trim().endsWith('\n0')).toBe(true)
				for (const word of ['▸1 Watch', '▸3 Switches', '▸4 Printk', '▸5 Table', '▸7 Log', '▸8 Changes'])
					expect(screens).toContain(word)
				expect(screens.replaceAll(/\s+/g, ' ')).toContain(
					'nf_conntrack_netlink is not loaded, and asking would',
				)
			})

		test('what is not asked for is listed with the way to get it', () => {
			const status = JSON.parse(read('status.out'))
			const entries = status.missing.find(({ what }: { what: string }) => what === 'the entries of the table')
			expect(entries.why).toContain('nf_conntrack_netlink is not loaded, and asking would load it')
		})

		if (kernel === '6.1')
			test('doctor runs no tool that loads modules, and says what to load', () => {
				const doctor = read('doctor.out').replaceAll(/\s+/g, ' ')
				expect(doctor).toMatch(/tool conntrack ok installed, version not read/)
				expect(doctor).toMatch(/tool tcpdump ok tcpdump version/)
				expect(doctor).toContain('modprobe nf_log_syslog')
				expect(doctor).toContain('run modprobe nf_conntrack_netlink first')
				expect(doctor).toMatch(/module nf_log_syslog available: .*Netfilter syslog packet logging/)
			})

		test.each(['conntrack', 'nft', 'iptables'])('%s is not even asked for its version', (tool) => {
			// Should that change, its version could be shown.
			expect(read(`${tool}.loads`)).toContain('net-pf-16-proto-12')
			expect(JSON.parse(read('status.out')).tools[tool]).toMatch(/^installed, .*would load nfnetlink$/)
		})

		test('nf_conntrack alone gives counters, no list, and loads nothing else', () => {
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

		test('a change of modules would have been seen', () => {
			expect(lines('list.modules')).toContain('nf_conntrack_netlink')
			expect(read('asked')).toContain('nfnetlink-subsys-1')
		})

		test.each([kernel === '6.1' ? 'kmsg' : 'nflog'])(
			'run --source %s tells every reason of this kernel',
			(source) => {
				expect(status(source)).toBe(7)
				const report = JSON.parse(read(`${source}.json`))
				const counts = (report.reasons as { id: string; count: number }[]).map(({ id, count }) => [id, count])
				expect(Object.fromEntries(counts)).toEqual(expected.reasons)
				const explained = Object.values(expected.reasons).reduce((sum, count) => sum + count, 0)
				expect(report.accounting).toMatchObject({
					counted: explained + expected.silent,
					explained,
					named: expected.silent,
					silent: 0,
					lost: 0,
				})
				expect(report.named).toMatchObject(
					expected.silent === 0 ? [] : [{ id: 'silent-rst', count: expected.silent, confidence: 'high' }],
				)
				expect(report.undo).toBe('clean')
				expect(read(`${source}.err`)).toContain('all put back')
			},
		)

		test('all settings and modules are restored', () => {
			expect(lines('settings.before').length).toBeGreaterThan(60)
			expect(read('settings.before')).toMatch(/lab .*nf_conntrack_log_invalid:0/)
			expect(lines('settings.between')).toEqual(lines('settings.before'))
			expect(lines('settings.after')).toEqual(lines('settings.before'))
			expect(lines('after.modules')).toEqual(lines('before.modules'))
		})

		if (kernel === '6.1')
			test('every line in /dev/kmsg is in the catalogue', () => {
				const texts = read('kmsg.records')
					.split(/\n(?=\d+,\d+,)/)
					.flatMap((record) => parseKmsgRecord(record)?.text ?? [])
				const found: Record<string, number> = {}
				for (const text of texts) {
					const line = parsePacketLine(text)
					if (line?.kind !== 'conntrack') continue
					expect(line.packet.rest).toEqual([])
					const { id, verdict } = classify(line)
					expect({ text, verdict }).toEqual({ text, verdict: 'invalid' })
					found[id] = (found[id] ?? 0) + 1
				}
				expect(found).toEqual(expected.reasons)
			})
	})
