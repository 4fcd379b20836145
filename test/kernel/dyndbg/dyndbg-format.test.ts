import { describe, expect, test, vi } from 'vitest'
import { matchFormat, type PrintkValue, readFormat } from '../../../src/kernel/dyndbg/dyndbg-format.ts'

type Short = [PrintkValue['as'], string] | [PrintkValue['as'], string, number | null]

const number = (text: string, value: number | null = Number(text)): Short => ['number', text, value]

describe('a text and the format that made it', () => {
	test.each<[format: string, text: string, values: Short[]]>([
		['fixed\n', 'fixed', []],
		['fixed\n', 'fixed  ', []],
		['head: ', 'head:', []],
		['head: ', 'head: ', []],
		['100%% of %u', '100% of 7', [number('7')]],
		['%u %d %i', '4294967295 -5 0', [number('4294967295'), number('-5'), number('0')]],
		['%lu %llu', '12 18446744073709551615', [number('12'), number('18446744073709551615', null)]],
		['%5u|', '   42|', [number('42')]],
		['%-5d|', '-42  |', [number('-42')]],
		['%zu of %hu', '3 of 4', [number('3'), number('4')]],
		['0x%04x', '0x880b', [number('880b', 0x880b)]],
		['%#x', '0x1f', [number('0x1f', 31)]],
		['%08X.', '0000ABCD.', [number('0000ABCD', 0xabcd)]],
		['%lx', 'ffffffffffffffff', [number('ffffffffffffffff', null)]],
		['%hhx', 'a', [number('a', 10)]],
		['%o', '17', [number('17', 15)]],
		['separated by %c\n', 'separated by ,', [['text', ',']]],
		['by %s', 'by a name with blanks', [['text', 'a name with blanks']]],
		['by %s', 'by ', [['text', '']]],
		['%s: sender end=%u', 'tcp_new: sender end=7', [['text', 'tcp_new'], number('7')]],
		[
			'%s%s',
			'ab',
			[
				['text', ''],
				['text', 'ab'],
			],
		],
		['a %.*s b', 'a xyz b', [['text', 'xyz']]],
		[
			'a %s b %s c',
			'a x b y b z c',
			[
				['text', 'x'],
				['text', 'y b z'],
			],
		],
		["'%s' port %u", "'a' port b' port 7", [['text', "a' port b"], number('7')]],
		['ct=%p.', 'ct=000000006779aada.', [['pointer', '000000006779aada']]],
		[
			'%p %p',
			'(____ptrval____) (null)',
			[
				['pointer', '(____ptrval____)'],
				['pointer', '(null)'],
			],
		],
		['%px', 'ffff888000000000', [['pointer', 'ffff888000000000']]],
		['%p: x', '6779aada: x', [['pointer', '6779aada']]],
		['%pI4:%u', '10.0.0.1:80', [['address', '10.0.0.1'], number('80')]],
		['%pI4/%u', '10.x.x.x/80', [['address', '10.x.x.x'], number('80')]],
		['%pi4', '010.000.000.001', [['address', '010.000.000.001']]],
		['%pI6:%hu', `${'fd77:'.repeat(7)}0003:80`, [['address', `${'fd77:'.repeat(7)}0003`], number('80')]],
		['%pI6c/%u-', 'fd77::3/80-', [['address', 'fd77::3'], number('80')]],
		['%pI6c:%u', 'fd77::3:80', [['address', 'fd77::3'], number('80')]],
		['%pI6c', '::ffff:10.0.0.1', [['address', '::ffff:10.0.0.1']]],
		['%pISpc', '[fd77::3]:80', [['address', '[fd77::3]:80']]],
		['dev %pM', 'dev 02:00:00:00:00:01', [['mac', '02:00:00:00:00:01']]],
		['%pS called', 'nf_hook_slow+0x42/0xc0 called', [['text', 'nf_hook_slow+0x42/0xc0']]],
		['%*ph', '00 01 02', [['text', '00 01 02']]],
		['one\ntwo %u\n', 'one\ntwo 2', [number('2')]],
		['bytes %s', 'bytes \x1b[2J', [['text', '\\x1b[2J']]],
	])('%j made %j', (format, text, values) => {
		const found = matchFormat(readFormat(format), text)
		expect(found?.rest).toBe('')
		expect(found?.values.map(({ as, text, number }) => [as, text, number])).toEqual(
			values.map(([as, text, number = null]) => [as, text, number]),
		)
	})

	test.each<[string, string]>([
		['fixed\n', 'fixed and more'],
		['fixed\n', 'fix'],
		['%u', ''],
		['%u', '-'],
		['%u', '7 8'],
		['ct=%p', 'ct=12'],
		['%pI4', 'fd77::3'],
		['a %s b', 'a x c'],
		['%s: sender', 'sender'],
		['%c', ''],
		['%x.', 'xyz.'],
	])('%j did not make %j', (format, text) => {
		expect(matchFormat(readFormat(format), text)).toBeUndefined()
	})

	test('more may follow where that was asked for', () => {
		const format = readFormat('tcp_conntracks: ')
		expect(matchFormat(format, 'tcp_conntracks: syn=1')).toBeUndefined()
		expect(matchFormat(format, 'tcp_conntracks: syn=1', true)).toEqual({ values: [], rest: 'syn=1' })
	})

	test.each<[string, number, boolean]>([
		['nf_ct_tcp: invalid new deleting.\n', 25, false],
		['%s\n', 0, false],
		[': ', 0, true],
		['call_id -> 0x%04x\n', 8, false],
	])('%j has %i fixed letters', (format, fixed, open) =>
		expect(readFormat(format)).toMatchObject({ fixed, open }),
	)

	test.each<[string, string]>([
		['%s %s %s %s %s x', 'a '.repeat(4000)],
		['%s%s%s%s%s%s', 'a'.repeat(4000)],
		['%s-%s-%s-%s-%s-%s!', '-'.repeat(8000)],
		['%u%u%u%u%u%u%u%u!', '1'.repeat(8000)],
		['%pI6c%pI6c!', 'a:'.repeat(4000)],
	])('a text that could be read in many ways is given up after some tries: %j', (format, text) => {
		const read = readFormat(format)
		// Each try cuts a piece out of the text.
		const cut = vi.spyOn(String.prototype, 'slice')
		matchFormat(read, text)
		const tries = cut.mock.calls.length
		cut.mockRestore()
		expect(tries).toBeLessThan(100)
	})
})
