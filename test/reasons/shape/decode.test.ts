import { expect, test } from 'vitest'
import { grouped } from '../../../src/reasons/shape/decode.ts'

test.each([
	[0, '0'],
	[999, '999'],
	[1_000, '1 000'],
	[80_007, '80 007'],
	[1_002_030, '1 002 030'],
	[-5, '-5'],
	[Number.NaN, 'NaN'],
	[Number.POSITIVE_INFINITY, 'Infinity'],
	[Number.NEGATIVE_INFINITY, '-Infinity'],
])('%d is grouped as %s', (number, text) => expect(grouped(number)).toBe(text))
