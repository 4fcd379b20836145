import { expect, test } from 'vitest'
import { createProgress, tellWhile } from '../../../src/host/tools/progress.ts'
import { FakeClock } from '../../harness/fake/clock.ts'

function terminal(rest: Readonly<Record<string, unknown>> = { isTTY: true, columns: 40 }) {
	let written = ''
	const write = (text: string): void => {
		written += text
	}
	return { ...rest, write, text: () => written }
}

const ERASE = '\r\u001B[K'

test('one line that is rewritten, only once it takes longer than a moment, and gone at the end', async () => {
	const clock = new FakeClock()
	const stream = terminal()
	const progress = createProgress(clock, stream, {})
	progress.tell('too early')
	await clock.advance(1_000)
	progress.tell('1 of 9')
	progress.tell('so soon again')
	await clock.advance(250)
	progress.tell('2 of 9')
	progress.end()
	progress.tell('after the end')
	expect(stream.text()).toBe(`${ERASE}1 of 9${ERASE}2 of 9${ERASE}`)
})

test('never wider than the terminal, and nothing in it can be obeyed', async () => {
	const clock = new FakeClock()
	const stream = terminal()
	const progress = createProgress(clock, stream, {})
	await clock.advance(2_000)
	progress.tell(`\u001B[31m${'x'.repeat(100)}`)
	const [line = ''] = stream.text().split(ERASE).slice(1)
	expect(line).toHaveLength(39)
	expect(line).not.toContain('\u001B')
})

test.each([
	['a pipe', {}, {}],
	['a terminal that cannot erase', { isTTY: true }, { TERM: 'dumb' }],
	['lines of text', { isTTY: true }, { CTSCOPE_PLAIN: '1' }],
])('%s: nothing at all', async (_name, stream, env) => {
	const clock = new FakeClock()
	const output = terminal(stream)
	const progress = createProgress(clock, output, env)
	await clock.advance(5_000)
	progress.tell('1 of 9')
	progress.end()
	expect(output.text()).toBe('')
})

test('what cannot say how far it is tells how long it takes', async () => {
	const clock = new FakeClock()
	const stream = terminal()
	const told = tellWhile(clock, createProgress(clock, stream, {}), (seconds) => `${seconds} s so far`)
	await clock.advance(1_000)
	await clock.advance(1_000)
	told.stop()
	await clock.advance(5_000)
	expect(stream.text()).toBe(`${ERASE}1 s so far${ERASE}2 s so far${ERASE}`)
})
