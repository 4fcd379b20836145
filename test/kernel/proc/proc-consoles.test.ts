import { describe, expect, test } from 'vitest'
import { type Console, isNetConsole, parseConsoles } from '../../../src/kernel/proc/proc-consoles.ts'

describe('/proc/consoles', () => {
	test.each<[string, string, Partial<Console> | undefined]>([
		[
			'of a guest of QEMU',
			'ttyS0                -W- (EC  p a)    4:64',
			{ name: 'ttyS0', enabled: true, isSerial: true, isThreaded: false },
		],
		[
			'a screen',
			'tty0                 -WU (EC  p  )    4:1',
			{ name: 'tty0', enabled: true, isSerial: false },
		],
		['an older kernel', 'tty0                 -WU (ECp)       4:7', { name: 'tty0', isSerial: false }],
		['switched off', 'ttyS1                -W- (    p a)    4:65', { name: 'ttyS1', enabled: false }],
		['threaded', 'ttyS0                -W- (EC N p a)    4:64', { isSerial: true, isThreaded: true }],
		['Arm', 'ttyAMA0              -W- (EC   p a)  204:64', { isSerial: true }],
		['USB', 'ttyUSB0              -W- (E    p  )  188:0', { isSerial: true }],
		['i.MX', 'ttymxc1              -W- (EC   p a)  207:17', { isSerial: true }],
		['OMAP', 'ttyO2                -W- (EC   p a)  252:2', { isSerial: true }],
		['Zynq', 'ttyPS0               -W- (EC   p a)  249:0', { isSerial: true }],
		['a hypervisor', 'hvc0                 -W- (EC   p  )  229:0', { isSerial: true }],
		['a printer', 'lp0                  -W- (E    p  )', { isSerial: true }],
		['of the boot', 'uart0                -W- (E B  p  )', { isSerial: true }],
		['netconsole', 'netcon0              -W- (E    p a)', { name: 'netcon0', isSerial: false }],
		['pstore', 'pstore-1             -W- (E    p a)', { name: 'pstore-1', isSerial: false }],
		['one that is read only', 'ttyS0                R-- (E      a)    4:64', undefined],
		['cut', 'ttyS0                -W-', undefined],
		['an escape sequence', '\u001b[31mttyS0    -W- (E )', undefined],
		['rubbish', 'x', undefined],
	])('%s', (_, line, expected) => {
		const found = parseConsoles(`${line}\n`)
		if (expected === undefined) expect(found).toEqual([])
		else expect(found).toEqual([expect.objectContaining(expected)])
	})

	test('all lines, in their order', () => {
		const text = 'tty0  -WU (E  p  )  4:1\n\nttyS0  -W- (EC p a)  4:64\n'
		expect(parseConsoles(text).map(({ name }) => name)).toEqual(['tty0', 'ttyS0'])
	})

	test.each([
		['netcon0', true],
		['netcon_ext0', true],
		['netcon', true],
		['ttyS0', false],
	])('%s is netconsole: %s', (name, expected) => expect(isNetConsole({ name })).toBe(expected))
})
