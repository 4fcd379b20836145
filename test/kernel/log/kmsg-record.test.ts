import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseKmsgRecord } from '../../../src/kernel/log/kmsg-record.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('a record', () => {
	test('of log_invalid', () => {
		expect(
			parseKmsgRecord(bytes('5,1234,98765432,-;nf_ct_proto_6: invalid new IN= OUT=vkB SRC=10.77.0.2 \n')),
		).toEqual({
			seq: 1234,
			level: 5,
			facility: 0,
			at: 98765432,
			continuation: false,
			text: 'nf_ct_proto_6: invalid new IN= OUT=vkB SRC=10.77.0.2 ',
			fields: {},
		})
	})

	test.each([
		['caller of a thread', '6,1,2,-,caller=T123;text\n'],
		['caller of a CPU', '6,1,2,-,caller=C0;text\n'],
		['fields to come', '6,1,2,-,caller=T1,more=2,3;text\n'],
		['no newline', '6,1,2,-;text'],
	])('%s', (_, chunk) => {
		expect(parseKmsgRecord(chunk)).toMatchObject({ seq: 1, at: 2, level: 6, text: 'text', fields: {} })
	})

	test('lines of fields', () => {
		const chunk = '6,339,5140900,-;usb 1-1: new\n SUBSYSTEM=usb\n DEVICE=c189:1\n EMPTY=\n'
		expect(parseKmsgRecord(chunk)).toMatchObject({
			text: 'usb 1-1: new',
			fields: { SUBSYSTEM: 'usb', DEVICE: 'c189:1', EMPTY: '' },
		})
	})

	test('facility of a program, fragments', () => {
		expect(parseKmsgRecord('12,1,2,-;hello\n')).toMatchObject({ level: 4, facility: 1 })
		expect(parseKmsgRecord('4,1,2,c;part\n')?.continuation).toBe(true)
	})

	test('a further line that is no field is kept', () => {
		expect(parseKmsgRecord('6,1,2,-;one\ntwo\n KEY=v\n')).toMatchObject({
			text: 'one\ntwo',
			fields: { KEY: 'v' },
		})
	})

	test.each([
		['newline', 'flag 1\\x0a IN=', 'flag 1\n IN='],
		['UTF-8 of several bytes', 'Gr\\xc3\\xbc\\xc3\\x9fe \\xf0\\x9f\\xa6\\x8a', 'Grüße 🦊'],
		['escape sequence', '\\x1b[31m', '\x1b[31m'],
		['invalid UTF-8', 'a\\xffb\\xc3', 'a\ufffdb\ufffd'],
		['escaped backslash', '\\x5cx41 \\x5c', '\\x41 \\'],
		['not an escape', 'a\\xZZ \\x4 \\n \\', 'a\\xZZ \\x4 \\n \\'],
		['capital digits', '\\xC3\\xBC', 'ü'],
		['byte order mark stays', '\\xef\\xbb\\xbfx', '\ufeffx'],
	])('%s', (_, raw, text) => {
		expect(parseKmsgRecord(`6,1,2,-;${raw}\n`)?.text).toBe(text)
	})

	test('values of fields are decoded too', () => {
		expect(parseKmsgRecord('6,1,2,-;x\n K=a\\x0ab\n')?.fields).toEqual({ K: 'a\nb' })
	})

	test.each([
		[''],
		['hello'],
		['6,1,2'],
		['6,1,2,-'],
		['6,x,2,-;t'],
		['-6,1,2,-;t'],
		[' 6,1,2,-;t'],
		['6,1,2,-\n;t'],
	])('%j is none', (chunk) => {
		expect(parseKmsgRecord(chunk)).toBeUndefined()
	})
})

test('garbage never throws', () => {
	const record = fc.tuple(
		fc.constantFrom('', '6,1,2,-;', '5,9,9,c,caller=T1;'),
		fc.uint8Array({ maxLength: 300 }),
	)
	fc.assert(
		fc.property(record, ([header, rest]) => {
			const parsed = parseKmsgRecord(new Uint8Array([...bytes(header), ...rest]))
			if (header !== '') expect(parsed).toBeDefined()
		}),
	)
})

test('text is what the kernel had before it escaped it', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
			let escaped = ''
			for (const byte of bytes(text)) {
				escaped +=
					byte < 0x20 || byte >= 0x7f || byte === 0x5c
						? `\\x${byte.toString(16).padStart(2, '0')}`
						: String.fromCharCode(byte)
			}
			expect(parseKmsgRecord(`5,1,2,-;${escaped}\n`)?.text).toBe(text)
		}),
	)
})

test('a very long record is read to its end', () => {
	parseKmsgRecord(`5,1,2,-;${'\\x1b'.repeat(100_000)}\n`)
	parseKmsgRecord(`5,1,2,-${',a=b'.repeat(100_000)}`)
	parseKmsgRecord('9'.repeat(1_000_000))
})
