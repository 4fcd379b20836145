import { expect, test } from 'vitest'
import { createRandom } from './random.ts'

const numbers = (seed: number, round: number) => {
	const random = createRandom(seed, round)
	return Array.from({ length: 20 }, () => random.below(1000))
}

test('a round has the same numbers whenever it is run, and other ones than its neighbours', () => {
	expect(numbers(7, 3)).toEqual(numbers(7, 3))
	expect(numbers(7, 3)).not.toEqual(numbers(7, 4))
	expect(numbers(7, 3)).not.toEqual(numbers(8, 3))
})

test('every one of a list is chosen', () => {
	const list = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
	const chosen = new Set(Array.from({ length: 200 }, (_, round) => createRandom(1, round).one(list)))
	expect([...chosen].toSorted()).toEqual(list)
})
