import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
	controlRow,
	createControlReader,
	type PrintkSite,
} from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import { KERNELS, sitesOf } from './pr-debug-sites.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const SAMPLES = (JSON.parse(fixture('dyndbg-samples.json')) as { control: string[] }).control

const HEADER = '# filename:lineno [module]function flags format\n'

function read(text: string, chunk = text.length) {
	const reader = createControlReader()
	for (let at = 0; at < text.length; at += chunk) reader.push(text.slice(at, at + chunk))
	return { sites: reader.end(), unread: reader.unread }
}

describe('a row', () => {
	const TCP: PrintkSite = {
		file: 'net/netfilter/nf_conntrack_proto_tcp.c',
		line: 889,
		module: 'nf_conntrack',
		func: 'tcp_new',
		flags: '',
		format: 'nf_ct_tcp: invalid new deleting.\n',
		class: null,
	}
	const HEAD = 'net/netfilter/nf_conntrack_proto_tcp.c:889 [nf_conntrack]tcp_new'

	test.each<[string, string, Partial<PrintkSite> | undefined]>([
		['up to 6.0', `${HEAD} =_ "nf_ct_tcp: invalid new deleting.\\012"`, {}],
		['from 6.1 on', `${HEAD} =_ "nf_ct_tcp: invalid new deleting.\\n"`, {}],
		['flags', `${HEAD} =pmfslt "x"`, { flags: 'pmfslt', format: 'x' }],
		['a flag of the future', `${HEAD} =pd "x"`, { flags: 'pd', format: 'x' }],
		['octal quote', `${HEAD} =_ "a \\042b\\042 c\\011d"`, { format: 'a "b" c\td' }],
		['raw quotes', `${HEAD} =_ "key search: "%s"\\n"`, { format: 'key search: "%s"\n' }],
		['a quote and a bracket that look like more', `${HEAD} =_ "a" [b]c =p "d"`, { format: 'a" [b]c =p "d' }],
		['only a newline', `${HEAD} =_ "\\n"`, { format: '\n' }],
		['nothing', `${HEAD} =_ ""`, { format: '' }],
		['a backslash is itself', `${HEAD} =_ "a\\b\\x0a"`, { format: 'a\\b\\x0a' }],
		['a class', `${HEAD} =p "MID\\n" class:HI`, { flags: 'p', format: 'MID\n', class: 'HI' }],
		[
			'a class that is not known',
			`${HEAD} =p "M" class unknown, _id:7`,
			{ flags: 'p', format: 'M', class: 'unknown, _id:7' },
		],
		['words behind that are no class', `${HEAD} =p "M" nonsense`, undefined],
		['no closing quote', `${HEAD} =p "M`, undefined],
		['no format', `${HEAD} =p`, undefined],
		['no line', 'a.c [m]f =p "M"', undefined],
		['no module', 'a.c:1 []f =p "M"', undefined],
		['no function', 'a.c:1 [m] =p "M"', undefined],
		['empty', '', undefined],
	])('%s', (_, text, expected) =>
		expect(controlRow(text)).toEqual(expected === undefined ? undefined : { ...TCP, ...expected }),
	)

	test.each(SAMPLES)('%s', (line) => {
		const site = controlRow(line)
		// Two of them have no format, and in one a quote is missing: documents, not the kernel.
		if (!line.includes(' "') || !/"(?: class.*)?$/.test(line)) return expect(site).toBeUndefined()
		expect(site).toBeDefined()
		expect(line).toContain(`${site?.file}:${site?.line} [${site?.module}]${site?.func} `)
		expect(site?.format).not.toMatch(/\\(?:n|01[125])/)
	})
})

describe('the file', () => {
	test.each(KERNELS)('every site of %s, in the escaping of its time', (kernel) => {
		const octal = /^[45]\./.test(kernel)
		const escaped = (format: string) =>
			octal
				? format.replaceAll('\t', '\\011').replaceAll('\n', '\\012').replaceAll('"', '\\042')
				: format.replaceAll('\t', '\\t').replaceAll('\n', '\\n')
		const sites = sitesOf(kernel, 'p').map(({ site }) => site)
		const text = sites
			.map((site) => `${site.file}:${site.line} [${site.module}]${site.func} =p "${escaped(site.format)}"\n`)
			.join('')
		expect(sites.length).toBeGreaterThan(170)
		expect(read(HEADER + text)).toEqual({ sites, unread: 0 })
	})

	test.each(['6.1', '6.12'])('of a running %s, cut anywhere', (kernel) => {
		const text = fixture(`dyndbg-control-${kernel}.txt`)
		const whole = read(text)
		expect(whole.unread).toBe(0)
		expect(whole.sites).toHaveLength(text.split('\n').length - 2)
		for (const chunk of [1, 7, 100, 4096]) expect(read(text, chunk), `chunks of ${chunk}`).toEqual(whole)
	})

	test('what is no row is counted', () => {
		expect(read(`${HEADER}rubbish\na.c:1 [m]f =_ "x"\nmore\n`)).toMatchObject({
			sites: [{ file: 'a.c' }],
			unread: 2,
		})
	})

	test.each<[string, string, number]>([
		['empty', '', 0],
		['a header alone', HEADER, 0],
		['zeros', '\0'.repeat(1000), 1],
		['a line without an end', 'x'.repeat(10_000_000), 1],
		['blanks and brackets', `${' ['.repeat(30_000)}\n${'a.c:1 ['.repeat(9000)}\n`, 2],
		['quotes', `a.c:1 [m]f =_ ${'"'.repeat(60_000)}x\n`, 1],
		['colons', `${':'.repeat(60_000)}\n`, 1],
	])('%s', (_, text, unread) => {
		expect(read(text, 65_536)).toEqual({ sites: [], unread })
	})

	test('two megabytes in a moment', () => {
		const text = fixture('dyndbg-control-6.1.txt')
		const large = text.repeat(Math.ceil(2_000_000 / text.length))
		read(large, 65_536)
		const before = process.cpuUsage()
		read(large, 65_536)
		const { user, system } = process.cpuUsage(before)
		// 30 ms where nothing else runs.
		expect((user + system) / 1000).toBeLessThan(200)
	})
})
