import { type Tap, tapOf } from '../../../changes/tap/tap.ts'
import { describe } from '../../../words/failure.ts'
import type { Step } from '../../changing/switching.ts'
import { tapStep } from '../../changing/tapping.ts'
import type { State } from '../../state/state.ts'
import { rulesPane } from './rows.ts'
import { type TapForm, tapForm, tapsOfForm } from './tap-form.ts'

/** The details of a rule are open: enter goes on from there. */
export function isRuleOpened(state: State): boolean {
	if (state.screen !== 'rules' || !state.panes.rules.detail) return false
	const { rows, selected } = rulesPane(state)
	return rows[selected]?.item.kind === 'rule'
}

/** What follows after the form: the exact writes, or what is wrong in it. */
export function formStep(state: State, form: TapForm): Step | { readonly error: string } {
	const taps = tapsOfForm(form)
	if (taps.ok) return tapStep(state, taps.value)
	return { error: describe(taps.failure).detail }
}

/** The states that the states of a connection are told apart by, each with a tap of its own. */
export const eachState = (): readonly Tap[] =>
	(['new', 'established', 'related', 'invalid'] as const).map((state) =>
		tapOf({ kind: 'tap', hooks: ['input', 'output'], states: [state] }),
	)

export const byState = (): readonly Tap[] => [
	tapOf({ kind: 'count', hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'] }),
]

/** A preview of the selected rule; its match as far as a tap can say it. */
export function previewForm(state: State): TapForm {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	if (state.screen !== 'rules' || item?.kind !== 'rule') return tapForm('preview')
	const { rule, hook } = item.row
	const text = rule.text
		.replace(
			/ ?\b(?:counter(?: packets \d+ bytes \d+)?|comment "[^"]*"|log(?: prefix "[^"]*")?(?: level \w+)?)/g,
			'',
		)
		.trim()
	return tapForm('preview', { rule: text, ...(hook === '' || hook === 'ingress' ? {} : { hook }) })
}
