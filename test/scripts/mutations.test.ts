import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mutated } from '../../scripts/mutate-safety.ts'
import { MUTATIONS, type Mutation } from '../../scripts/mutations.ts'
import { PROMISES } from '../../scripts/promises.ts'

const root = join(import.meta.dirname, '../..')

test('each promise has a defect', () => {
	const numbers = new Set(MUTATIONS.map(({ promise }) => promise))
	expect([...numbers].toSorted((a, b) => a - b)).toEqual(PROMISES.map((_, index) => index + 1))
})

test.each(MUTATIONS.map((one) => [`a defect of P${one.promise}: ${one.sentence}`, one] as const))(
	'%s',
	(_, one) => {
		const text = readFileSync(join(root, one.file), 'utf8')
		expect(mutated(text, one)).not.toBe(text)
		expect(existsSync(join(root, one.seenBy[0]))).toBe(true)
	},
)

test.each([
	['is not there', 'a b c', 'd'],
	['is there twice', 'a b a', 'a'],
	['is empty', 'a b c', ''],
])('a text that %s is an error, not a defect', (_, text, from) => {
	const mutation: Mutation = { promise: 1, sentence: '', file: 'f', replace: [from, 'x'], seenBy: ['', ''] }
	expect(() => mutated(text, mutation)).toThrow('instead of one')
})

test('what takes the place is taken as it stands', () => {
	const mutation: Mutation = { promise: 1, sentence: '', file: 'f', replace: ['b', '$&$1'], seenBy: ['', ''] }
	expect(mutated('a b c', mutation)).toBe('a $&$1 c')
})
