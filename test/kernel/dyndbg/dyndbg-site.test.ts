import { describe, expect, test } from 'vitest'
import {
	canAddress,
	type PrintkSite,
	siteIdParts,
	siteIds,
	siteQuery,
} from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { KERNELS, sitesOf } from './pr-debug-sites.ts'

const SITE: PrintkSite = {
	file: 'net/netfilter/nf_conntrack_proto_tcp.c',
	line: 889,
	module: 'nf_conntrack',
	func: 'tcp_new',
	flags: '',
	format: 'nf_ct_tcp: invalid new deleting.\n',
	class: null,
}

describe('the id of a site', () => {
	test('has file, function, place among equal ones and hash of the text', () => {
		const [id = ''] = siteIds([SITE]).keys()
		expect(id).toMatch(/^net\/netfilter\/nf_conntrack_proto_tcp\.c:tcp_new#1:[\da-f]{8}$/)
		expect(siteIdParts(id)).toEqual({
			file: SITE.file,
			func: 'tcp_new',
			which: 1,
			hash: id.slice(-8),
		})
	})

	test.each<[string, Partial<PrintkSite>, boolean]>([
		['another line', { line: 1200 }, true],
		['other flags', { flags: 'pmf' }, true],
		['another module, as when it is built in', { module: 'nf' }, true],
		['another text', { format: 'nf_ct_tcp: invalid new.\n' }, false],
		['another function', { func: 'tcp_packet' }, false],
		['another file', { file: 'net/netfilter/a.c' }, false],
	])('%s', (_, change, same) => {
		const [before] = siteIds([SITE]).keys()
		const [after] = siteIds([{ ...SITE, ...change }]).keys()
		expect(after === before).toBe(same)
	})

	test('equal ones are counted from the lowest line up, whatever the order of the file', () => {
		const sites = [614, 526].map((line) => ({ ...SITE, line }))
		const ids = siteIds(sites)
		expect([...ids].map(([id, { line }]) => [id.match(/#\d+/)?.[0], line])).toEqual([
			['#1', 526],
			['#2', 614],
		])
		expect(new Map(siteIds(sites.toReversed()))).toEqual(new Map(ids))
	})

	test('what no query can tell apart is one site', () => {
		expect(siteIds([SITE, { ...SITE, module: 'other' }]).size).toBe(1)
	})

	test.each(KERNELS)('every site of %s has its own', (kernel) => {
		const sites = sitesOf(kernel).map(({ site }) => site)
		const ids = siteIds(sites)
		expect(ids.size).toBe(sites.length)
		for (const [id, site] of ids) expect(siteIdParts(id)).toMatchObject({ file: site.file, func: site.func })
	})

	test.each([
		'',
		'a.c',
		'a.c:f#0:01234567',
		'a.c:f#1:0123456',
		'a b.c:f#1:01234567',
		'a.c:f#1:01234567\n',
		'a.c:f:g#1:01234567',
	])('no id: %j', (text) => expect(siteIdParts(text)).toBeUndefined())
})

describe('a query', () => {
	const place = 'file net/netfilter/nf_conntrack_proto_tcp.c line 889 func tcp_new'

	test.each<[now: string, op: '+' | '-' | '=', flags: string, sent: string]>([
		['', '+', 'p', '+p'],
		['', '+', 'pmf', '+pmf'],
		['', '+', 'm', '+m'],
		['', '=', '', '=_'],
		['p', '=', '_', '=_'],
		['p', '-', 'p', '-p'],
		['pmt', '-', 'p', '-p'],
		['mt', '+', 'p', '+p'],
		['mt', '=', 'mt', '=mt'],
		['pmt', '=', 'mt', '=mt'],
		['', '+', '', '+_'],
		// Old kernels would switch these off, because the query itself has no p.
		['p', '+', 'm', '+pm'],
		['pm', '+', 'fl', '+pfl'],
		['pm', '-', 'm', '=p'],
		['pmfl', '-', 'mf', '=pl'],
	])('=%s, then %s%s', (now, op, flags, sent) =>
		expect(siteQuery({ ...SITE, flags: now }, op, flags)).toBe(`${place} ${sent}`),
	)

	test('a class is named, or nothing would match', () =>
		expect(siteQuery({ ...SITE, class: 'HI' }, '+', 'p')).toBe(`${place} class HI +p`))

	test.each<[string, Partial<PrintkSite>]>([
		['a blank in the path', { file: 'my files/a.c' }],
		['a second query', { file: 'a.c;module *' }],
		['a newline', { func: 'f\n+p' }],
		['a wildcard', { func: 'f*' }],
		['a quote', { file: '"a.c' }],
		['a comment', { func: '#' }],
		['nothing', { func: '' }],
		['a class that is not known', { class: 'unknown, _id:7' }],
	])('cannot name a site with %s', (_, change) => {
		const site = { ...SITE, ...change }
		expect(canAddress(site)).toBe(false)
		expect(() => siteQuery(site, '+', 'p')).toThrow(/no query/)
	})

	test.each(['p;', 'p +m', '=p', 'P', 'p\n'])('takes no flags such as %j', (flags) =>
		expect(() => siteQuery(SITE, '+', flags)).toThrow(/no flags/),
	)

	test('names every site of every kernel', () => {
		for (const kernel of KERNELS)
			for (const { site } of sitesOf(kernel)) expect(canAddress(site), site.func).toBe(true)
	})
})
