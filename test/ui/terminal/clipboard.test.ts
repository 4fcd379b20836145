import { expect, test } from 'vitest'
import { COPY_LIMIT, clipOf } from '../../../src/ui/terminal/clipboard.ts'

const OSC = '\x1b]52;c;aGVsbG8=\x07'

test.each([
	['a terminal', { TERM: 'xterm-256color' }, OSC, 'terminal'],
	['tmux', { TERM: 'xterm', TMUX: '/tmp/x' }, `${OSC}\x1bPtmux;\x1b${OSC}\x1b\\`, 'tmux'],
	['tmux by its name', { TERM: 'tmux-256color' }, `${OSC}\x1bPtmux;\x1b${OSC}\x1b\\`, 'tmux'],
	['screen, or tmux under sudo', { TERM: 'screen-256color' }, `${OSC}\x1bP${OSC}\x1b\\`, 'screen'],
	['nothing known', {}, OSC, 'terminal'],
])('%s', (_name, env, sequence, through) => {
	expect(clipOf('hello', env)).toEqual({ sequence, bytes: 5, through })
})

test.each(['linux', 'vt220', 'dumb'])('%s would print it as text, so nothing is sent', (TERM) => {
	expect(clipOf('hello', { TERM })).toEqual({ sequence: '', bytes: 0, through: 'none' })
})

test('is cut at what terminals take, between characters', () => {
	const { sequence, bytes } = clipOf('漢'.repeat(40_000), { TERM: 'xterm' })
	expect(bytes).toBeLessThanOrEqual(COPY_LIMIT)
	expect(bytes).toBeGreaterThan(COPY_LIMIT - 3)
	expect(bytes % 3).toBe(0)
	expect(sequence.length).toBeLessThan(100_010)
	const text = Buffer.from(sequence.slice(7, -1), 'base64').toString()
	expect(text).toMatch(/^漢+$/)
})

test('screen gets it in pieces that it passes on', () => {
	const { sequence } = clipOf('x'.repeat(5000), { TERM: 'screen' })
	const pieces = sequence.split('\x1b\\').filter((piece) => piece.includes('\x1bP'))
	expect(pieces.length).toBeGreaterThan(8)
	for (const piece of pieces.slice(1)) expect(piece.length).toBeLessThan(768)
})
