import { expect, test } from 'vitest'
import { createMayAskConntrack } from '../../src/host/may-ask-conntrack.ts'
import { fakeRoot } from '../harness/fake-root.ts'

const MODULES = { '/proc/sys/kernel/modprobe': '/sbin/modprobe\n' }
const OTHERS = 'nf_conntrack 176128 1 nf_nat, Live 0x0\nnfnetlink 20480 0 - Live 0x0\n'

test.each<[string, Record<string, string>, string[], boolean]>([
	['loaded', { ...MODULES, '/proc/modules': `${OTHERS}nf_conntrack_netlink 57344 0 - Live 0x0\n` }, [], true],
	['loaded, /proc/modules hidden', { ...MODULES, '/sys/module/nf_conntrack_netlink/': '' }, [], true],
	['built in', { ...MODULES, '/proc/modules': '' }, ['nf_conntrack_netlink'], true],
	['a kernel without modules', {}, [], true],
	['nothing loaded', { ...MODULES, '/proc/modules': '' }, [], false],
	[
		'conntrack loaded, its netlink part not',
		{ ...MODULES, '/proc/modules': OTHERS },
		['nf_conntrack'],
		false,
	],
	['/proc/modules not there', { ...MODULES }, [], false],
	['only used by name', { '/proc/modules': 'nf_conntrack 1 1 nf_conntrack_netlink, Live 0x0\n' }, [], false],
])('%s', async (_name, files, builtIn, mayAsk) => {
	const refusal = await createMayAskConntrack(async () => new Set(builtIn), fakeRoot(files))()
	expect(refusal === undefined).toBe(mayAsk)
	if (!mayAsk)
		expect(refusal).toMatchObject({
			kind: 'unsupported',
			why: expect.stringContaining('modprobe nf_conntrack_netlink'),
		})
})

test('is found out anew each time: modules come and go', async () => {
	const answers = [new Set<string>(), new Set(['nf_conntrack_netlink'])]
	const mayAsk = createMayAskConntrack(async () => answers.shift() ?? new Set(), fakeRoot(MODULES))
	expect(await mayAsk()).toBeDefined()
	expect(await mayAsk()).toBeUndefined()
})
