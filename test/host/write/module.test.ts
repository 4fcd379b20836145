import { describe, expect, test } from 'vitest'
import { knobById } from '../../../src/changes/knobs.ts'
import type { Ran } from '../../../src/host/process/hand.ts'
import { createModules, type ModuleHost } from '../../../src/host/write/module.ts'
import type { Knob } from '../../../src/model/knob.ts'

const knobOf = (name: string): Knob => {
	const knob = knobById(`module:${name}`)
	if (knob === undefined) throw new Error(`no knob ${name}`)
	return knob
}
const SYSLOG = knobOf('nf_log_syslog')
const NETLINK = knobOf('nf_conntrack_netlink')

const INSMOD = 'insmod /lib/modules/6.1.0/kernel/net/netfilter/'
const DEPENDS: Readonly<Record<string, string>> = {
	nf_log_syslog: `${INSMOD}nf_log_syslog.ko \n`,
	nf_conntrack_netlink: `${INSMOD}nfnetlink.ko.xz \nbuiltin libcrc32c\n${INSMOD}nf_conntrack.ko.xz \n${INSMOD}nf_conntrack_netlink.ko.xz \n`,
}

const ran = (stdout = '', status: number | null = 0, stderr = ''): Ran => ({ status, stdout, stderr })

/** A host whose tools do what a test wants; `rows` are those of /proc/modules, newest first. */
function host(given: {
	rows?: readonly string[]
	run?: (argv: readonly string[], set: (rows: readonly string[]) => void) => Ran | undefined
	list?: () => string
	tools?: readonly string[]
	given?: Partial<ModuleHost>
}) {
	let rows = given.rows ?? []
	const runs: string[][] = []
	const tools = given.tools ?? ['modprobe', 'rmmod']
	const it: ModuleHost = {
		tools: {
			find: (name: string) => (tools.includes(name) ? `/usr/sbin/${name}` : undefined),
			env: {},
		} as unknown as ModuleHost['tools'],
		list: given.list ?? (() => rows.map((row) => `${row}\n`).join('')),
		isBuiltIn: () => false,
		isDisabled: () => false,
		anyAlive: () => false,
		standBy: () => 'EAGAIN',
		now: () => 0,
		run(argv) {
			runs.push([...argv])
			const answer = given.run?.(argv, (next) => {
				rows = next
			})
			if (answer !== undefined) return answer
			if (argv[1] === '--show-depends') return ran(DEPENDS[argv[2] ?? ''] ?? '')
			return ran()
		},
		...given.given,
	}
	return { modules: createModules(it), runs }
}

const loaded = (name: string, refs = 0, by = '-') => `${name} 16384 ${refs} ${by} Live 0x0000000000000000`

describe('loading', () => {
	test('by modprobe with its whole path, no shell, and a name of the closed list', () => {
		const { modules, runs } = host({})
		expect(modules.read(SYSLOG)).toEqual({ kind: 'value', value: 'absent' })
		expect(modules.probe(SYSLOG)).toEqual({ ok: true })
		expect(modules.detail(SYSLOG)).toEqual(['nf_log_syslog'])
		expect(modules.write(SYSLOG, 'loaded', { detail: [] })).toEqual({ ok: true })
		expect(runs).toEqual([
			['/usr/sbin/modprobe', '--show-depends', 'nf_log_syslog'],
			['/usr/sbin/modprobe', '--quiet', 'nf_log_syslog'],
		])
	})

	test('dependencies are known before, without loaded ones', () => {
		const { modules } = host({ rows: [loaded('nf_conntrack')] })
		expect(modules.detail(NETLINK)).toEqual(['nf_conntrack_netlink', 'nfnetlink'])
	})

	test('modules loaded by modprobe.d go with it', () => {
		const after = '/lib/modules/6.1/kernel/net/netfilter/nf_conntrack_ftp.ko'
		const lines = (argv: readonly string[]) =>
			argv[1] === '--show-depends' ? ran(`${DEPENDS.nf_log_syslog}insmod ${after} \n`) : undefined
		const { modules } = host({ run: lines })
		expect(modules.probe(SYSLOG)).toEqual({ ok: true })
		expect(modules.detail(SYSLOG)).toEqual(['nf_log_syslog', 'nf_conntrack_ftp'])
	})

	test.each([
		'nf_log_syslog; reboot',
		'../nf_log_syslog',
		'-r',
		'--remove',
		'nf_log_syslog\n',
		'nf log',
		'NF_LOG_SYSLOG',
		'ext4',
		'',
		'__proto__',
	])('there is no setting for %j', (name) => {
		expect(knobById(`module:${name}`)).toBeUndefined()
	})

	test.each<[string, Parameters<typeof host>[0], object]>([
		[
			'modprobe does not end',
			{ run: () => ran('', null) },
			{ ok: false, code: 'ETIMEDOUT', words: expect.stringContaining('did not end in time') },
		],
		[
			'there is no such module',
			{ run: () => ran('', 1, 'modprobe: FATAL: Module nf_log_syslog not found\nmore') },
			{ ok: false, code: 'ENOENT', words: expect.stringMatching(/^there is no such module.*not found$/) },
		],
		[
			'modprobe.d has a command for it',
			{ run: () => ran('install /bin/sh -c evil \n') },
			{ ok: false, code: 'EPERM', words: 'modprobe.d runs a command instead of loading it' },
		],
		[
			'the name is an alias of another',
			{ run: () => ran('insmod /lib/modules/x/other.ko \n') },
			{ ok: false, code: 'ENOENT' },
		],
		['the answer is garbage', { run: () => ran('\0\x1b[2J\ninsmod\n') }, { ok: false, code: 'ENOENT' }],
		['no module is taken any more', { given: { isDisabled: () => true } }, { ok: false, code: 'EPERM' }],
		['modprobe is not installed', { tools: ['rmmod'] }, { ok: false, code: 'ENOENT' }],
		[
			'rmmod is not installed, so there is no way back',
			{ tools: ['modprobe'] },
			{ ok: false, code: 'ENOENT' },
		],
	])('refused before anything is done: %s', (_, given, expected) => {
		const { modules, runs } = host(given)
		expect(modules.probe(SYSLOG)).toMatchObject(expected)
		expect(runs.filter((argv) => argv[1] === '--quiet')).toEqual([])
	})

	test.each<[string, Ran, string]>([
		['hangs', ran('', null), 'ETIMEDOUT'],
		['is not signed', ran('', 1, 'could not insert: Required key not available'), 'EPERM'],
		['fails', ran('', 1, 'could not insert: Cannot allocate memory'), 'EIO'],
	])('one that %s', (_, answer, code) => {
		const { modules } = host({ run: (argv) => (argv[1] === '--quiet' ? answer : undefined) })
		expect(modules.write(SYSLOG, 'loaded', { detail: [] })).toMatchObject({ ok: false, code, at: 'write' })
	})
})

describe('unloading', () => {
	const added = ['nf_conntrack_netlink', 'nfnetlink']

	test('one by one, newest first, and only what loading added', () => {
		let rows = [
			loaded('nf_conntrack_netlink'),
			loaded('nfnetlink', 1, 'nf_conntrack_netlink,'),
			loaded('other'),
		]
		const { modules, runs } = host({
			list: () => rows.join('\n'),
			run([, name = '']) {
				rows = rows
					.filter((row) => !row.startsWith(`${name} `))
					.map((row) => row.replace('1 nf_conntrack_netlink,', '0 -'))
				return ran()
			},
		})
		expect(modules.write(NETLINK, 'absent', { detail: added })).toEqual({ ok: true })
		expect(runs).toEqual([
			['/usr/sbin/rmmod', 'nf_conntrack_netlink'],
			['/usr/sbin/rmmod', 'nfnetlink'],
		])
		expect(rows).toEqual([loaded('other')])
	})

	test.each<[string, readonly string[], string]>([
		['used by another', [loaded('nfnetlink', 1, 'nf_tables,')], 'in use: nfnetlink (by nf_tables)'],
		['used by someone unnamed', [loaded('nfnetlink', 2)], 'in use: nfnetlink'],
		['permanent', [loaded('nfnetlink', 0, '[permanent],')], 'in use: nfnetlink'],
	])('one that is %s stays, and is not even tried', (_, rows, words) => {
		const { modules, runs } = host({ rows })
		expect(modules.write(NETLINK, 'absent', { detail: added })).toMatchObject({
			ok: false,
			code: 'EBUSY',
			words,
		})
		expect(runs).toEqual([])
	})

	test('with modules locked, unloading is not even tried', () => {
		const locked = { isDisabled: () => true }
		const { modules, runs } = host({ rows: [loaded('nfnetlink')], given: locked })
		expect(modules.write(NETLINK, 'absent', { detail: added })).toMatchObject({
			code: 'EBUSY',
			words: 'kernel.modules_disabled is 1 until the next boot',
		})
		expect(runs).toEqual([])
		expect(host({ given: locked }).modules.write(NETLINK, 'absent', { detail: added })).toEqual({ ok: true })
	})

	test('an invalid module name on record is never passed on', () => {
		const { modules, runs } = host({ rows: [loaded('-f'), loaded('x;y'), loaded('nfnetlink')] })
		modules.write(NETLINK, 'absent', { detail: ['-f', 'x;y', '../z', ''] })
		expect(runs).toEqual([])
	})

	test('an unreadable list is reported, and nothing counts as done', () => {
		const { modules } = host({
			list: () => {
				throw Object.assign(new Error('no'), { code: 'EACCES' })
			},
		})
		expect(modules.write(NETLINK, 'absent', { detail: added })).toEqual({
			ok: false,
			code: 'EACCES',
			at: 'open',
		})
		expect(modules.read(NETLINK, added)).toEqual({ kind: 'unreadable', code: 'EACCES' })
		expect(modules.detail(NETLINK)).toEqual([])
	})

	test('a kernel without modules', () => {
		const list = () => {
			throw Object.assign(new Error('no'), { code: 'ENOENT' })
		}
		expect(host({ list }).modules.read(SYSLOG)).toEqual({
			kind: 'gone',
			why: 'this kernel does not support modules',
		})
		expect(host({ list, given: { isBuiltIn: () => true } }).modules.read(SYSLOG)).toEqual({
			kind: 'value',
			value: 'loaded',
		})
	})
})

describe('a modprobe that a dead guard has left behind', () => {
	const hands = [{ pid: 7, pidStart: '99' }]

	test('may still load it: that is neither loaded nor absent', () => {
		let isAtWork = true
		const { modules } = host({ given: { anyAlive: (given) => isAtWork && given === hands } })
		expect(modules.read(SYSLOG, ['nf_log_syslog'], hands)).toEqual({ kind: 'unreadable', code: 'EAGAIN' })
		// Of others who look at it before a change it is none of their business.
		expect(modules.read(SYSLOG)).toEqual({ kind: 'value', value: 'absent' })
		isAtWork = false
		expect(modules.read(SYSLOG, ['nf_log_syslog'], hands)).toEqual({ kind: 'value', value: 'absent' })
	})

	test('has loaded what the module needs, and not yet the module', () => {
		const added = ['nf_conntrack_netlink', 'nfnetlink']
		const some = host({ rows: [loaded('nfnetlink')], given: { anyAlive: () => true } })
		expect(some.modules.read(NETLINK, added, hands)).toEqual({ kind: 'unreadable', code: 'EAGAIN' })
		const all = host({ rows: added.map((name) => loaded(name)), given: { anyAlive: () => true } })
		expect(all.modules.read(NETLINK, added, hands)).toEqual({ kind: 'value', value: 'loaded' })
	})
})

describe('an rmmod that waits since before the module was loaded', () => {
	const added = ['nf_conntrack_netlink', 'nfnetlink']

	test('unloads them when no process can be started any more', async () => {
		let rows = added.map((name) => loaded(name))
		const waiting: (readonly string[])[] = []
		const go = async () => {
			rows = []
			return ran()
		}
		const { modules, runs } = host({
			list: () => rows.join('\n'),
			run: () => ({ ...ran('', null), code: 'EAGAIN' }),
			given: {
				standBy(argv) {
					waiting.push(argv)
					return { go, drop() {} }
				},
			},
		})
		expect(modules.equip(added)).toEqual({ ok: true })
		expect(waiting).toEqual([['/usr/sbin/rmmod', ...added]])
		expect(await modules.write(NETLINK, 'absent', { detail: added })).toEqual({ ok: true })
		expect(runs).toEqual([])
	})

	test('that cannot be started is said before anything is written', () => {
		expect(host({}).modules.equip(added)).toEqual({ ok: false, code: 'EAGAIN', at: 'open' })
	})

	test('waits on while they are used, and is dropped when it is not needed', async () => {
		let dropped = 0
		let rows = added.map((name) => loaded(name, 1))
		const go = async () => {
			rows = []
			return ran()
		}
		const { modules, runs } = host({
			list: () => rows.join('\n'),
			run: () => ({ ...ran('', null), code: 'EAGAIN' }),
			given: { standBy: () => ({ go, drop: () => void dropped++ }) },
		})
		modules.equip(added)
		expect(modules.write(NETLINK, 'absent', { detail: added })).toMatchObject({ code: 'EBUSY' })
		expect(dropped).toBe(0)
		rows = added.map((name) => loaded(name))
		expect(await modules.write(NETLINK, 'absent', { detail: added })).toEqual({ ok: true })
		expect(runs).toEqual([])
		modules.equip(added)
		expect(modules.write(NETLINK, 'absent', { detail: added })).toEqual({ ok: true })
		expect(dropped).toBe(1)
		modules.equip(added)
		modules.release()
		expect(dropped).toBe(2)
	})
})
