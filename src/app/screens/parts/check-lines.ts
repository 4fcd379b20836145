import type { Rung } from '../../../investigation/ladder/rung.ts'
import * as english from '../../../words/english/app/parts.ts'
import { type Line, type Span, span } from '../../../words/line.ts'
import { mayOffer } from '../../changing/may-write.ts'
import { whyNotSwitch } from '../../changing/switching.ts'
import { accountOf } from '../../log/account.ts'
import { keyOf } from '../../state/bindings.ts'
import type { State } from '../../state/state.ts'
import { paragraph } from './failure-lines.ts'

/** The sentence over all checks, and what the first one that it names asks for. */
export function verdictLines(view: State, columns: number): readonly Line[] {
	const { says, next } = accountOf(view).verdict
	return [
		...paragraph(says, columns, 'attention'),
		...(next === '' ? [] : paragraph(english.next(next), columns, 'dim')),
	]
}

const RANKS = { no: 0, partly: 1, unknown: 2, yes: 3, ordinary: 4 } as const
const WORDS = { no: 'NO', partly: 'PART', unknown: '?', yes: 'OK' } as const
const LABEL = 6

/**
 * Every check between a packet and its reason line: those that stop all lines first, with what puts them right, then
 * those that stop some, then what cannot be known, then what is right, one line each.
 */
export function checkLines(view: State, columns: number): readonly Line[] {
	const { checks: rungs, verdict } = accountOf(view)
	const sorted = rungs.toSorted((a, b) => rankOf(a) - rankOf(b))
	return [
		...(rungs.every(({ ok }) => ok) ? paragraph(verdict.says, columns, 'strong') : []),
		...sorted.flatMap((rung) => {
			const label = span(` ${WORDS[rung.ok ? rung.answer : 'no'].padEnd(LABEL)}`, rung.ok ? 'dim' : 'bad')
			if (rung.ok && rung.answer === 'yes') return beside(label, `${rung.question} ${rung.because}.`, columns)
			return beside(label, `${rung.because}.${fixText(rung, view)}`, columns)
		}),
	]
}

const beside = (label: Span, text: string, columns: number): readonly Line[] =>
	paragraph(text, columns - LABEL).map((part, index) => [
		index === 0 ? label : span(' '.repeat(LABEL + 1)),
		...part.slice(1),
	])

/** What is so on every host comes last. */
const rankOf = ({ ok, answer, ordinary }: Rung): number =>
	!ok ? RANKS.no : ordinary === true ? RANKS.ordinary : RANKS[answer]

/** What puts a check right, and with which key. */
function fixText({ fix, next, ok }: Rung, view: State): string {
	const words = next === '' ? '' : english.next2(next)
	if (fix === undefined) return words
	if (fix === 'log-why') {
		if (ok) return words
		const refused = whyNotSwitch(view, 'log_invalid')
		return refused === undefined
			? english.pressItIsPutRight(words, keyOf('log-why'))
			: english.fromHere(words, refused)
	}
	return mayOffer(view) ? english.switchesChanges(words, keyOf('go-switches'), fix) : words
}
