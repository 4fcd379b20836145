import { describe, expect, test } from 'vitest'
import { conntrackRefusal, createWouldLoad } from '../../../src/host/modules/would-load.ts'
import { fakeRoot } from '../../harness/fake/root.ts'

const HELPER = { '/proc/sys/kernel/modprobe': '/sbin/modprobe\n' }
const OTHERS = 'nf_conntrack 176128 1 nf_nat, Live 0x0\nnfnetlink 20480 0 - Live 0x0\n'
const ALL = `${OTHERS}nf_conntrack_netlink 57344 0 - Live 0x0\n`

describe('a tool that needs nf_conntrack_netlink would load it', () => {
	test.each<[string, Record<string, string>, string[], boolean]>([
		['it is loaded', { ...HELPER, '/proc/modules': ALL }, [], false],
		['loaded, /proc/modules hidden', { ...HELPER, '/sys/module/nf_conntrack_netlink/': '' }, [], false],
		['it is built in', { ...HELPER, '/proc/modules': '' }, ['nf_conntrack_netlink'], false],
		['a kernel without modules', {}, [], false],
		['nothing is loaded', { ...HELPER, '/proc/modules': '' }, [], true],
		['only conntrack is loaded', { ...HELPER, '/proc/modules': OTHERS }, ['nf_conntrack'], true],
		['/proc/modules is not there', { ...HELPER }, [], true],
		['it only stands as a user', { '/proc/modules': 'nf 1 1 nf_conntrack_netlink, Live 0x0\n' }, [], true],
	])('%s', async (_name, files, builtIn, expected) => {
		const wouldLoad = createWouldLoad(async () => new Set(builtIn), fakeRoot(files))
		expect(await wouldLoad('nf_conntrack_netlink')).toBe(expected)
		const refusal = await conntrackRefusal(wouldLoad)
		expect(refusal !== undefined).toBe(expected)
		if (expected)
			expect(refusal).toMatchObject({ why: expect.stringContaining('modprobe nf_conntrack_netlink') })
	})

	test('it is found out anew each time: modules come and go', async () => {
		const answers = [new Set<string>(), new Set(['nfnetlink'])]
		const wouldLoad = createWouldLoad(async () => answers.shift() ?? new Set(), fakeRoot(HELPER))
		expect(await wouldLoad('nfnetlink')).toBe(true)
		expect(await wouldLoad('nfnetlink')).toBe(false)
	})
})
