import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { gather } from '../../../src/commands/read/gather.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { describe as inWords } from '../../../src/words/failure.ts'
import { gathered, KERNEL_LINE, SAVE, STAT, tarOf, zipOf } from './given.ts'

const FILES = [
	{ name: 'sos/sos_commands/firewall_tables/iptables-save', text: SAVE },
	{ name: 'sos/var/log/messages', text: `${KERNEL_LINE(1)}\n` },
	{ name: 'sos/sos_commands/networking/conntrack_-S', text: STAT(5) },
	{ name: 'sos/hostname', text: 'gw\n' },
	{ name: 'sos/bin/tool', text: Buffer.from('\x7fELF\x02\x01\x01') },
]
const KNOWN = [{ rules: 11 }, { log: 1 }, { stat: 1 }]

const refusedIn = ({ refused }: Awaited<ReturnType<typeof gathered>>) =>
	refused.map(({ name, failure }) => `${name}: ${inWords(failure).detail}`)

test.each([
	['tar', tarOf(FILES)],
	['tar.gz', gzipSync(tarOf(FILES))],
	['tar.zst', zstdCompressSync(tarOf(FILES))],
	['zip', zipOf(FILES)],
	['a zip of a tar.gz', zipOf([{ name: 'a.tar.gz', text: gzipSync(tarOf(FILES)) }])],
	[
		'logs that are packed within',
		gzipSync(tarOf(FILES.map((one) => ({ ...one, text: gzipSync(one.text) })))),
	],
])('%s is read, cut anywhere', async (_, bytes) => {
	for (const size of [bytes.length, 1000]) {
		const all = await gathered(bytes, { size })
		expect(all.things.map(({ counts }) => counts)).toEqual(KNOWN)
		expect(all.refused).toEqual([])
		expect(all.ordinary).toBe(2)
	}
})

test('long names are read, of GNU tar and of pax', async () => {
	const long = `${'d/'.repeat(120)}messages`
	const all = await gathered(
		tarOf([
			{ name: '././@LongLink', type: 'L', text: `${long}\0` },
			{ name: long.slice(0, 99), text: `${KERNEL_LINE(1)}\n` },
			{ name: 'pax', type: 'x', text: `${long.length + 10} path=${long}\n` },
			{ name: 'short', text: `${KERNEL_LINE(2)}\n` },
		]),
	)
	expect(all.things.map(({ name }) => name)).toEqual([`-: ${long}`, `-: ${long}`])
})

/** One setting, packed by the tool. */
const PACKED = {
	xz: '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAobmV0Lm5ldGZpbHRlci5uZl9jb25udHJhY2tfdGNwX2xvb3NlID0gMAoAAAAA7vRM0mIh7gcAAUEpA1NWix+2830BAAAAAARZWg==',
	bzip2:
		'QlpoOTFBWSZTWdc7U/UAAAzbgAAQQAFAAgAAqy3cACAAMUyYmQZGFMCaGhiARtUpbc9N3xQTcG8kei1MtEMaIcoK/F3JFOFCQ1ztT9Q=',
} as const
const withTools = (kind: keyof typeof PACKED, path?: string) =>
	gather({
		paths: ['-'],
		tools: createToolPath(path),
		stdin: (async function* () {
			yield Buffer.from(PACKED[kind], 'base64')
		})(),
	})

describe.each(['xz', 'bzip2'] as const)('%s', (kind) => {
	test.skipIf(createToolPath().find(kind) === undefined)('is unpacked by its tool', async () => {
		expect((await withTools(kind)).all.settings.get('net.netfilter.nf_conntrack_tcp_loose')).toBe('0')
	})

	test('without the tool it is said how to unpack it', async () => {
		const all = await withTools(kind, '/nonexistent')
		expect(JSON.stringify(all.refused)).toContain(`unpack it first, with ${kind} -d`)
	})
})

test('what Windows makes of a text is read, or said', async () => {
	const text = 'net.netfilter.nf_conntrack_tcp_loose = 0\r\nnet.netfilter.nf_conntrack_max = 5\r\n'
	expect((await gathered(`\ufeff${text}`)).things[0]?.counts).toEqual({ sysctl: 2 })
	const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
	expect(refusedIn(await gathered(utf16)).join()).toContain('UTF-16')
})

describe('what is packed lies', () => {
	test('a tar whose member is shorter than its header tells', async () => {
		const tar = tarOf([{ name: 'messages', text: `${KERNEL_LINE(1)}\n`, size: 1024 ** 3 }])
		const all = await gathered(tar.subarray(0, 512 + KERNEL_LINE(1).length + 1))
		expect(refusedIn(all).join()).toContain('ends before messages reaches the size in its header')
		expect(all.things[0]?.counts.log).toBe(1)
	})

	test.each([
		['gzip', gzipSync],
		['zstd', zstdCompressSync],
	])('an archive in %s that is cut keeps what came before', async (kind, pack) => {
		// So much that it is told in several blocks.
		const long = { name: 'sos/var/log/kern.log', text: randomBytes(600_000).toString('hex') }
		const whole = pack(tarOf([...FILES, long]))
		const all = await gathered(whole.subarray(0, whole.length - 200))
		expect(all.things.length).toBeGreaterThan(0)
		expect(refusedIn(all).join()).toMatch(new RegExp(`damaged ${kind}|ends`))
	})

	test('a bomb ends in a sentence, and soon', async () => {
		const bomb = gzipSync(Buffer.alloc(200 * 1024 ** 2, `${'x'.repeat(4_000)}\n`))
		const all = await gathered(bomb)
		expect(refusedIn(all).join()).toMatch(/times its size/)
		expect(all.unpacked).toBeLessThan(200 * 1024 ** 2)
	})

	test('more than the bound in all ends it', async () => {
		const text = `${KERNEL_LINE(1)}\n`.repeat(2_000)
		const files = Array.from({ length: 40 }, (_, index) => ({ name: `log.${index}`, text }))
		const all = await gathered(zipOf(files), { mostUnpacked: 2_000_000 })
		expect(refusedIn(all).join()).toContain('the input unpacks to more than')
		expect(all.unpacked).toBeLessThan(3_000_000)
	})

	test('a zip that tells other sizes than it has is read as it is', async () => {
		const zip = zipOf([{ name: 'messages', text: `${KERNEL_LINE(1)}\n` }])
		zip.writeUInt32LE(0xffff_fff0, zip.indexOf('PK\x01\x02') + 24)
		expect((await gathered(zip)).things[0]?.counts.log).toBe(1)
	})

	test('a zip with offsets outside of it', async () => {
		const zip = zipOf([{ name: 'messages', text: 'x' }])
		zip.writeUInt32LE(0x7fff_ffff, zip.indexOf('PK\x01\x02') + 42)
		expect(refusedIn(await gathered(zip)).join()).toContain('no table of contents')
	})

	test('packed in itself without end', async () => {
		let bytes: Buffer = Buffer.from(`${KERNEL_LINE(1)}\n`)
		for (let times = 0; times < 12; times++) bytes = gzipSync(bytes)
		expect(refusedIn(await gathered(bytes)).join()).toContain('packed more than 5 times over')
	})

	test('paths in archives are names only', async () => {
		const all = await gathered(
			tarOf([
				{ name: '../../../../root/log', text: `${KERNEL_LINE(1)}\n` },
				{ name: '/etc/shadow', type: '2', text: '' },
				{ name: 'device', type: '3', text: '' },
			]),
		)
		expect(all.things).toHaveLength(1)
		expect(all.things[0]?.counts).toEqual({ log: 1 })
	})
})

describe('a folder', () => {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-read-'))
	const outside = mkdtempSync(join(tmpdir(), 'ctscope-outside-'))
	afterAll(() => {
		rmSync(folder, { recursive: true })
		rmSync(outside, { recursive: true })
	})
	beforeEach(() => {
		rmSync(folder, { recursive: true })
		mkdirSync(join(folder, 'proc/sys/net/netfilter'), { recursive: true })
	})
	const read = () => gather({ paths: [folder], tools: createToolPath(), stdin: (async function* () {})() })

	test('is not left by a link', async () => {
		writeFileSync(join(outside, 'messages'), `${KERNEL_LINE(1)}\n`)
		symlinkSync(outside, join(folder, 'there'))
		symlinkSync(join(outside, 'messages'), join(folder, 'log'))
		// What it leads to is read where it is.
		symlinkSync('proc', join(folder, 'same'))
		const all = await read()
		expect(all.things).toEqual([])
		expect(refusedIn(all)).toHaveLength(2)
	})

	test('has files of /proc/sys with their values', async () => {
		writeFileSync(join(folder, 'proc/sys/net/netfilter/nf_conntrack_tcp_loose'), '0\n')
		const all = await read()
		expect(all.all.settings.get('net.netfilter.nf_conntrack_tcp_loose')).toBe('0')
	})

	test('has empty listings: they say that there are no such rules', async () => {
		writeFileSync(join(folder, 'ip6tables-save'), '')
		writeFileSync(join(folder, 'nft_list_ruleset'), '')
		const all = await read()
		expect([...all.all.listings].toSorted()).toEqual(['ip6tables-save', 'nft'])
	})
})

test.each([
	['an image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'an image (PNG)'],
	['a program', Buffer.from('\x7fELF\x02\x01', 'latin1'), 'a program (ELF)'],
	['zstd that is none', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), 'damaged zstd'],
	['a journal', Buffer.from('LPKSHHRH'), 'a journal'],
	['a text of something else', Buffer.from('dear sir\n'), 'nothing about packets'],
	['nothing at all', Buffer.alloc(0), 'it is empty'],
	['raw deflate', deflateRawSync(Buffer.from('x'.repeat(500))), 'binary data|nothing about packets'],
])('%s is refused by its name', async (_, bytes, says) => {
	const all = await gathered(bytes)
	expect(all.things).toEqual([])
	expect(refusedIn(all).join()).toMatch(new RegExp(says.replace(/[()]/g, '.')))
})

describe('a sosreport', () => {
	const settings = 'net.netfilter.nf_conntrack_tcp_loose = 0\n'

	test('has configuration, which is not what is in force', async () => {
		const all = await gathered(
			tarOf([
				{ name: 'sos/etc/sysctl.conf', text: settings },
				{ name: 'sos/usr/lib/sysctl.d/50-default.conf', text: settings },
				{ name: 'sos/etc/sysconfig/iptables', text: SAVE },
			]),
		)
		expect(all.things).toEqual([])
		expect(all.configuration).toBe(3)
		expect(all.all.settings.size).toBe(0)
	})

	test('has outputs of other network namespaces, which are other cases', async () => {
		const all = await gathered(
			tarOf([
				{ name: 'sos/sos_commands/networking/namespaces/blue/ip_netns_exec_blue_iptables-save', text: SAVE },
				{ name: 'sos/sos_commands/networking/conntrack_-S', text: STAT(5) },
			]),
		)
		expect(all.things.map(({ counts }) => counts)).toEqual([{ stat: 1 }])
		expect(all.namespaces).toEqual(['blue'])
	})

	test('lists an entry twice, and it is one', async () => {
		const entry =
			'tcp      6 431999 ESTABLISHED src=198.51.100.2 dst=203.0.113.5 sport=1 dport=80 src=203.0.113.5 dst=198.51.100.2 sport=80 dport=1 [ASSURED] mark=0 use=1\n'
		const all = await gathered(
			tarOf([
				{ name: 'sos/proc/net/nf_conntrack', text: `ipv4     2 ${entry.replace('431999', '431990')}` },
				{
					name: 'sos/sos_commands/networking/conntrack_-L',
					text: `${entry}${entry.replace('sport=1 ', 'sport=2 ')}`,
				},
			]),
		)
		expect(all.all.listed).toBe(2)
	})
})
