import { expect, test } from 'vitest'
import { wholeControl } from '../../../src/host/dyndbg/control-text.ts'

const STILL = 'nf_conntrack Live 0x0\ncifs Live 0x1'
const GOING = 'nf_conntrack Live 0x0\ncifs Unloading 0x1'
const GONE = 'nf_conntrack Live 0x0'

/** What the file and the list of modules read one after the other; the last of each stays. */
function read(texts: readonly string[], modules: readonly string[]): string {
	let text = 0
	let list = 0
	return wholeControl('control', {
		read: () => texts[Math.min(text++, texts.length - 1)] ?? '',
		modules: () => modules[Math.min(list++, modules.length - 1)] ?? '',
	})
}

test.each([
	['no module moves', ['whole'], [STILL, STILL], 'whole'],
	['a kernel without modules', ['whole'], ['', ''], 'whole'],
	['one goes while it is read', ['torn', 'whole'], [STILL, GONE, GONE], 'whole'],
	['two go one after the other', ['torn', 'torn too', 'whole'], ['a', 'b', 'c', 'c'], 'whole'],
	['one is on its way out all the time', ['torn', 'whole', 'whole'], [GOING], 'whole'],
	['unloaded and loaded again', ['torn', 'whole'], ['cifs Live 0x1', 'cifs Live 0x2'], 'whole'],
])('%s', (_, texts, modules, expected) => {
	expect(read(texts, modules)).toBe(expected)
})

test('modules that keep changing give no answer', () => {
	const many = Array.from({ length: 20 }, (_, at) => `${at}`)
	expect(() => read(many, many)).toThrow(expect.objectContaining({ code: 'EAGAIN' }))
})
