import { release } from 'node:os'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { findControl } from '../../../src/host/dyndbg/dyndbg.ts'
import { type ControlEvidence, readControlEvidence } from '../../../src/host/dyndbg/dyndbg-evidence.ts'
import { readPrintk, readSites } from '../../../src/host/dyndbg/dyndbg-sites.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import { fakeRoot } from '../../harness/fake/root.ts'

const PROC = '/proc/dynamic_debug/control'
const DEBUGFS = '/sys/kernel/debug/dynamic_debug/control'

/** A kernel of before the file in /proc, debugfs not mounted, root. */
const NOTHING: ControlEvidence = {
	proc: 'ENOENT',
	mounted: [],
	built: { isIn: true, saidBy: '/sys/module/dynamic_debug' },
	debugfs: true,
	debugfsOption: undefined,
	lockdown: undefined,
	root: true,
	mayMount: true,
}
const at = (access: string, path = DEBUGFS) => [{ path, access }]

describe('which control file is read', () => {
	test.each<[string, Partial<ControlEvidence>, string]>([
		['/proc alone', { proc: 'readable' }, PROC],
		['/proc before debugfs', { proc: 'readable', mounted: at('readable') }, PROC],
		['debugfs on an older kernel', { mounted: at('readable') }, DEBUGFS],
		['debugfs at another place', { mounted: [...at('ENOENT'), ...at('readable', '/dbg/x')] }, '/dbg/x'],
		['/proc under lockdown', { proc: 'readable', mounted: at('EPERM'), lockdown: 'integrity' }, PROC],
		['debugfs where /proc is closed', { proc: 'EACCES', mounted: at('readable') }, DEBUGFS],
	])('%s', (_name, evidence, path) => {
		expect(findControl({ ...NOTHING, ...evidence })).toEqual({ path, why: '', next: '', canMount: false })
	})
})

describe('why there is none', () => {
	const notBuilt = { built: { isIn: false, saidBy: '/proc/config.gz' } }
	test.each<[string, Partial<ControlEvidence>, RegExp, RegExp]>([
		['not built', notBuilt, /built without dynamic debug.*\/proc\/config\.gz shows/, /log_invalid/],
		[
			'not built, and debugfs closed to us',
			{ ...notBuilt, root: false, mayMount: false, mounted: at('EACCES') },
			/built without dynamic debug/,
			/log_invalid/,
		],
		['not built, and locked down', { ...notBuilt, lockdown: 'integrity' }, /built without/, /log_invalid/],
		[
			'locked down',
			{ mounted: at('EPERM'), lockdown: 'confidentiality' },
			/locked down \(confidentiality\), which closes debugfs/,
			/secure boot/,
		],
		[
			'locked down, debugfs not mounted',
			{ lockdown: 'integrity' },
			/locked down \(integrity\)/,
			/secure boot/,
		],
		['locked down, and nothing says so', { mounted: at('EPERM') }, /locked down, as far as/, /secure boot/],
		[
			'debugfs=off',
			{ debugfs: false, debugfsOption: 'off', mayMount: false },
			/switched off on the kernel's command line \(debugfs=off\)/,
			/boot without debugfs=off/,
		],
		['no debugfs in the kernel', { debugfs: false }, /offers no debugfs/, /log_invalid/],
		['not root', { root: false, mayMount: false, mounted: at('EACCES') }, /needs root/, /sudo/],
		['root of a container', { mounted: at('EACCES') }, /although this is root \(EACCES\)/, /on the host/],
		['/proc closed in a container', { proc: 'EACCES' }, /\/proc\/.*although this is root/, /on the host/],
		['another error', { proc: 'EIO' }, /cannot be read: the disk or device has an error \(EIO\)/, /^$/],
		[
			'mounted and not there',
			{ mounted: at('ENOENT'), built: undefined },
			/neither .* nor .*hidden/,
			/log_inv/,
		],
	])('%s', (_name, evidence, why, next) => {
		const place = findControl({ ...NOTHING, ...evidence })
		expect(place).toMatchObject({ path: null, canMount: false })
		expect(place.why).toMatch(why)
		expect(place.next).toMatch(next)
	})

	test.each<[string, Partial<ControlEvidence>, boolean, string]>([
		['root', {}, true, 'mount -t debugfs none /sys/kernel/debug'],
		['a kernel that may not have it', { built: undefined }, true, 'mount -t debugfs none /sys/kernel/debug'],
		['a container', { mayMount: false }, false, 'on the host, not in a container: mount -t debugfs'],
		['not root', { mayMount: false, root: false }, false, 'as root: mount -t debugfs'],
	])('debugfs is not mounted: %s', (_name, evidence, canMount, next) => {
		const place = findControl({ ...NOTHING, ...evidence })
		expect(place).toMatchObject({ path: null, canMount })
		expect(place.why).toContain('is not mounted')
		expect(place.next).toContain(next)
	})
})

describe('what the host says', () => {
	const config = (dynamic: string) =>
		`#\n# Linux/x86 ${release()}\n#\nCONFIG_NET=y\n${dynamic}\n# CONFIG_DYNAMIC_DEBUG_CORE is not set\n`
	const built = (isIn: boolean, saidBy: string) => ({ isIn, saidBy })
	const no = config('# CONFIG_DYNAMIC_DEBUG is not set')
	const yes = config('CONFIG_DYNAMIC_DEBUG=y')
	test.each<[string, Record<string, string | Buffer>, ControlEvidence['built']]>([
		['its folder in sysfs', { '/sys/module/dynamic_debug/': '' }, built(true, '/sys/module/dynamic_debug')],
		['/proc/config.gz: no', { '/proc/config.gz': gzipSync(no) }, built(false, '/proc/config.gz')],
		['/proc/config.gz: yes', { '/proc/config.gz': gzipSync(yes) }, built(true, '/proc/config.gz')],
		['/boot', { [`/boot/config-${release()}`]: no }, built(false, `/boot/config-${release()}`)],
		[
			'/lib/modules',
			{ [`/lib/modules/${release()}/config`]: yes },
			built(true, `/lib/modules/${release()}/config`),
		],
		['a folder of sysfs that is not there', { '/sys/module/printk/': '' }, built(false, '/sys/module')],
		['a broken /proc/config.gz', { '/proc/config.gz': 'no gzip' }, undefined],
		['a /boot/config that is none', { [`/boot/config-${release()}`]: 'see elsewhere' }, undefined],
		['nothing', {}, undefined],
	])('whether it was built, by %s', (_name, files, expected) => {
		expect(readControlEvidence(fakeRoot(files)).built).toEqual(expected)
	})

	test('mounts, lockdown, command line', () => {
		const root = fakeRoot({
			'/proc/mounts':
				'sysfs /sys sysfs rw 0 0\nd /sys/kernel/debug debugfs rw 0 0\nnone /a\\040b debugfs rw 0 0\n',
			'/proc/filesystems': 'nodev\tsysfs\nnodev\tdebugfs\n\text4\n',
			'/proc/cmdline': 'root=/dev/vda debugfs=no-mount quiet\n',
			'/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
			'/sys/kernel/debug/': '',
			'/a b/dynamic_debug/control': '# filename:lineno [module]function flags format\n',
			[PROC]: '',
		})
		expect(readControlEvidence(root)).toMatchObject({
			proc: 'readable',
			mounted: [
				{ path: DEBUGFS, access: 'ENOENT' },
				{ path: '/a b/dynamic_debug/control', access: 'readable' },
			],
			debugfs: true,
			debugfsOption: 'no-mount',
			lockdown: 'integrity',
		})
	})

	test('an empty host', () => {
		expect(findControl(readControlEvidence(fakeRoot({})))).toMatchObject({ path: null, canMount: false })
	})
})

describe('the sites', () => {
	const row = (line: number, flags = '_') =>
		`net/netfilter/nf_conntrack_proto_tcp.c:${line} [nf_conntrack]tcp_new =${flags} "nf_ct_tcp: ünvalid %d\\n"\n`
	const control = (text: string) => `${fakeRoot({ control: text })}/control`

	test('a large file, read in pieces', async () => {
		const rows = Array.from({ length: 20_000 }, (_, at) => row(at + 1, at % 2 === 0 ? '_' : 'pmfl'))
		const read = await readSites(control(`# filename:lineno [module]function flags format\n${rows.join('')}`))
		if (!read.ok) throw new Error('not read')
		expect(read.value.unread).toBe(0)
		expect(read.value.sites).toHaveLength(20_000)
		expect(read.value.sites[19_999]).toMatchObject({ line: 20_000, flags: 'pmfl', module: 'nf_conntrack' })
		expect(read.value.sites.every(({ format }) => format === 'nf_ct_tcp: ünvalid %d\n')).toBe(true)
	})

	test('unreadable lines are counted', async () => {
		const read = await readSites(control(`# header\n${row(1)}\x1b[2J garbage\n${row(2)}nonsense\n`))
		expect(read).toMatchObject({ ok: true, value: { sites: [{ line: 1 }, { line: 2 }], unread: 2 } })
	})

	test('a file that vanishes is a failure', async () => {
		expect(await readSites('/nowhere/control')).toMatchObject({ ok: false, failure: { kind: 'unsupported' } })
	})

	test('no control file is an answer, not a failure', async () => {
		const place = { path: null, why: 'because', next: 'do', canMount: true }
		const read = await readPrintk(new FakeClock(), place)
		expect(read).toEqual({ ok: true, value: { at: expect.any(Number), ...place, sites: [], unread: 0 } })
	})
})
