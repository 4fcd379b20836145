import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { undone } from '../harness/guard/undone.ts'
import { createLab, type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { openOn, pressSlowly, switchLogOn } from '../harness/program/session.ts'
import { KEYS, type Terminal } from '../harness/program/terminal.ts'
import { until } from '../harness/until.ts'

const LOG_INVALID = 'net/netfilter/nf_conntrack_log_invalid'
const LOGGERS = ['net/netfilter/nf_log/2', 'net/netfilter/nf_log/10'] as const

const skip = skipWithoutLab() || !['/usr/bin/tcpdump', '/usr/sbin/tcpdump'].some((file) => existsSync(file))

/** Readers of NFLOG group 0 in the namespace. */
const listeners = async (lab: Lab) =>
	(await lab.inside('cat', '/proc/net/netfilter/nfnetlink_log'))
		.split('\n')
		.filter((line) => line.trim() !== '')

describe.skipIf(skip)('NFLOG, by keys in a real terminal', () => {
	let lab: Lab
	let folder: string
	beforeAll(async () => {
		lab = await createLab('nflog')
		folder = mkdtempSync(join(tmpdir(), 'ctscope-capture-'))
	})
	afterAll(async () => {
		rmSync(folder, { recursive: true })
		await lab?.dispose()
	})

	test('NFLOG shows reasons, C writes a file, and undo restores loggers and leaves no reader', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab, { source: 'auto', cwd: folder, columns: 100 })
		try {
			await terminal.until('enter log why')
			terminal.type(KEYS.enter)
			await terminal.until('another protocol')
			await pressSlowly(terminal, KEYS.enter)
			const asked = await terminal.until('yes, do it')
			expect(asked).toContain('NFLOG')
			expect(asked).toContain('Reasons from NFLOG; syslog does not see them meanwhile (s: kernel log).')
			await pressSlowly(terminal, 'y')
			await terminal.until(/NFLOG since \d/)
			expect(await listeners(lab)).toHaveLength(1)
			for (const path of LOGGERS) expect(await lab.read(path)).toBe('nfnetlink_log')
			expect(await lab.read('net/netfilter/nf_log_all_netns').catch(() => '0')).toBe('0')
			// The account begins with the first reading after that.
			await terminal.until(/counted 0/)
			await lab.sendBad({ count: 30, kind: 'syn-fin' })
			await lab.sendBad({ count: 10, kind: 'icmp-reply' })
			await terminal.until(/invalid tcp flag combination +I TCP +30 /)
			await terminal.until(/counted 40 = explained 30 \+ silent 10 \+ lost 0/)
			await terminal.until(/not logged by the kernel + I - +10 /)
			terminal.type('C')
			await terminal.until(/30 packets in \//)
			const files = readdirSync(folder).filter((name) => name.endsWith('.pcapng'))
			expect(files).toHaveLength(1)
			expect(files[0]).toMatch(/^ctscope-[\w.-]+-\d{8}-\d{6}\.pcapng$/)
			const bytes = readFileSync(join(folder, files[0] ?? ''))
			expect(bytes.readUInt32LE(0)).toBe(0x0a0d0d0a)
			expect(bytes.includes('invalid tcp flag combination [INVALID; tcp-flags]')).toBe(true)
			terminal.type('U')
			await terminal.until('NO CHANGES IN FORCE')
			await until(async () => (await listeners(lab)).length === 0, 'the reader to end')
			expect(await lab.snapshot()).toEqual(before)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await listeners(lab)).toEqual([])
		expect(await lab.snapshot()).toEqual(before)
	})

	test('with the kernel log as source the reader is never started', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab, { source: 'auto', rows: 40 })
		try {
			await terminal.until('enter log why')
			terminal.type(KEYS.enter)
			await terminal.until('another protocol')
			await pressSlowly(terminal, KEYS.enter)
			await terminal.until('(s: kernel log)')
			await pressSlowly(terminal, 's')
			await terminal.until('Reasons from the kernel log (s: NFLOG).')
			await pressSlowly(terminal, 'y')
			await terminal.until(/kernel log since \d/)
			await lab.sendBad({ count: 7, kind: 'syn-fin' })
			await terminal.until(/invalid tcp flag combination +I TCP +7 /)
			expect(await listeners(lab)).toEqual([])
			terminal.type('C')
			await terminal.until('the kernel log has no packets: use NFLOG')
			await pressSlowly(terminal, 'q', KEYS.enter)
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)
	})

	test('leaving during the start restores everything and leaves no reader', async () => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab, { source: 'nflog' })
		try {
			await switchLogOn(terminal)
			terminal.type('q')
			await terminal.until('undo and leave')
			await pressSlowly(terminal, KEYS.enter)
			expect((await terminal.ended).exitCode).toBe(0)
		} finally {
			await terminal.dispose()
		}
		expect(await listeners(lab)).toEqual([])
		expect(await lab.snapshot()).toEqual(before)
	})

	test.each<[string, (terminal: Terminal) => void]>([
		['SIGKILL', ({ pid }) => process.kill(pid, 'SIGKILL')],
		['SIGTERM', ({ pid }) => process.kill(pid, 'SIGTERM')],
		['the terminal is closed', (terminal) => terminal.hangUp()],
	])('P4 %s while it is read: everything is put back, no reader is left', async (_name, end) => {
		const before = await lab.snapshot()
		const terminal = await openOn(lab, { source: 'nflog' })
		try {
			await switchLogOn(terminal)
			await terminal.until(/NFLOG since \d/)
			expect(await listeners(lab)).toHaveLength(1)
			end(terminal)
			undone(await until(async () => (await lab.read(LOG_INVALID)) === '0', 'the undo'))
			await until(async () => (await listeners(lab)).length === 0, 'the reader to end')
		} finally {
			await terminal.dispose()
		}
		expect(await lab.snapshot()).toEqual(before)
	})

	test('the checks name a logger that is NONE, two keys bind it, and undo restores NONE', async () => {
		const own = await createLab('none')
		try {
			await own.write('net/netfilter/nf_log/2', 'NONE')
			await own.write(LOG_INVALID, '255')
			const before = await own.snapshot()
			const terminal = await openOn(own, { source: 'nflog', rows: 30 })
			try {
				await own.sendBad({ count: 5, kind: 'syn-fin' })
				await terminal.until(/INVALID +5/)
				await terminal.until('enter details')
				await terminal.until(/No reason line will reach ctscope: [\s\S]*nf_log\/2\s+is\s+NONE/)
				terminal.type(KEYS.enter)
				await terminal.until(/NO +nf_log\/2 is NONE[\s\S]*\n OK +\S/)
				await terminal.until('enter log why')
				terminal.type(KEYS.enter)
				await terminal.until('yes, do it')
				await pressSlowly(terminal, 'y')
				await terminal.until(/\d CHANGES? .*undo in/)
				await terminal.until(/NFLOG since \d/)
				await own.sendBad({ count: 9, kind: 'syn-fin' })
				await pressSlowly(terminal, KEYS.escape)
				await terminal.until(/invalid tcp flag combination +I TCP +9 /)
				terminal.type('U')
				await terminal.until('NO CHANGES IN FORCE')
				expect(await own.read('net/netfilter/nf_log/2')).toBe('NONE')
				terminal.type('q')
				expect((await terminal.ended).exitCode).toBe(0)
			} finally {
				await terminal.dispose()
			}
			expect(await own.snapshot()).toEqual(before)
		} finally {
			await own.dispose()
		}
	})
})
