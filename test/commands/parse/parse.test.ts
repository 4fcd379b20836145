import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runParse } from '../../../src/commands/parse/parse.ts'

let folder = ''
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'ctscope-parse-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const PACKET = 'IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TTL=64 PROTO=TCP SPT=7 DPT=80 '
const LINES = (
	JSON.parse(readFileSync(new URL('../../fixtures/log-lines.json', import.meta.url), 'utf8')) as {
		line: string
		kind: string
	}[]
).filter(({ line }) => !line.includes('\n'))

type Ran = { readonly code: number; readonly out: string; readonly said: string }

async function parsed(content: string | Uint8Array, json: boolean, columns = 80): Promise<Ran> {
	const file = join(folder, 'log')
	writeFileSync(file, content)
	return ran(file, json, columns)
}

async function ran(file: string, json: boolean, columns = 80): Promise<Ran> {
	const out = new PassThrough()
	const chunks: Buffer[] = []
	out.on('data', (chunk: Buffer) => chunks.push(chunk))
	let said = ''
	const code = await runParse({ file, json, columns }, out, (line) => {
		said += line
	})
	return { code, out: Buffer.concat(chunks).toString('utf8'), said }
}

const objects = (out: string) =>
	out
		.split('\n')
		.slice(0, -1)
		.map((line) => JSON.parse(line) as Record<string, unknown>)

describe('--json', () => {
	test('an object for each line, in order, with the line in it', async () => {
		const { code, out } = await parsed(LINES.map(({ line }) => `${line}\n`).join(''), true)
		expect(code).toBe(0)
		const all = objects(out)
		expect(all.map(({ raw }) => raw)).toEqual(LINES.map(({ line }) => line))
		expect(all.map(({ kind }) => kind)).toEqual(LINES.map(({ kind }) => kind))
		expect(new Set(all.map(({ v }) => v))).toEqual(new Set([1]))
	})

	test('what a packet line says', async () => {
		const line = `[   12.345678] nf_ct_proto_6: SEQ is over upper bound 100 (over the window of the receiver) IN=eth0 OUT= MAC= SRC=192.0.2.1 DST=192.0.2.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=7 DPT=80 SEQ=180 ACK=5 WINDOW=9 RES=0x00 ACK URGP=0 `
		const [only] = objects((await parsed(line, true)).out)
		expect(only).toMatchObject({
			v: 1,
			kind: 'conntrack',
			time: { text: '12.345678', wall: null, boot: 12.345678 },
			prefix: 'nf_ct_proto_6:',
			reason: {
				id: 'tcp-win-seq-over',
				text: 'SEQ is over upper bound 100 (over the window of the receiver)',
				verdict: 'invalid',
				params: { distance: 80 },
			},
			packet: {
				in: 'eth0',
				out: null,
				mac: null,
				src: '192.0.2.1',
				dst: '192.0.2.2',
				protocol: 'TCP',
				spt: 7,
				dpt: 80,
				flags: ['ACK'],
				seq: 180,
				ack: 5,
				icmp: null,
				quoted: null,
			},
			raw: line,
		})
	})

	test.each([
		['', [], []],
		['\n', ['other'], [null]],
		['a', ['other'], [null]],
		[
			'5,1,2,-;nf_conntrack: table full, dropping packet\n\nx',
			['neighbour', 'other', 'other'],
			[5, null, null],
		],
	])('%j', async (content, kinds, levels) => {
		const all = objects((await parsed(content, true)).out)
		expect(all.map(({ kind }) => kind)).toEqual(kinds)
		expect(all.map(({ level }) => level)).toEqual(levels)
	})

	test('the answer of the host is told apart', async () => {
		const bad = `[1.0] nf_ct_proto_6: invalid tcp flag combination IN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP SPT=7 DPT=80 SYN FIN`
		const rst = `[1.1] nf_ct_proto_6: invalid new IN= OUT=eth0 SRC=192.0.2.2 DST=192.0.2.1 PROTO=TCP SPT=80 DPT=7 RST`
		const [first, second] = objects((await parsed(`${bad}\n${rst}\n`, true)).out)
		expect(first?.reason).not.toHaveProperty('answer')
		expect(second?.reason).toMatchObject({ id: 'tcp-new', answer: true })
	})

	test('any bytes: nothing unsafe comes out, and what is UTF-8 comes back', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(
					fc
						.string({ unit: 'binary', maxLength: 20 })
						.map((text) => text.replaceAll('\n', ' ').toWellFormed()),
					{
						minLength: 1,
						maxLength: 5,
					},
				),
				async (lines) => {
					const { code, out } = await parsed(lines.map((line) => `${line}\n`).join(''), true)
					expect([0, 1]).toContain(code)
					expect(out).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u)
					expect(objects(out).map(({ raw }) => raw)).toEqual(lines)
				},
			),
			{ numRuns: 200 },
		)
	})
})

describe('files', () => {
	const content = Array.from({ length: 20_000 }, (_, n) => `<4>line ${n} ${'x'.repeat(n % 50)}\n`).join('')

	test.each<[string, Uint8Array]>([
		['plain', Buffer.from(content)],
		['gzip', gzipSync(content)],
		[
			'two gzip files in one',
			Buffer.concat([gzipSync(content.slice(0, 1000)), gzipSync(content.slice(1000))]),
		],
	])('%s', async (_, bytes) => {
		const { out } = await parsed(bytes, true)
		expect(
			`${objects(out)
				.map(({ raw }) => raw)
				.join('\n')}\n` === content,
		).toBe(true)
	})

	test('a damaged gzip file gives what could be read, and says so', async () => {
		const packed = gzipSync(content)
		const { code, out, said } = await parsed(packed.subarray(0, packed.length - 2000), true)
		expect(code).toBe(1)
		expect(said).toContain('damaged')
		expect(objects(out).length).toBeGreaterThan(100)
	})

	test.each([
		['xzcat', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 0, 0]],
		['zstdcat', [0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]],
		['bzcat', [0x42, 0x5a, 0x68, 0x39, 0, 0, 0, 0]],
	])('packed for %s', async (tool, magic) => {
		const { code, out, said } = await parsed(Uint8Array.from(magic), false)
		expect(code).toBe(1)
		expect(out).toBe('')
		expect(said).toContain(`${tool} `)
	})

	test('a missing file and an invalid one', async () => {
		expect(await ran(join(folder, 'no'), false)).toMatchObject({
			code: 1,
			out: '',
			said: expect.stringContaining('there is no file'),
		})
		expect(await ran(folder, true)).toMatchObject({
			code: 1,
			out: '',
			said: expect.stringContaining('is a directory'),
		})
	})

	test('a line of 3 MB is cut, and the next one is read', async () => {
		const [first, second] = objects((await parsed(`${'a'.repeat(3_000_000)}\n<4>b\n`, true)).out)
		expect(String(first?.raw).length + Number(first?.cut)).toBe(3_000_000)
		expect(String(first?.raw).length).toBeLessThan(1_100_000)
		expect(second).toMatchObject({ raw: '<4>b', level: 4 })
		expect(second).not.toHaveProperty('cut')
	})

	test('output does not pile up, and a closed pipe ends it', async () => {
		const file = join(folder, 'long')
		writeFileSync(file, content.repeat(20))
		let written = 0
		const slow = new Writable({
			highWaterMark: 1000,
			write(chunk: Buffer, _, done) {
				written += chunk.length
				if (written > 2_000_000) done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
				else setImmediate(done)
			},
		})
		const said: string[] = []
		expect(await runParse({ file, json: true }, slow, (line) => said.push(line))).toBe(0)
		expect(said).toEqual([])
		expect(slow.writableLength).toBeLessThan(4_000_000)
	})
})

describe('text', () => {
	const log = [
		...Array.from(
			{ length: 1200 },
			(_, n) => `[${100 + n}.000000] nf_ct_proto_6: invalid rst ${PACKET.replace('SPT=7', `SPT=${n % 3}`)}`,
		),
		`[2000.000000] nf_ct_proto_6: packet (index 0) in dir 0 ignored, state ESTABLISHED ${PACKET}`,
		`[2001.000000] nf_ct_proto_6: words of 12 kernels to come ${PACKET}`,
		`[2002.000000] nf_ct_ftp: dropping packet: cannot add expectation ${PACKET}`,
		`[2003.000000] [UFW BLOCK] ${PACKET} NEW=1`,
		'[2004.000000] net_ratelimit: 48 callbacks suppressed',
		'[2005.000000] usb 1-1: new device',
		'hello \x1b[31mworld',
		'',
	]

	test('groups, and what is missing or not understood', async () => {
		const { code, out } = await parsed(log.map((line) => `${line}\n`).join(''), false)
		expect(code).toBe(0)
		for (const said of [
			/^1 208 lines, 100\.000000 to 2005\.000000:/,
			/1 202 of conntrack, 1 of helpers, 1 of\nrules, 1 around them, 1 of the kernel about something else, 1 not understood, 1\nempty\n/,
			/48 messages are missing/,
			/ 1 200 {2}TCP {6}INVALID +invalid rst \(tcp-rst\)\n +192\.0\.2\.1:0 > 192\.0\.2\.2:80 400 times, of 3 flows\n +from 100\.000000 to 1299\.000000/,
			/ 1 {2}TCP {6}accepted /,
			/ 1 {2}TCP {6}unknown +words of N kernels to come/,
			/ 1 {2}TCP {6}dropped /,
			/ 1 {2}\[UFW BLOCK\]\n/,
			/ 48 {2}messages suppressed/,
			/NOT UNDERSTOOD: 1 line, the first:\n {2}> hello \\x1b\[31mworld\n/,
			/WORDS NOT UNDERSTOOD in 1 packet line.*\n {2}> NEW=1\n/,
		])
			expect(out).toMatch(said)
	})

	test.each([60, 80, 120])('fits %i columns', async (columns) => {
		const { out } = await parsed(
			`${log.join('\n')}\n${LINES.map(({ line }) => line).join('\n')}`,
			false,
			columns,
		)
		const tooLong = out.split('\n').filter((line) => line.length > columns)
		expect(tooLong).toEqual([])
		expect(out).not.toMatch(/[^\P{Cc}\n]/u)
	})

	test('a log without reasons says where they would be', async () => {
		expect((await parsed('hello\n', false)).out).toContain('nf_conntrack_log_invalid')
		expect((await parsed('', false)).out).toMatch(/^0 lines/)
	})

	test.each([
		['', 0],
		['hello\n', 1],
		['Jan 23 12:33:24 gw sshd[1]: Accepted publickey\n', 1],
		['[1.5] kauditd_printk_skb: 46 callbacks suppressed\n', 1],
		[`[UFW BLOCK] ${PACKET}\n`, 0],
		['nf_conntrack: nf_conntrack: table full, dropping packet\n', 0],
	])('%j: nothing recognised ends with 1', async (content, code) => {
		const found = await parsed(content, false)
		expect(found.code).toBe(code)
		expect(found.out.includes('Nothing in it is about packets')).toBe(code === 1)
		expect((await parsed(content, true)).code).toBe(code)
	})

	test('what a logger has counted is in --json too', async () => {
		const line = `Jan 23 12:33:23 gw kernel: message repeated 28 times: [ nf_ct_proto_6: invalid rst ${PACKET}]`
		const [first, second] = objects(
			(await parsed(`${line}\nJan 23 12:33:25 gw last message repeated 7 times\n`, true)).out,
		)
		expect(first).toMatchObject({ kind: 'conntrack', times: 28, reason: { id: 'tcp-rst' } })
		expect(second).toMatchObject({ kind: 'repeat', times: 7, of: 'conntrack', reason: { id: 'tcp-rst' } })
	})

	test('more reasons, prefixes and flows than are kept apart', async () => {
		const many = Array.from({ length: 3000 }, (_, n) => {
			const word = [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
			return `nf_ct_proto_6: ${word}! ${PACKET.replace('SPT=7', `SPT=${n}`)}\n${word}: ${PACKET}\n`
		})
		const { out } = await parsed(many.join(''), false)
		expect(out).toContain('other reasons, too many to list separately')
		expect(out).toContain('other prefixes, too many to list separately')
	})
})

describe('lines of call sites', () => {
	const samples = (
		JSON.parse(readFileSync(new URL('../../fixtures/dyndbg-samples.json', import.meta.url), 'utf8')) as {
			output: string[]
		}
	).output
	const kmsg = readFileSync(new URL('../../fixtures/dyndbg-kmsg-6.1.txt', import.meta.url), 'utf8')

	test('are placed apart, and are never reasons', async () => {
		const all = objects((await parsed(samples.map((line) => `${line}\n`).join(''), true)).out)
		expect(all.map(({ kind }) => kind)).toEqual(samples.map(() => 'printk'))
		expect(all.every(({ reason }) => reason === null)).toBe(true)
		// The one that a patch of that day had made longer is another message of the kernel.
		expect(all.filter(({ printk }) => printk === undefined).map(({ raw }) => raw)).toEqual(
			samples.filter((line) => line.includes('last dir=')),
		)
		expect(all.find(({ raw }) => String(raw).includes('syn=1'))).toMatchObject({
			printk: {
				file: 'nf_conntrack_proto_tcp.c',
				format: 'syn=%i ack=%i fin=%i rst=%i old=%i new=%i',
				detail: 'NONE to SYN_SENT on SYN',
				head: false,
			},
		})
	})

	test('in text with what they tell, apart from what is not understood', async () => {
		const { out } = await parsed(samples.map((line) => `${line}\n`).join(''), false)
		expect(out).toMatch(/13 lines, .*: 12 of call sites, 1 of the kernel\nabout something else/)
		expect(out).toContain('COUNT  CALL SITE (printk, dynamic debug): these lines name no packet')
		expect(out).toContain('NONE to SYN_SENT on SYN')
		expect(out).not.toContain('NOT UNDERSTOOD')
		expect(out).not.toContain('head of the next line')
	})

	test('of /dev/kmsg: those with level 7', async () => {
		const all = objects((await parsed(kmsg, true)).out)
		for (const { level, printk, raw } of all) expect(printk === undefined, String(raw)).toBe(level !== 7)
		const text = 'nf_ct_tcp: invalid new deleting.'
		const [notice, debug, bare] = objects(
			(await parsed(`5,1,2,-;${text}\n7,2,3,-;${text}\n${text}\n`, true)).out,
		)
		expect(notice).not.toHaveProperty('printk')
		expect(debug).toHaveProperty('printk')
		expect(bare).toMatchObject({ kind: 'printk', printk: { format: text } })
	})
})
