import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createControlReader, type PrintkSite, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { createPrintkReader, mayBePrintk } from '../../../src/kernel/dyndbg/dyndbg-line.ts'
import { parseKmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'
import { KERNELS, printed, sitesOf } from './pr-debug-sites.ts'

/** How often a text was compared with the format of a site. */
const compared = vi.hoisted(() => ({ times: 0 }))
vi.mock(import('../../../src/kernel/dyndbg/dyndbg-format.ts'), async (original) => {
	const real = await original()
	return {
		...real,
		matchFormat: (...args) => {
			compared.times++
			return real.matchFormat(...args)
		},
	}
})

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const readerOf = (sites: readonly PrintkSite[]) => createPrintkReader(siteIds(sites))

/** Texts of this shape say nothing about who printed them, when nothing names the site. */
const says = (format: string) => format.replaceAll(/%\w+|[^A-Za-z]/g, '').length >= 3

describe.each(KERNELS)('every site of %s', (kernel) => {
	test.each(['p', 'pm', 'pf', 'pl', 'pt', 'pmfl', 'pmfslt'])('with =%s', (flags) => {
		const known = sitesOf(kernel, flags)
		const read = readerOf(known.map(({ site }) => site))
		const ids = new Map([...siteIds(known.map(({ site }) => site))].map(([id, site]) => [site, id]))
		for (const one of known) {
			for (const which of [0, 1] as const) {
				const text = printed(one, which)
				const line = read(text)
				if (!says(one.site.format) && !/[mfl]/.test(flags) && line === undefined) continue
				expect(line, text).toBeDefined()
				const id = ids.get(one.site) ?? ''
				expect([line?.id, ...(line?.alike ?? [])], text).toContain(id)
				// A function and a line leave no doubt.
				if (flags.includes('f') && flags.includes('l')) expect(line?.alike, text).toEqual([])
				expect(line?.thread ?? null, text).toBe(
					flags.includes('t') ? (which === 0 ? '<intr>' : '1234') : null,
				)
				if (says(one.site.format)) expect(line?.sure, text).toBe(true)
			}
		}
	})

	test('printed before its flags were changed', () => {
		const now = sitesOf(kernel, 'p')
		const read = readerOf(now.map(({ site }) => site))
		for (const one of sitesOf(kernel, 'pmflt')) {
			const line = read(printed(one, 0))
			expect(line?.site, printed(one, 0)).toMatchObject({ func: one.site.func, line: one.site.line })
		}
		const later = readerOf(sitesOf(kernel, 'pmfl').map(({ site }) => site))
		for (const one of now.filter(({ site }) => says(site.format))) {
			expect(later(printed(one, 0))?.site.format, printed(one, 0)).toBe(one.site.format)
		}
	})
})

describe.each(['6.1', '6.12'])('what a running %s printed', (kernel) => {
	const reader = createControlReader()
	reader.push(fixture(`dyndbg-control-${kernel}.txt`))
	const sites = reader.end()
	const records = fixture(`dyndbg-kmsg-${kernel}.txt`)
		.split('\n')
		.flatMap((line) => parseKmsgRecord(line) ?? [])

	test('every record of a site is recognised, and nothing else', () => {
		let flags = 'p'
		let read = readerOf(sites)
		let found = 0
		for (const record of records) {
			const mark = /^MARK (p[mfslt]*)$/.exec(record.text)?.[1]
			if (mark !== undefined) {
				// 6.1 does not know s, and keeps what was there.
				flags = kernel === '6.1' && mark.includes('s') ? 'pmflt' : mark
				read = readerOf(sites.map((site) => ({ ...site, flags })))
			}
			if (/^MARK/.test(record.text)) continue
			const line = read(record.text)
			if (!mayBePrintk(record)) {
				expect(line, record.text).toBeUndefined()
				continue
			}
			found++
			expect(line, record.text).toMatchObject({ sure: true })
			if (!record.text.includes('Setting vtag')) expect(line?.alike, record.text).toEqual([])
		}
		expect(found).toBeGreaterThan(kernel === '6.1' ? 150 : 6)
	})
})

describe('a line', () => {
	const site = (line: number, func: string, format: string, flags = 'p'): PrintkSite => ({
		file: 'net/netfilter/nf_conntrack_proto_tcp.c',
		line,
		module: 'nf_conntrack',
		func,
		flags,
		format,
		class: null,
	})
	const HEAD = site(1317, 'nf_conntrack_tcp_packet', 'tcp_conntracks: ')
	const STATES = site(1319, 'nf_conntrack_tcp_packet', 'syn=%i ack=%i fin=%i rst=%i old=%i new=%i\n')
	const TEXT = 'syn=0 ack=1 fin=1 rst=0 old=3 new=4'

	test('and its head, as two records', () => {
		const read = readerOf([HEAD, STATES])
		for (const text of ['tcp_conntracks: ', 'tcp_conntracks:'])
			expect(read(text)).toMatchObject({ part: 'opening', sure: true, text: 'tcp_conntracks:' })
		expect(read(TEXT)).toMatchObject({
			part: 'whole',
			text: `tcp_conntracks: ${TEXT}`,
			site: STATES,
			values: ['0', '1', '1', '0', '3', '4'].map((text) => ({ text, number: Number(text) })),
		})
	})

	test('and its head, in one record', () =>
		expect(readerOf([HEAD, STATES])(`tcp_conntracks: ${TEXT}`)).toMatchObject({
			part: 'whole',
			text: `tcp_conntracks: ${TEXT}`,
			site: STATES,
		}))

	test('without its head', () => {
		expect(readerOf([STATES])(TEXT)).toMatchObject({ part: 'whole', text: TEXT })
		expect(readerOf([HEAD])('tcp_conntracks:')).toMatchObject({ part: 'whole' })
	})

	test('heads are those of the next lines of source alone', () => {
		const far = { ...STATES, line: 1400 }
		expect(readerOf([HEAD, far])('tcp_conntracks:')).toMatchObject({ part: 'whole' })
		expect(readerOf([HEAD, far])(TEXT)).toMatchObject({ text: TEXT })
	})

	test('of two sites with one text', () => {
		const sites = [
			site(526, 'tcp_in_window', 'tcp_in_window: x\n'),
			site(614, 'tcp_in_window', 'tcp_in_window: x\n'),
		]
		const [first, second] = [...siteIds(sites).keys()]
		expect(readerOf(sites)('tcp_in_window: x')).toMatchObject({ id: first, alike: [second] })
		const numbered = sites.map((one) => ({ ...one, flags: 'pl' }))
		expect(readerOf(numbered)('614: tcp_in_window: x')).toMatchObject({ id: second, alike: [] })
	})

	test('fits the format with the most letters', () => {
		const any = site(1, 'f', '%s: sender end=%u\n')
		const own = site(2, 'g', 'tcp_new: sender end=%u\n')
		expect(readerOf([any, own])('tcp_new: sender end=1')?.site).toEqual(own)
		expect(readerOf([any, own])('tcp_old: sender end=1')?.site).toEqual(any)
	})

	test("that every format fits is nobody's, unless it is named", () => {
		const any = site(7, 'f', '%s\n', 'pf')
		expect(readerOf([any])('usb 1-1: new device')).toBeUndefined()
		expect(readerOf([any])('f: usb 1-1: new device')).toMatchObject({ sure: true })
	})

	test('of another prefix is not sure', () => {
		const short = {
			...site(7, 'find_prev_fhdr', 'too short\n'),
			file: 'net/ipv6/netfilter/nf_conntrack_reasm.c',
		}
		expect(readerOf([short])('IPv6-nf: too short')).toMatchObject({ sure: true })
		expect(readerOf([short])('nf_conntrack: too short')).toMatchObject({ sure: true })
		expect(readerOf([short])('usb: too short')).toMatchObject({ sure: false })
		expect(readerOf([short])('usb 1-1: too short')).toBeUndefined()
	})

	test('whose format has two lines is known by its first', () => {
		const two = site(7, 'f', 'first %u\nsecond %u\n')
		expect(readerOf([two])('first 1\nsecond 2')).toMatchObject({ values: [{ text: '1' }, { text: '2' }] })
		expect(readerOf([two])('first 1')).toMatchObject({ values: [{ text: '1' }] })
	})

	test('tells of its entries', () => {
		const arrives = site(7, 'init_conntrack', 'expectation arrives ct=%p exp=%p\n')
		expect(
			readerOf([arrives])('nf_conntrack: expectation arrives ct=000000006779aada exp=0000000012345678'),
		).toMatchObject({ pointers: ['000000006779aada', '0000000012345678'] })
	})

	test('is safe to print', () =>
		expect(readerOf([site(7, 'f', 'name %s\n')])('name \x1b[31m')?.text).toBe('name \\x1b[31m'))

	test.each<[string, number, number, boolean]>([
		['pr_debug', 7, 0, true],
		['a program that wrote to /dev/kmsg', 7, 1, false],
		['log_invalid', 4, 0, false],
	])('%s', (_, level, facility, may) => expect(mayBePrintk({ level, facility })).toBe(may))
})

describe('what others wrote down', () => {
	const { output } = JSON.parse(fixture('dyndbg-samples.json')) as { output: string[] }
	const read = readerOf(sitesOf('4.19.108', 'p').map(({ site }) => site))

	test.each(output)('%s', (line) => {
		const text = line.replace(/^.*?\] /, '')
		// A patch of that day had printed more.
		if (text.includes('last dir=')) return expect(read(text)).toBeUndefined()
		expect(read(text)).toMatchObject({ sure: true })
		expect(read(text)?.site.file).toBe('net/netfilter/nf_conntrack_proto_tcp.c')
	})
})

test('heads of the same text, again and again in one record, are not tried for each other', () => {
	const at = (line: number, format: string): PrintkSite => ({
		file: 'net/netfilter/nf_conntrack_core.c',
		line,
		module: 'nf_conntrack',
		func: 'f',
		flags: 'p',
		format,
		class: null,
	})
	const read = readerOf([at(1, 'looking for '), at(9, 'looking for '), at(20, 'found %d\n')])
	compared.times = 0
	expect(read(`${'looking for '.repeat(40)}nothing`)).toBeUndefined()
	expect(compared.times).toBeLessThan(40)
	expect(read('looking for found 3')?.site.line).toBe(20)
})

test('no text is compared with all sites more than three times, garbage neither', () => {
	const known = sitesOf('4.18.0-394.el8', 'p')
	const read = readerOf(known.map(({ site }) => site))
	const texts = [
		...known.map((one) => printed(one, 0)),
		...['', ' ', ':', ': ', '<intr> ', '[1] ', '1:', '1: ', 'nf_conntrack:', 'nf_conntrack: '.repeat(80)],
		...[
			'a: '.repeat(300),
			'tcp_in_window: '.repeat(60),
			'\0'.repeat(900),
			'%s%p'.repeat(200),
			'[[[]]]',
			'😀'.repeat(400),
		],
	]
	for (const text of texts) {
		compared.times = 0
		read(text)
		expect(compared.times, text).toBeLessThan(3 * known.length)
	}
})
