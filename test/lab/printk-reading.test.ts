import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunReport } from '../../src/commands/run/types.ts'
import type { ModuleReading } from '../../src/model/modules.ts'
import type { PrintkReading } from '../../src/model/printk-reading.ts'
import { BUNDLED } from '../harness/bundled.ts'
import { GUEST_KERNELS, inGuestWell, skipWithoutGuest } from '../harness/guest/guest.ts'

const skipped = new Set(GUEST_KERNELS.filter(skipWithoutGuest))
const folder = mkdtempSync(join(tmpdir(), 'ctscope-printk-'))

beforeAll(async () => {
	await build({
		entryPoints: [join(import.meta.dirname, '../harness/guest/inside/printk-reading.ts')],
		outfile: join(folder, 'inside.mjs'),
		...BUNDLED,
	})
})
afterAll(() => rmSync(folder, { recursive: true }))

type Look = PrintkReading & { readonly modules: Readonly<Record<string, ModuleReading>> }
type Situation =
	| 'nothing'
	| 'loaded'
	| 'unmounted'
	| 'debugfs'
	| 'notRoot'
	| 'locked'
	| 'lockedProc'
	| 'noFolder'
	| 'closed'
type Said = Readonly<Record<Situation, Look>> & {
	readonly control: string
	readonly status: never
	/** Reports of `ctscope run` over FINs without an entry: their call site off, and on. */
	readonly fins: { readonly sent: number; readonly off: Report; readonly on: Report }
}
type Report = Pick<RunReport, 'accounting' | 'printk' | 'silent' | 'reasons' | 'log'> & {
	readonly said: string
}

const PROC = '/proc/dynamic_debug/control'

for (const kernel of GUEST_KERNELS)
	describe.skipIf(skipped.has(kernel))(`call sites and modules of Debian kernel ${kernel}`, () => {
		let said: Said
		const whole = kernel === '6.1'
		beforeAll(async () => {
			said = JSON.parse(
				(await inGuestWell(kernel, ['node', '/in/inside.mjs', ...(whole ? [] : ['main'])], ['--in', folder]))
					.stdout,
			)
		})

		test('every row of the file is a call site with its flags', () => {
			const { path, sites, unread } = said.loaded
			expect({ path, unread }).toEqual({ path: PROC, unread: 0 })
			const rows = said.control.trimEnd().split('\n').slice(1)
			expect(rows.length).toBeGreaterThan(1_500)
			const heads = sites.map(
				({ file, line, module, func, flags }) =>
					`${file}:${line} [${module}]${func} =${flags === '' ? '_' : flags} "`,
			)
			expect(heads.filter((head, at) => !rows[at]?.startsWith(head))).toEqual([])
			expect(heads).toHaveLength(rows.length)
			const tcp = sites.filter(({ file }) => file.endsWith('/nf_conntrack_proto_tcp.c'))
			expect(tcp.length).toBeGreaterThan(0)
			expect(new Set(tcp.map(({ flags }) => flags))).toEqual(new Set(['pmf']))
			expect(tcp.map(({ format }) => format)).toContain('nf_ct_tcp: SYN proxy client keep alive\n')
		})

		test('status --json counts call sites and lists those of netfilter that print', () => {
			const { sites } = said.loaded
			const on = sites.filter(({ file }) => file.endsWith('/nf_conntrack_proto_tcp.c'))
			expect(said.status).toMatchObject({
				dyndbg: {
					path: PROC,
					why: '',
					sites: sites.length,
					enabled: sites.filter(({ flags }) => flags.includes('p')).length,
					netfilter: expect.any(Number),
					unread: 0,
					on: on.map(({ line, func }) => ({ line, func, module: 'nf_conntrack', flags: 'pmf' })),
				},
				modules: expect.arrayContaining([
					expect.objectContaining({
						name: 'nf_conntrack',
						state: 'loaded',
						usedBy: ['nf_conntrack_netlink'],
					}),
				]),
			})
		})

		test('modules are available at first, then loaded and in use', () => {
			expect(said.nothing.modules).toMatchObject({
				nf_conntrack: { state: 'available', refcount: null, usedBy: [] },
				nf_log_syslog: {
					state: 'available',
					description: 'Netfilter syslog packet logging',
					aliases: expect.arrayContaining(['nf_log_ipv4', 'nf-logger-2-0']),
					why: '',
				},
				nfnetlink_log: { state: 'available' },
				nf_log_ipv4: { state: 'missing', why: 'it is a part of nf_log_syslog on this kernel' },
				nf_conntrack_ftp: { state: 'available', description: 'ftp connection tracking helper' },
			})
			expect(said.nothing.sites.filter(({ module }) => module === 'nf_conntrack')).toEqual([])
			expect(said.loaded.modules).toMatchObject({
				nf_conntrack: { state: 'loaded', refcount: 1, usedBy: ['nf_conntrack_netlink'] },
				nf_conntrack_netlink: { state: 'loaded', refcount: 0, usedBy: [] },
				nf_log_syslog: { state: 'available' },
			})
		})

		if (whole)
			test('without the file in /proc: debugfs, once it is mounted', () => {
				expect(said.unmounted).toMatchObject({
					path: null,
					sites: [],
					canMount: true,
					why: expect.stringContaining('debugfs, which has the file too, is not mounted'),
					next: 'mount -t debugfs none /sys/kernel/debug',
				})
				expect(said.debugfs).toMatchObject({ path: '/sys/kernel/debug/dynamic_debug/control', unread: 0 })
				expect(said.debugfs.sites).toEqual(said.loaded.sites)
			})

		if (whole)
			test('without root', () => {
				expect(said.notRoot).toMatchObject({ path: null, canMount: false, next: 'run it with sudo' })
			})

		if (whole)
			test('lockdown closes debugfs but not /proc', () => {
				expect(said.locked).toMatchObject({
					path: null,
					sites: [],
					canMount: false,
					why: expect.stringContaining('the kernel is locked down (integrity), which closes debugfs'),
				})
				expect(said.lockedProc).toMatchObject({ path: PROC, unread: 0 })
				expect(said.lockedProc.sites).toEqual(said.loaded.sites)
			})

		if (whole)
			test('without the modules folder, loaded modules are seen, and why no more', () => {
				const { nf_conntrack, nf_log_syslog } = said.noFolder.modules
				expect(nf_conntrack).toMatchObject({ state: 'loaded', description: null })
				expect(nf_log_syslog?.why).toMatch(/^the modules of the running kernel are not here/)
			})

		test('a FIN without an entry is silent up to 6.7; its call site tells it', () => {
			const { sent, off, on } = said.fins
			const silent = kernel === '6.1' ? sent : 0
			expect(off.accounting, off.said).toMatchObject({ counted: sent, silent, lost: 0, told: 0 })
			expect(off.printk).toEqual([])
			expect(on.accounting, on.said).toMatchObject({ counted: sent, silent, lost: 0, told: silent })
			expect(on.reasons.map(({ id }) => id)).toEqual(kernel === '6.1' ? [] : ['tcp-new'])
			if (kernel !== '6.1') return expect(on.printk).toEqual([])
			expect(off.silent.map(({ id }) => id)).toContain('silent-tcp-new')
			expect(on.accounting.sentence).toContain(`silent ${sent} (${sent} shown by printk, likely)`)
			expect(on.printk).toMatchObject([
				{
					function: 'tcp_new',
					text: 'nf_ct_tcp: invalid new deleting.',
					count: sent,
					packets: sent,
					sure: true,
				},
			])
		})

		if (whole)
			test('modules_disabled', () => {
				expect(said.closed.modules.nf_log_syslog).toMatchObject({
					state: 'available',
					why: 'kernel.modules_disabled is 1: nothing can be loaded before the next boot',
				})
			})
	})
