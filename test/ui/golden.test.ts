import { expect, test } from 'vitest'
import { CASES } from './cases.ts'
import { drawn } from './screen.ts'

test.each(Object.entries(CASES))('%s', async (name, state) => {
	const lines = await drawn(state())
	await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../screens/${name}.txt`)
})
