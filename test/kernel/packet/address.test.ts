import { expect, test } from 'vitest'
import { isForMany, isWithin, sameAddress } from '../../../src/kernel/packet/address.ts'

test.each([
	['10.0.3.7', '10.0.3.7', true],
	['10.0.3.7', '10.0.0.0/16', true],
	['10.1.3.7', '10.0.0.0/16', false],
	['10.0.3.7', '10.0.0.0/255.255.0.0', true],
	['10.0.3.7', '0.0.0.0/0', true],
	['10.0.3.7', '10.0.3.1-10.0.3.7', true],
	['10.0.3.8', '10.0.3.1-10.0.3.7', false],
	['10.0.130.8', '10.0.128.0/17', true],
	['fd00::1', 'fd00::/8', true],
	['fe00::1', 'fd00::/8', false],
	['fd00::1', 'fd00:0:0:0::1', true],
	['fd00::1', '10.0.0.0/8', false],
	['::ffff:10.0.0.1', '10.0.0.0/8', true],
	['10.0.3.7', 'inside', undefined],
	['10.0.3.7', '10.0.0.0/33', undefined],
	['10.0.3.7', '10.0.0.0/255.0.255.0', undefined],
	['10.0.3.7', '', undefined],
])('%s in %s: %s', (address, range, is) => expect(isWithin(address, range)).toBe(is))

test('the same in another spelling', () => {
	expect(sameAddress('::ffff:10.0.0.1', '10.0.0.1')).toBe(true)
	expect(sameAddress('FD00:0::01', 'fd00::1')).toBe(true)
	expect(sameAddress('10.0.0.1', '10.0.0.10')).toBe(false)
})

test('addresses of many', () => {
	for (const one of ['224.0.0.1', '239.9.9.9', '255.255.255.255', 'ff02::1'])
		expect(isForMany(one)).toBe(true)
	for (const one of ['223.0.0.1', '240.0.0.1', 'fd02::1']) expect(isForMany(one)).toBe(false)
})
