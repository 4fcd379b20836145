import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parseKmsgRecord } from '../../src/kernel/kmsg-record.ts'
import { parsePacketLine } from '../../src/kernel/packet-line.ts'
import { classify } from '../../src/reasons/classify.ts'
import {
	GUEST_KERNELS,
	type GuestKernel,
	type GuestRan,
	inGuest,
	skipWithoutGuest,
} from '../harness/guest.ts'

vi.setConfig({ hookTimeout: 300_000 })

const SCRIPT = join(import.meta.dirname, 'guest')
const skipped = new Set<GuestKernel>(GUEST_KERNELS.filter(skipWithoutGuest))
const folders = new Map(
	GUEST_KERNELS.map((kernel) => [kernel, mkdtempSync(join(tmpdir(), 'ctscope-guest-'))]),
)
let guests: ReadonlyMap<GuestKernel, Promise<GuestRan>> | undefined

/** All kernels at the same time: each alone would leave a core idle. */
function startGuests(): ReadonlyMap<GuestKernel, Promise<GuestRan>> {
	guests ??= new Map(
		GUEST_KERNELS.filter((kernel) => !skipped.has(kernel)).map((kernel) => {
			const options = ['--in', SCRIPT, '--out', folders.get(kernel) ?? '']
			return [kernel, inGuest(kernel, ['bash', '/in/with-modules.sh'], { options })]
		}),
	)
	return guests
}

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
			const ran = await startGuests().get(kernel)
			if (ran?.exitCode !== 0) throw new Error(`the guest ended with ${ran?.exitCode}: ${ran?.stderr}`)
		})

		test('nothing of netfilter is loaded at first, and status and doctor say so', () => {
			expect(lines('modules.boot')).not.toContain('nf_conntrack')
			expect(lines('modules.boot')).not.toContain('nf_log_syslog')
			expect(status('status')).toBe(0)
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
			expect(status('doctor')).toBe(0)
			expect(read('doctor.out')).toMatch(/ok +conntrack +installed, not asked for its version/)
			expect(read('doctor.out')).toMatch(/ok +tcpdump +tcpdump version/)
			expect(read('doctor.out')).toContain('modprobe nf_log_syslog')
		})

		test.each(['kmsg', 'nflog'])('run --source %s tells every reason that this kernel has', (source) => {
			expect(status(source)).toBe(7)
			const report = JSON.parse(read(`${source}.json`))
			const counts = (report.reasons as { id: string; count: number }[]).map(({ id, count }) => [id, count])
			expect(Object.fromEntries(counts)).toEqual(expected.reasons)
			const explained = Object.values(expected.reasons).reduce((sum, count) => sum + count, 0)
			expect(report.accounting).toMatchObject({
				counted: explained + expected.silent,
				explained,
				silent: expected.silent,
				lost: 0,
			})
			expect(report.undo).toBe('clean')
			expect(read(`${source}.err`)).toContain('all put back')
		})

		test('every setting and every module is as before', () => {
			expect(lines('settings.before').length).toBeGreaterThan(60)
			expect(read('settings.before')).toMatch(/lab .*nf_conntrack_log_invalid:0/)
			expect(lines('settings.between')).toEqual(lines('settings.before'))
			expect(lines('settings.after')).toEqual(lines('settings.before'))
			expect(lines('modules.after')).toEqual(lines('modules.before'))
		})

		test('the lines of its /dev/kmsg are all in the catalogue', () => {
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
