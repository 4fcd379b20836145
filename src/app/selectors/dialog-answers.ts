import { DIALOG_KEYS, type DialogKey } from '../dialog-keys.ts'
import type { Dialog, State } from '../state.ts'
import { type Line, line, lineWidth, span } from './line.ts'
import { fitted } from './text.ts'

/** Questions whose answers stand one below the other, those that are off with their reason. */
const LISTED: ReadonlySet<Dialog['kind']> = new Set(['quit', 'leftover'])

/** The keys of a dialog with what they do, in lines of at most `inner` cells. */
export function answersOf(kind: Dialog['kind'], state: State, inner: number): readonly Line[] {
	const shown = DIALOG_KEYS[kind].filter((entry) => entry.shown)
	if (LISTED.has(kind)) return shown.map((entry) => listed(entry, state))
	const able = shown.filter((entry) => entry.disabledReason(state) === undefined)
	const first = shown[0]
	const refused = first?.disabledReason(state)
	return [
		// The answer that the question is about is told of even when it cannot be given.
		...(first === undefined || refused === undefined
			? []
			: [line(span(`${keysOf(first)} ${first.word}: off, ${refused}`, 'dim'))]),
		...flowed(able, inner),
	]
}

const keysOf = ({ keys }: DialogKey): string => keys.map((key) => `[${key}]`).join(' ')

function listed(entry: DialogKey, state: State): Line {
	const reason = entry.disabledReason(state)
	const keys = fitted(keysOf(entry), 11)
	if (reason === undefined) return line(span(keys, 'key'), span(` ${entry.word}`))
	return line(span(keys, 'dim'), span(` ${entry.word}  (${reason})`, 'dim'))
}

function flowed(entries: readonly DialogKey[], inner: number): readonly Line[] {
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
