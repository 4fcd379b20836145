import * as english from '../../words/english/app/dialogs.ts'
import { type Line, line, lineWidth, span } from '../../words/line.ts'
import { fitted, wrap } from '../../words/text.ts'
import type { Dialog, State } from '../state/state.ts'
import { ANSWERS, type Answer } from './keys.ts'

/** Questions whose answers stand one below the other, those that are off with their reason. */
const LISTED: ReadonlySet<Dialog['kind']> = new Set(['quit', 'leftover', 'flood'])

/** The keys of a dialog with what they do, in lines of at most `inner` cells. */
export function answersOf(kind: Dialog['kind'], state: State, inner: number): readonly Line[] {
	const shown = ANSWERS[kind].filter((entry) => entry.shown.length > 0)
	if (LISTED.has(kind)) return shown.flatMap((entry) => listed(entry, state, inner))
	const able = shown.filter((entry) => entry.disabledReason(state) === undefined)
	const first = shown[0]
	const refused = first?.disabledReason(state)
	return [
		// The answer that the question is about is told of even when it cannot be given.
		...(first === undefined || refused === undefined
			? []
			: [line(span(english.off(keysOf(first), first.word, refused), 'dim'))]),
		...flowed(able, inner),
	]
}

const keysOf = ({ shown }: Answer): string => shown.map((key) => `[${key}]`).join(' ')

function listed(entry: Answer, state: State, inner: number): readonly Line[] {
	const reason = entry.disabledReason(state)
	const keys = fitted(keysOf(entry), 11)
	const text = reason === undefined ? entry.word : english.off2(entry.word, reason)
	return wrap(span(text).text, Math.max(8, inner - 12)).map((part, index) =>
		line(
			span(index === 0 ? keys : ' '.repeat(11), reason === undefined ? 'key' : 'dim'),
			span(` ${part}`, reason === undefined ? 'plain' : 'dim'),
		),
	)
}

function flowed(entries: readonly Answer[], inner: number): readonly Line[] {
	const lines: Line[] = []
	for (const entry of entries) {
		const one = line(span(keysOf(entry), 'key'), span(` ${entry.word}`))
		const last = lines.at(-1)
		if (last !== undefined && lineWidth(last) + 3 + lineWidth(one) <= inner)
			lines[lines.length - 1] = [...last, span('   '), ...one]
		else lines.push(one)
	}
	return lines
}
