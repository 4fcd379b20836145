import { expect, test } from 'vitest'
import { takeTurn, tryTurn } from './turn.ts'

const NAME = `\0ctscope-turn-test-${process.pid}`

test('a turn is had by one at a time, and the next one gets it when that is over', async () => {
	const end = await takeTurn(NAME)
	expect(await tryTurn(NAME)).toBeUndefined()
	const next = takeTurn(NAME)
	await end()
	const endNext = await next
	expect(await tryTurn(NAME)).toBeUndefined()
	await endNext()
})
