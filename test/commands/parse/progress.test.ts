import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { runParse } from '../../../src/commands/parse/parse.ts'

const LINE =
	'Jan  1 00:00:00 web kernel: nf_ct_proto_6: invalid rst IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1 DPT=2 SEQ=1 ACK=1 WINDOW=1 RES=0x00 RST URGP=0\n'
const plain = join(tmpdir(), `ctscope-progress-${process.pid}.log`)
const packed = `${plain}.gz`
writeFileSync(plain, LINE.repeat(6_000))
writeFileSync(packed, gzipSync(LINE.repeat(6_000)))
afterAll(() => {
	rmSync(plain)
	rmSync(packed)
})

async function parsed(file: string, by?: 'source') {
	const order: string[] = []
	const out = new Writable({
		write(_chunk, _encoding, done) {
			order.push('written')
			done()
		},
	})
	const progress = {
		tell: (text: string) => order.push(text),
		clear: () => {},
		end: () => order.push('end'),
	}
	const code = await runParse({ file, json: false, by, columns: 80 }, out, () => {}, progress)
	return { code, order }
}

describe('how far it is', () => {
	test.each([undefined, 'source'] as const)(
		'is told as a share of the file, and gone before the answer (by %s)',
		async (by) => {
			const { code, order } = await parsed(plain, by)
			expect(code).toBe(0)
			const told = order.filter((text) => text.startsWith('parse: '))
			expect(told.length).toBeGreaterThan(2)
			expect(told[0]).toMatch(/^parse: \d+% of 1\.\dMB read; ctrl-c stops it$/)
			expect(told.at(-1)).toMatch(/^parse: 100% /)
			const shares = told.map((text) => Number(/\d+/.exec(text)?.[0]))
			expect(shares).toEqual(shares.toSorted((one, other) => one - other))
			expect(order.indexOf('end')).toBeLessThan(order.indexOf('written'))
			expect(order.indexOf('end')).toBeGreaterThan(order.lastIndexOf(told.at(-1) ?? ''))
		},
	)

	test('of a packed file is its share as it lies on disk', async () => {
		const { order } = await parsed(packed)
		expect(order.filter((text) => text.startsWith('parse: ')).at(-1)).toMatch(/^parse: 100% of /)
	})
})
