import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { knobById } from '../../../src/changes/knobs.ts'
import { createCallSites } from '../../../src/host/write/call-site.ts'
import { controlRow, siteIds } from '../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { Knob } from '../../../src/model/knob.ts'

const folder = mkdtempSync(join(tmpdir(), 'ctscope-control-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = '# filename:lineno [module]function flags format'
const TCP = 'net/netfilter/nf_conntrack_proto_tcp.c'
const row = (line: number, flags = '_', given: { func?: string; module?: string; format?: string } = {}) =>
	`${TCP}:${line} [${given.module ?? 'nf_conntrack'}]${given.func ?? 'tcp_new'} =${flags} "${given.format ?? 'invalid new deleting.\\n'}"`

let made = 0

/** A file in the place of the kernel's: a query ends up at its beginning. */
function control(...rows: readonly string[]) {
	made += 1
	const path = join(folder, `control-${made}`)
	const text = (lines: readonly string[]) => `${[HEAD, ...lines].join('\n')}\n`
	let now = 0
	let looks = 0
	writeFileSync(path, text(rows))
	return {
		path,
		sites: createCallSites(
			() => {
				looks += 1
				return path
			},
			() => now,
		),
		pass: (ms: number) => {
			now += ms
		},
		looks: () => looks,
		set: (...lines: readonly string[]) => writeFileSync(path, text(lines)),
		/** What was written since. */
		query: () => {
			const [first = ''] = readFileSync(path, 'utf8').split('\n')
			return first === HEAD ? undefined : first
		},
	}
}

function knobOf(line: string): Knob {
	const site = controlRow(line)
	const id = site && [...siteIds([site]).keys()][0]
	const knob = knobById(`printk:${id}`)
	if (knob === undefined) throw new Error(`no knob for ${line}`)
	return knob
}

const KNOB = knobOf(row(889))
const WHERE = `file ${TCP} line 889 func tcp_new`

describe('queries', () => {
	test.each([
		['_', 'p', `${WHERE} +p`],
		['_', 'pmf', `${WHERE} +pmf`],
		['mt', 'pmt', `${WHERE} +p`],
		['pmt', 'mt', `${WHERE} -p`],
		['p', 'pm', `${WHERE} +pm`],
		['pm', 'p', `${WHERE} =p`],
		['pmf', 'pl', `${WHERE} =pl`],
		['pm', '_', `${WHERE} -pm`],
	])('%s to %s', (from, to, query) => {
		const { sites, ...file } = control(row(889, from))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: from })
		expect(sites.write(KNOB, to, from)).toEqual({ ok: true })
		expect(file.query()).toBe(query)
	})

	test('nothing is written when the flags are right', () => {
		const { sites, ...file } = control(row(889, 'p'))
		expect(sites.write(KNOB, 'p', 'p')).toEqual({ ok: true })
		expect(file.query()).toBeUndefined()
	})

	test('the one query that names all flags is not sent when someone else has changed them', () => {
		const { sites, ...file } = control(row(889, 'pm'))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: 'pm' })
		file.set(row(889, 'pmt'))
		expect(sites.write(KNOB, 'p', 'pm')).toMatchObject({ ok: false, code: 'EAGAIN' })
		expect(file.query()).toBeUndefined()
	})

	test('a call site is found after its lines have moved', () => {
		const { sites, ...file } = control(row(889, '_'))
		expect(sites.detail(KNOB).slice(0, 2)).toEqual([WHERE, 'invalid new deleting.'])
		file.set(row(12, 'p', { func: 'other', format: 'x\\n' }), row(1_001, 'p'))
		file.pass(1_000)
		expect(sites.write(KNOB, '_', 'p')).toEqual({ ok: true })
		expect(file.query()).toBe(`file ${TCP} line 1001 func tcp_new -p`)
	})
})

describe('what is refused', () => {
	test.each<[string, readonly string[], unknown]>([
		['gone', [row(889, '_', { func: 'other' })], { ok: false, code: 'ENOENT', at: 'open' }],
		['of no part of netfilter', [row(889, '_', { module: 'mac80211' })], { ok: false, code: 'ENOENT' }],
		[
			'on one line with another message',
			[row(889), row(889, '_', { format: 'and another\\n' })],
			{ ok: false, code: 'ENOTUNIQ' },
		],
		[
			'twice the same on one line, with different flags',
			[row(889), row(889, 'p')],
			{ ok: false, code: 'ENOTUNIQ' },
		],
	])('a site that is %s', (_, rows, expected) => {
		const { sites, ...file } = control(...rows)
		expect(sites.write(KNOB, 'p', '_')).toMatchObject(expected as object)
		expect(file.query()).toBeUndefined()
	})

	test('rows that would break out of a query are refused', () => {
		for (const func of ['a;+p', 'a"b', "a'b", 'a#b', 'f*', 'f?', 'a\\b'])
			expect(knobById(`printk:${TCP}:${func}#1:0f3c2a91`), func).toBeUndefined()
		for (const file of ['net/../etc/x.c', 'net/a b.c', 'net/a;b.c', 'net/*.c', '/net/a.c', 'drivers/net/a.c'])
			expect(knobById(`printk:${file}:tcp_new#1:0f3c2a91`), file).toBeUndefined()
		for (const rest of ['', '#1', '#1:', '#1:0f3c2a91\n', '#1:0f3c2a91 +p', '#12345:0f3c2a91'])
			expect(knobById(`printk:${TCP}:tcp_new${rest}`), rest).toBeUndefined()
		expect(knobById(`printk:net/${'a'.repeat(99)}.c:${'b'.repeat(64)}#1:${'c'.repeat(24)}`)).toBeUndefined()
	})

	test('a file that is not there, is a folder, or is a link that someone has laid', () => {
		const missing = createCallSites(() => join(folder, 'missing'))
		expect(missing.read(KNOB)).toEqual({ kind: 'unreadable', code: 'ENOENT' })
		expect(missing.probe(KNOB)).toEqual({ ok: false, code: 'ENOENT', at: 'open' })
		expect(missing.write(KNOB, 'p', '_')).toMatchObject({ ok: false, code: 'ENOENT' })
		expect(missing.detail(KNOB)).toEqual([])
		const nowhere = createCallSites(() => undefined)
		expect(nowhere.read(KNOB)).toEqual({ kind: 'unreadable', code: 'ENOENT' })
		const directory = createCallSites(() => folder)
		expect(directory.read(KNOB)).toEqual({ kind: 'unreadable', code: 'EISDIR' })
		const { path } = control(row(889))
		const link = join(folder, 'link')
		symlinkSync(path, link)
		expect(createCallSites(() => link).write(KNOB, 'p', '_')).toEqual({
			ok: false,
			code: 'ELOOP',
			at: 'open',
		})
	})

	test.each(['=!', '=P', '=p m'])('flags that are no flags: %s', (flags) => {
		const { sites } = control(row(889).replace('=_', flags))
		expect(sites.read(KNOB).kind).not.toBe('value')
	})

	test('garbage in the file is no site, and throws nothing', () => {
		const { sites } = control('net/', 'net/\0\x1b[2J', `${TCP}:`, 'x'.repeat(100_000), row(889, 'p'))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: 'p' })
	})
})

describe('a long file', () => {
	test('3 MB and 200 sites are read a few times, not once a site', () => {
		const formats = Array.from({ length: 200 }, (_, at) => `message ${at} of conntrack\\n`)
		const rows = [
			...formats.map((format, at) => row(100 + at, '_', { format })),
			...Array.from(
				{ length: 30_000 },
				(_, at) =>
					`net/wireless/file-${at % 300}.c:${at} [cfg80211]function_${at} =_ "a message of another subsystem, number ${at}\\n"`,
			),
		]
		const path = join(folder, 'long')
		writeFileSync(path, `${HEAD}\n${rows.join('\n')}\n`)
		let looks = 0
		const sites = createCallSites(() => {
			looks += 1
			return path
		})
		for (const format of formats) {
			const knob = knobOf(row(889, '_', { format }))
			expect(sites.read(knob)).toEqual({ kind: 'value', value: '_' })
			expect(sites.probe(knob)).toEqual({ ok: true })
			expect(sites.detail(knob)[1]).toMatch(/^message \d+ of conntrack$/)
		}
		expect(looks).toBeLessThan(10)
	})

	test('what comes after a request finds what is there then', async () => {
		const { sites, ...file } = control(row(889))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: '_' })
		file.set(row(889, 'l'))
		await new Promise((resolve) => setImmediate(resolve))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: 'l' })
	})

	test('written sites are read again at once, others after a while', () => {
		const { sites, ...file } = control(row(889))
		sites.read(KNOB)
		sites.read(KNOB)
		expect(file.looks()).toBe(1)
		sites.write(KNOB, 'p', '_')
		file.set(row(889, 'p'))
		expect(sites.read(KNOB)).toEqual({ kind: 'value', value: 'p' })
		expect(file.looks()).toBe(2)
		file.pass(101)
		sites.read(KNOB)
		expect(file.looks()).toBe(3)
	})
})
