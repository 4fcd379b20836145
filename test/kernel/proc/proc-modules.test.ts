import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type LoadedModule, moduleName, parseProcModules } from '../../../src/kernel/proc/proc-modules.ts'

const FOUND = readFileSync(new URL('../../fixtures/proc-modules.txt', import.meta.url), 'utf8')

describe('/proc/modules', () => {
	test.each<[string, string, Partial<LoadedModule> | undefined]>([
		[
			'used by others',
			'nf_nat 57344 4 nf_nat_irc,nf_nat_ftp, Live 0xffffffffc0312000',
			{ name: 'nf_nat', size: 57344, refcount: 4, usedBy: ['nf_nat_irc', 'nf_nat_ftp'], state: 'Live' },
		],
		['used by nobody', 'a 1 0 - Live 0x0', { refcount: 0, usedBy: [], permanent: false, taints: '' }],
		['used by what is no module', 'overlay 163840 1 - Live 0xffffffffc0201000', { refcount: 1, usedBy: [] }],
		['address hidden', 'a 1 0 - Live 0x0000000000000000', { name: 'a' }],
		['tainted', 'a 1 0 - Live 0x0 (POE)', { taints: 'POE' }],
		['being unloaded', 'a 1 0 - Unloading 0x0 (-)', { state: 'Unloading', taints: '-' }],
		['being loaded', 'a 1 1 - Loading 0x0 (E+)', { state: 'Loading', taints: 'E+' }],
		['permanent', 'a 1 1 [permanent], Live 0x0', { usedBy: [], permanent: true }],
		['permanent and used', 'a 1 2 b,[permanent], Live 0x0', { usedBy: ['b'], permanent: true }],
		['a kernel that cannot unload', 'a 1 - - Live 0x0', { refcount: null, usedBy: [] }],
		['cut', 'nf_nat 57344 4 nf_nat_irc', undefined],
		['rubbish', 'x', undefined],
		['no size', 'a b 0 - Live 0x0', undefined],
	])('%s', (_, row, expected) => {
		const rows = parseProcModules(`${row}\n`)
		if (expected === undefined) expect(rows).toEqual([])
		else expect(rows).toEqual([expect.objectContaining(expected)])
	})

	test('of a running kernel', () => {
		const rows = parseProcModules(FOUND)
		expect(rows).toHaveLength(FOUND.trimEnd().split('\n').length)
		const byName = new Map(rows.map((row) => [row.name, row]))
		expect(byName.get('nf_conntrack')).toMatchObject({ refcount: 16, state: 'Live' })
		// Whoever uses a module is loaded itself.
		for (const { usedBy } of rows) for (const user of usedBy) expect(byName.has(user), user).toBe(true)
	})

	test.each(['', '\n\n', '\0\0\n', 'a '.repeat(50_000)])('nothing in %j', (text) =>
		expect(parseProcModules(text)).toEqual([]),
	)

	test.each([
		['nf-log-syslog', 'nf_log_syslog'],
		['nf_log_syslog', 'nf_log_syslog'],
	])('%s is %s', (name, expected) => expect(moduleName(name)).toBe(expected))
})
