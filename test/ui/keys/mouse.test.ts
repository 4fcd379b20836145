import { describe, expect, test } from 'vitest'
import { mouseOf } from '../../../src/ui/keys/mouse.ts'
import { createSequences, type Heard } from '../../../src/ui/keys/sequences.ts'

const heard = (text: string): readonly Heard[] =>
	createSequences().push(new TextEncoder().encode(text), 1_000)

describe('a report of the mouse (SGR)', () => {
	test.each([
		['<0;1;1', 'M', { what: 'press', column: 0, row: 0 }],
		['<64;80;24', 'M', { what: 'wheel-up', column: 79, row: 23 }],
		['<65;300;100', 'M', { what: 'wheel-down', column: 299, row: 99 }],
		['<4;3;4', 'M', { what: 'press', column: 2, row: 3 }],
		['<81;3;4', 'M', { what: 'wheel-down', column: 2, row: 3 }],
	])('%s%s', (body, final, mouse) => {
		expect(mouseOf(body, final)).toEqual(mouse)
	})

	test.each([
		['a release', '<0;1;1', 'm'],
		['another button', '<2;1;1', 'M'],
		['motion', '<32;1;1', 'M'],
		['the wheel to the side', '<66;1;1', 'M'],
		['without its mark', '0;1;1', 'M'],
		['too few numbers', '<0;1', 'M'],
		['a number without an end', '<0;1;1234567890', 'M'],
		['nothing', '', 'M'],
	])('%s means nothing', (_name, body, final) => {
		expect(mouseOf(body, final)).toBeUndefined()
	})

	test('is no key, in one piece with keys or in two', () => {
		expect(heard('j\x1b[<65;3;4Mk')).toEqual([
			{ kind: 'text', text: 'j' },
			{ kind: 'mouse', mouse: { what: 'wheel-down', column: 2, row: 3 } },
			{ kind: 'text', text: 'k' },
		])
		expect(heard('\x1b[<0;1;1m\x1b[<35;1;1M')).toEqual([{ kind: 'answer' }, { kind: 'answer' }])
		const sequences = createSequences()
		const bytes = new TextEncoder().encode('\x1b[<65;3;4M')
		expect(sequences.push(bytes.slice(0, 5), 1_000)).toEqual([])
		expect(sequences.push(bytes.slice(5), 1_300)).toMatchObject([{ kind: 'mouse' }])
	})
})
