import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { siteName, siteText } from '../../src/changes/kinds/call-site.ts'
import { MOST_SITES, planToPrint } from '../../src/changes/printk-plan.ts'
import { createControlReader, type PrintkSite, siteIds } from '../../src/kernel/dyndbg/dyndbg-control.ts'

const reader = createControlReader()
reader.push(readFileSync(new URL('../fixtures/dyndbg-control-6.1.txt', import.meta.url), 'utf8'))
const SITES = reader.end()

const site = (rest: Partial<PrintkSite> = {}): PrintkSite => ({
	file: 'net/netfilter/nf_conntrack_proto_tcp.c',
	line: 889,
	module: 'nf_conntrack',
	func: 'tcp_new',
	flags: '',
	format: 'nf_ct_tcp: invalid new deleting.\n',
	class: null,
	...rest,
})

const planned = (sites: readonly PrintkSite[], flags = 'p') => {
	const ids = siteIds(sites)
	return planToPrint(ids, [...ids.keys()], flags, 'why')
}
const steps = (sites: readonly PrintkSite[], flags?: string) =>
	planned(sites, flags).plan.changes.map(({ from, to }) => `${from}>${to}`)

describe('flags', () => {
	test.each([
		['', 'p', ['_>p']],
		['mt', 'p', ['mt>pmt']],
		['', 'pmf', ['_>pmf']],
		['p', 'pl', ['p>pl']],
		['p', 'p', []],
		['pmfl', 'pm', []],
		['t', 'fmp', ['t>pmft']],
	])('=%s and %s wanted', (flags, wanted, expected) => {
		expect(steps([site({ flags })], wanted)).toEqual(expected)
	})

	test('what has them already is left out of many, and is the reason when it is all', () => {
		const both = [site({ flags: 'p' }), site({ func: 'tcp_in', line: 9 })]
		expect(steps(both)).toEqual(['_>p'])
		expect(planned([site({ flags: 'p' })]).blockers).toEqual(['it already prints like that'])
	})

	test.each(['', '_', 'P', 'px', 'p m'])('%j is no set of flags', (flags) => {
		const { plan, blockers } = planned([site()], flags)
		expect(plan.changes).toEqual([])
		expect(blockers.join()).toMatch(/not a set of dynamic debug flags/)
	})
})

describe('which sites', () => {
	test('each change has a knob of its own, in the order asked for', () => {
		const ids = siteIds(SITES)
		const wanted = [...ids].flatMap(([id, { func }]) => (func === 'tcp_new' ? [id] : []))
		const { plan, blockers, notes } = planToPrint(ids, wanted, 'p', 'tcp_new')
		expect(plan).toEqual({
			purpose: 'tcp_new',
			changes: [
				{
					knob: expect.stringMatching(
						/^printk:net\/netfilter\/nf_conntrack_proto_tcp\.c:tcp_new#1:[\da-f]{8}$/,
					),
					from: '_',
					to: 'p',
				},
			],
		})
		expect([blockers, notes]).toEqual([[], []])
	})

	test('asked for twice is once', () => {
		const ids = siteIds([site()])
		const [id = ''] = ids.keys()
		expect(planToPrint(ids, [id, id], 'p', 'x').plan.changes).toHaveLength(1)
	})

	test.each<[string, readonly PrintkSite[], RegExp]>([
		[
			'of another part of the kernel',
			[site({ module: 'overlay', file: 'fs/overlayfs/dir.c' })],
			/not of netfilter/,
		],
		['of a driver that is called like netfilter', [site({ file: 'drivers/nf_x.c' })], /not of netfilter/],
		['with a name that no query can say', [site({ func: 'a;b' })], /not of netfilter/],
		['with a class that no query can say', [site({ class: 'unknown, _id:3' })], /cannot be selected alone/],
		['two on one line', [site(), site({ format: 'other\n' })], /2 call sites cannot be selected alone/],
	])('never: %s', (_, sites, why) => {
		const { plan, blockers } = planned(sites)
		expect(plan.changes).toEqual([])
		expect(blockers.join()).toMatch(why)
	})

	test('one that cannot be named does not keep the others from it', () => {
		const { plan, blockers, notes } = planned([
			site(),
			site({ line: 9, class: 'unknown, _id:3', format: 'x\n' }),
		])
		expect([plan.changes.length, blockers.length]).toEqual([1, 0])
		expect(notes).toEqual([expect.stringContaining('left alone')])
	})

	test('what is gone is said', () => {
		expect(planToPrint(new Map(), ['net/netfilter/x.c:y#1:00000000'], 'p', 'x').blockers).toEqual([
			'net/netfilter/x.c:y#1:00000000 is not in the kernel any more',
		])
		expect(planToPrint(new Map(), [], 'p', 'x').blockers).toEqual(['no call site was named'])
	})

	test('no more than the guard takes', () => {
		const many = Array.from({ length: MOST_SITES + 1 }, (_, line) => site({ line, format: `${line}\n` }))
		expect(planned(many).blockers.join()).toMatch(/narrow the filter/)
		expect(planned(many.slice(1)).blockers).toEqual([])
	})
})

describe('names', () => {
	test.each([
		['nf_ct_tcp: invalid new deleting.\n', 'invalid new deleting'],
		['tcp_conntracks: ', 'tcp_conntracks'],
		['Unsupported GRE proto(0x%x)\n', 'Unsupported GRE proto(0x%x)'],
		['a\u001b[2Jb\n', 'a\\x1b[2Jb'],
		[`${'long '.repeat(20)}\n`, 'long long long long long long long lo...'],
		['', ''],
	])('%j', (format, text) => {
		expect(siteText({ format })).toBe(text)
	})

	test('with its function', () => {
		expect(siteName(site())).toBe('tcp_new "invalid new deleting"')
	})
})
