import { describe, expect, test } from 'vitest'
import { createMounts, type MountHost } from '../../../src/host/write/mount.ts'

const OPTIONS = 'nosuid,nodev,noexec'
const SYSFS = '20 1 0:18 / /sys rw,nosuid shared:7 - sysfs sysfs rw'
const debugfs = (source: string, { id = 31, point = '/sys/kernel/debug' } = {}) =>
	`${id} 20 0:7 / ${point} rw,nosuid,nodev,noexec shared:9 - debugfs ${source} rw,mode=700`

type Scene = {
	/** Mounts beside sysfs, by mount namespace. */
	readonly mounts?: Readonly<Record<string, readonly string[]>>
	/** Mount namespaces of processes. */
	readonly processes?: Readonly<Record<string, string>>
	/** Processes of other users, or in another user namespace. */
	readonly foreign?: readonly string[]
	/** A tool that was recorded lives. */
	readonly isAtWork?: boolean
	readonly tools?: readonly string[]
	readonly ran?: { readonly status: number | null; readonly stderr: string }
	/** What is found at the folder. */
	readonly onTop?: number
	readonly program?: number
	readonly fileSystem?: 'debugfs' | 'tracefs'
}

function scene({
	mounts = {},
	processes = { self: '100', '1': '100' },
	foreign = [],
	isAtWork = false,
	tools = ['mount', 'umount', 'nsenter'],
	ran = { status: 0, stderr: '' },
	onTop = 31,
	program,
	fileSystem = 'debugfs',
}: Scene = {}) {
	const runs: string[] = []
	const host: MountHost = {
		tools: { find: (name) => (tools.includes(name) ? `/bin/${name}` : undefined), env: {} },
		mounts: (place) => [SYSFS, ...(mounts[processes[place] ?? ''] ?? [])].join('\n'),
		namespaceOf: (place) => processes[place],
		mountAt: () => (onTop === 0 ? undefined : onTop),
		processes: () => Object.keys(processes).filter((pid) => pid !== 'self' && !foreign.includes(pid)),
		isInhabited: (namespace) => Object.values(processes).includes(namespace),
		isAlive: ({ pid }) => processes[pid] !== undefined,
		anyAlive: () => isAtWork,
		standBy: (argv) => ({
			async go() {
				runs.push(`waited: ${argv.join(' ')}`)
				return { stdout: '', ...ran }
			},
			drop() {},
		}),
		run(argv) {
			runs.push(argv.join(' '))
			return { stdout: '', ...ran }
		},
		newName: () => 'ctscope-1a2b',
	}
	return {
		mounts: createMounts(fileSystem, host, () =>
			program === undefined ? undefined : { pid: program, pidStart: '' },
		),
		runs,
	}
}

const OURS = ['ctscope-1a2b', '100']
const value = (text: string) => ({ kind: 'value', value: text })

describe('what is mounted', () => {
	test.each<[string, Scene, readonly string[], object]>([
		['nothing', {}, [], value('absent')],
		['by someone', { mounts: { 100: [debugfs('none')] } }, [], value('mounted')],
		['elsewhere', { mounts: { 100: [debugfs('none', { point: '/dbg' })] } }, [], value('mounted')],
		['ours', { mounts: { 100: [debugfs('ctscope-1a2b')] } }, OURS, value('mounted')],
		['ours is gone', {}, OURS, value('absent')],
		['ours is gone, and another one there', { mounts: { 100: [debugfs('debugfs')] } }, OURS, value('absent')],
		[
			'a mount of a dead guard may still come',
			{ isAtWork: true },
			OURS,
			{ kind: 'unreadable', code: 'EAGAIN' },
		],
		[
			'in a mount namespace where only strangers are',
			{ processes: { self: '100', '1': '100', '77': '200' }, foreign: ['77'] },
			['ctscope-1a2b', '200'],
			{ kind: 'unreadable', code: 'EXDEV' },
		],
		[
			'ours, in the mount namespace of others',
			{ processes: { self: '100', '1': '100', '77': '200' }, mounts: { 200: [debugfs('ctscope-1a2b')] } },
			['ctscope-1a2b', '200'],
			value('mounted'),
		],
		[
			'its mount namespace is gone',
			{},
			['ctscope-1a2b', '200'],
			{ kind: 'gone', why: 'its mount namespace is gone, and the mount with it' },
		],
		[
			'the program is in another mount namespace',
			{ processes: { self: '100', '5': '200' }, mounts: { 100: [debugfs('none')] }, program: 5 },
			[],
			value('absent'),
		],
		['the program is gone', { mounts: { 100: [debugfs('none')] }, program: 5 }, [], value('mounted')],
		[
			'its number is not known',
			{ mounts: { 100: [debugfs('ctscope-1a2b')] } },
			['ctscope-1a2b', ''],
			value('mounted'),
		],
	])('%s', (_, given, detail, expected) => expect(scene(given).mounts.read(detail)).toEqual(expected))

	test('mounts that cannot be read', () => {
		const { mounts } = scene()
		expect(mounts.detail()).toEqual(OURS)
		const broken = createMounts('debugfs', {
			...({} as MountHost),
			namespaceOf: () => '100',
			mounts() {
				throw Object.assign(new Error('no'), { code: 'EACCES' })
			},
		})
		expect(broken.read([])).toEqual({ kind: 'unreadable', code: 'EACCES' })
	})
})

describe('mounting', () => {
	test('is one run of mount(8), with the name that was recorded', () => {
		const { mounts, runs } = scene()
		expect(mounts.write('mounted', { detail: OURS })).toEqual({ ok: true })
		expect(runs).toEqual([`/bin/mount -t debugfs -o ${OPTIONS} ctscope-1a2b /sys/kernel/debug`])
	})

	test('tracefs is mounted where it belongs, and debugfs is none of it', () => {
		const other = debugfs('ctscope-1a2b')
		const { mounts, runs } = scene({ fileSystem: 'tracefs', mounts: { 100: [other] } })
		expect(mounts.read([])).toEqual(value('absent'))
		expect(mounts.write('mounted', { detail: OURS })).toEqual({ ok: true })
		expect(runs).toEqual([`/bin/mount -t tracefs -o ${OPTIONS} ctscope-1a2b /sys/kernel/tracing`])
		const ours = other.replace('/sys/kernel/debug', '/sys/kernel/tracing').replace('- debugfs', '- tracefs')
		const mounted = scene({ fileSystem: 'tracefs', mounts: { 100: [other, ours] } })
		expect(mounted.mounts.read(OURS)).toEqual(value('mounted'))
		mounted.mounts.write('absent', { detail: OURS })
		expect(mounted.runs).toEqual(['/bin/umount /sys/kernel/tracing'])
	})

	test('happens where the program is', () => {
		const { mounts, runs } = scene({ processes: { self: '100', '1': '1', '5': '200' }, program: 5 })
		const detail = mounts.detail()
		expect(detail).toEqual(['ctscope-1a2b', '200'])
		mounts.write('mounted', { detail: detail })
		expect(runs).toEqual([
			`/bin/nsenter --mount=/proc/5/ns/mnt -- /bin/mount -t debugfs -o ${OPTIONS} ctscope-1a2b /sys/kernel/debug`,
		])
	})

	test.each([
		['mount: /sys/kernel/debug: permission denied.', 32, 'EPERM'],
		["mount: /sys/kernel/debug: unknown filesystem type 'debugfs'.", 32, 'ENODEV'],
		['mount: mounting x on /sys/kernel/debug failed: No such device', 1, 'ENODEV'],
		['mount: /sys/kernel/debug: x already mounted or mount point busy.', 32, 'EBUSY'],
		['something', 1, 'EIO'],
		['', null, 'ETIMEDOUT'],
	])('%j with status %s is %s', (stderr, status, code) => {
		const { mounts } = scene({ ran: { status, stderr } })
		expect(mounts.write('mounted', { detail: OURS })).toMatchObject({ ok: false, code, at: 'write' })
	})

	test.each<[string, Scene, string]>([
		['no mount(8)', { tools: ['umount'] }, 'mount is not installed (apt install mount)'],
		['no umount(8)', { tools: ['mount'] }, 'umount is not installed (apt install mount)'],
		[
			'no nsenter(1), and the program elsewhere',
			{ tools: ['mount', 'umount'], processes: { self: '100', '5': '200' }, program: 5 },
			'nsenter is not installed (apt install util-linux)',
		],
		[
			'no folder',
			{ onTop: 0 },
			'there is no directory /sys/kernel/debug: this kernel has no debugfs, or sysfs is not mounted',
		],
	])('is refused beforehand: %s', (_, given, words) => {
		const { mounts, runs } = scene(given)
		expect(mounts.probe()).toEqual({ ok: false, code: 'ENOENT', at: 'open', words })
		expect(runs).toEqual([])
	})
})

describe('unmounting', () => {
	const there = { 100: [debugfs('ctscope-1a2b')] }

	test.each<[string, Scene, readonly string[], readonly string[]]>([
		['ours', { mounts: there }, OURS, ['/bin/umount /sys/kernel/debug']],
		['ours is gone', {}, OURS, []],
		['that of someone else', { mounts: { 100: [debugfs('none')] } }, OURS, []],
		[
			'one elsewhere of the same name',
			{ mounts: { 100: [debugfs('ctscope-1a2b', { point: '/dbg' })] } },
			OURS,
			[],
		],
		[
			'in another mount namespace',
			{ processes: { self: '1', '1': '1', '9': '100' }, mounts: there },
			OURS,
			['/bin/nsenter --mount=/proc/9/ns/mnt -- /bin/umount /sys/kernel/debug'],
		],
	])('%s', (_, given, detail, expected) => {
		const { mounts, runs } = scene(given)
		expect(mounts.write('absent', { detail: detail })).toEqual({ ok: true })
		expect(runs).toEqual(expected)
	})

	test('a mount over it is left alone', () => {
		const { mounts, runs } = scene({ mounts: there, onTop: 44 })
		expect(mounts.write('absent', { detail: OURS })).toMatchObject({
			code: 'EBUSY',
			words: 'something else is mounted over it',
		})
		expect(runs).toEqual([])
	})

	test.each([
		['umount: /sys/kernel/debug: target is busy.', 'EBUSY', ''],
		['umount: /sys/kernel/debug: must be superuser to unmount.', 'EPERM', /superuser/],
	])('%s', (stderr, code, words) => {
		const { mounts } = scene({ mounts: there, ran: { status: 32, stderr } })
		const said = typeof words === 'string' ? words : expect.stringMatching(words)
		expect(mounts.write('absent', { detail: OURS })).toEqual({ ok: false, code, at: 'write', words: said })
	})

	test('the umount that waits since before the mount is told to go', async () => {
		const { mounts, runs } = scene({ mounts: there })
		expect(mounts.equip(OURS)).toEqual({ ok: true })
		expect(await mounts.write('absent', { detail: OURS })).toEqual({ ok: true })
		expect(runs).toEqual(['waited: /bin/umount /sys/kernel/debug'])
	})
})
