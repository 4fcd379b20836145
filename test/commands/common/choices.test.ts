import { expect, test } from 'vitest'
import { errorLine } from '../../../src/commands/common/failure-exit.ts'

test('a word that is none of the choices is named with them, in plain words', () => {
	const said =
		"error: command-argument value 'foo' is invalid for argument 'scenario'. Allowed choices are scan, nat."
	expect(errorLine(said)).toMatch(/'foo' is no scenario: give one of scan, nat; see ctscope --help/)
})
