import { release } from 'node:os'
import { describe, expect, test } from 'vitest'
import { MODULES } from '../../../src/changes/kinds/module.ts'
import { createBuiltIn } from '../../../src/host/modules/built-in.ts'
import { createModinfo } from '../../../src/host/modules/modinfo.ts'
import { readModuleFiles } from '../../../src/host/modules/module-files.ts'
import { createModules } from '../../../src/host/modules/modules.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import type { ModuleReading } from '../../../src/model/modules.ts'
import { fakeRoot } from '../../harness/fake/root.ts'

const FOLDER = `/lib/modules/${release()}`
const HELPER = { '/proc/sys/kernel/modprobe': '/sbin/modprobe\n' }

/** As Debian has it, and as a kernel that compresses its modules. */
const DEP = [
	'kernel/net/netfilter/nf_conntrack.ko: kernel/net/ipv4/netfilter/nf_defrag_ipv4.ko',
	'kernel/net/netfilter/nf_conntrack_netlink.ko.xz: kernel/net/netfilter/nfnetlink.ko.xz',
	'kernel/net/netfilter/nf_log_syslog.ko.zst:',
	'kernel/net/netfilter/nfnetlink-log.ko:',
	'kernel/net/netfilter/nf_conntrack_ftp.ko: kernel/net/netfilter/nf_conntrack.ko',
	'kernel/drivers/block/loop.ko:',
	'garbage',
	'',
].join('\n')

type Files = Record<string, string>

async function modules(files: Files, functions: readonly string[] = []) {
	const kallsyms = functions.map((name) => `0000000000000000 t ${name}\n`).join('')
	const root = fakeRoot({ '/proc/kallsyms': kallsyms, ...files })
	const tools = createToolPath()
	const read = createModules(createBuiltIn(tools, root), async () => new Map(), root)
	const result = await read()
	if (!result.ok) throw new Error('no modules')
	return new Map(result.value.map((one) => [one.name, one]))
}

const states = (found: ReadonlyMap<string, ModuleReading>) =>
	Object.fromEntries([...found.values()].map(({ name, state }) => [name, state]))

describe('names on disk', () => {
	test('are those of the running kernel, with _', () => {
		const root = fakeRoot({
			[`${FOLDER}/modules.dep`]: DEP,
			[`${FOLDER}/modules.builtin`]: 'kernel/net/a-b.ko\n',
		})
		expect(readModuleFiles(root)).toEqual({
			folder: FOLDER,
			builtIn: new Set(['a_b']),
			available: new Set([
				'nf_conntrack',
				'nf_conntrack_netlink',
				'nf_log_syslog',
				'nfnetlink_log',
				'nf_conntrack_ftp',
				'loop',
			]),
		})
	})

	test.each<[string, Files, string | undefined]>([
		['another kernel only', { '/lib/modules/1.2.3/modules.dep': DEP }, undefined],
		['nothing', {}, undefined],
		['in /usr', { [`/usr${FOLDER}/modules.dep`]: DEP }, `/usr${FOLDER}`],
	])('%s', (_name, files, folder) => {
		const found = readModuleFiles(fakeRoot(files))
		expect(found.folder).toBe(folder)
		expect(found.builtIn).toBeUndefined()
		expect(found.available.size).toBe(folder === undefined ? 0 : 6)
	})
})

describe('states', () => {
	const BUILT = { [`${FOLDER}/modules.builtin`]: 'kernel/net/netfilter/nf_log_syslog.ko\n' }
	const PROC =
		'nf_conntrack 176128 2 nf_conntrack_netlink,nf_nat, Live 0x0\nnf_conntrack_netlink 57344 0 - Live 0x0\n'

	test('a distribution kernel', async () => {
		const found = await modules({
			...HELPER,
			...BUILT,
			[`${FOLDER}/modules.dep`]: DEP,
			'/proc/modules': PROC,
		})
		expect(states(found)).toEqual({
			nf_conntrack: 'loaded',
			nf_conntrack_netlink: 'loaded',
			nf_log_syslog: 'built-in',
			nf_log_ipv4: 'missing',
			nf_log_ipv6: 'missing',
			nf_log_common: 'missing',
			nfnetlink_log: 'available',
			nf_log_arp: 'missing',
			nf_log_bridge: 'missing',
			nf_conntrack_ftp: 'available',
		})
		expect([...found.keys()].slice(0, MODULES.length)).toEqual([...MODULES])
		expect(found.get('nf_conntrack')).toMatchObject({
			refcount: 2,
			usedBy: ['nf_conntrack_netlink', 'nf_nat'],
			why: '',
		})
		expect(found.get('nf_log_ipv6')?.why).toBe('it is a part of nf_log_syslog on this kernel')
		expect(found.get('nf_log_syslog')?.why).toMatch(/built into this kernel/)
	})

	test('an old kernel', async () => {
		const dep = 'kernel/net/ipv4/netfilter/nf_log_ipv4.ko:\nkernel/net/netfilter/nf_log_common.ko:\n'
		const found = await modules({ ...HELPER, [`${FOLDER}/modules.dep`]: dep, '/proc/modules': '' })
		expect(states(found)).toMatchObject({ nf_log_ipv4: 'available', nf_log_syslog: 'missing' })
		expect(found.get('nf_log_syslog')?.why).toMatch(/a module for each family instead: nf_log_ipv4/)
		expect(found.get('nf_log_ipv6')?.why).toBe(`it is not among the modules of this kernel, in ${FOLDER}`)
	})

	test('a kernel without modules, conntrack built in', async () => {
		const functions = ['nf_conntrack_in', 'ctnetlink_new_conntrack.isra.0', 'nf_log_syslog_net_init']
		const found = await modules({ '/sys/module/nf_conntrack_ftp/': '' }, functions)
		expect(states(found)).toMatchObject({
			nf_conntrack: 'built-in',
			nf_conntrack_netlink: 'built-in',
			nf_log_syslog: 'built-in',
			nfnetlink_log: 'missing',
			nf_conntrack_ftp: 'built-in',
		})
		expect(found.get('nfnetlink_log')?.why).toMatch(/loads no modules, and this code was not built into it/)
	})

	test('a container: what is loaded is seen, what could be is not', async () => {
		const files = { ...HELPER, '/proc/modules': PROC, '/sys/module/nf_conntrack/initstate': 'live\n' }
		const found = await modules(files, ['nf_conntrack_in\t[nf_conntrack]'])
		expect(states(found)).toMatchObject({ nf_conntrack: 'loaded', nf_log_syslog: 'missing' })
		expect(found.get('nf_log_syslog')?.why).toContain(`there is no ${FOLDER}`)
	})

	test('functions of loaded modules are not built in', async () => {
		const found = await modules({ ...HELPER }, ['nfulnl_log_packet\t[nfnetlink_log]', 'nf_conntrack_inside'])
		expect(states(found)).toMatchObject({ nf_conntrack: 'missing', nfnetlink_log: 'missing' })
	})

	test('no more modules until the next boot', async () => {
		const found = await modules({
			...HELPER,
			'/proc/modules': '',
			'/proc/sys/kernel/modules_disabled': '1\n',
			[`${FOLDER}/modules.dep`]: DEP,
		})
		expect(found.get('nf_log_syslog')).toMatchObject({
			state: 'available',
			why: 'kernel.modules_disabled is 1: nothing can be loaded before the next boot',
		})
	})
})

describe('modinfo', () => {
	const answer = (text: string) =>
		fakeRoot({ 'bin/': '', 'bin/modinfo': `#!/bin/sh\necho asked "$@" >>"$0.log"\nprintf '${text}'\n` })

	test('what it says is safe to print, and it is asked once', async () => {
		const { chmodSync, readFileSync } = await import('node:fs')
		const root = answer(
			'filename=/lib/nf_log_syslog.ko\\0description=Netfilter \\033]0;owned\\007\\0alias=nf_log_ipv4\\0name=nf_log_syslog\\0',
		)
		chmodSync(`${root}/bin/modinfo`, 0o755)
		const readModinfo = createModinfo(createToolPath(`${root}/bin:/usr/bin:/bin`))
		const read = async () => (await readModinfo(['nf_log_syslog'])).get('nf_log_syslog')
		expect(await read()).toEqual({
			description: 'Netfilter \\x1b]0;owned\\x07',
			aliases: ['nf_log_ipv4'],
		})
		await read()
		expect(readFileSync(`${root}/bin/modinfo.log`, 'utf8')).toBe('asked -0 nf_log_syslog\n')
	})

	test('it is not installed, or there is nothing to ask', async () => {
		expect((await createModinfo(createToolPath('/nowhere'))(['nf_conntrack'])).size).toBe(0)
		expect((await createModinfo(createToolPath())([])).size).toBe(0)
	})
})
