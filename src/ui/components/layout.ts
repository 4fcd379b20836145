import { footerLines, mostFooterLines, noticeRule } from '../../app/frame/footer.ts'
import { isOneColumn } from '../../app/screens/parts/room.ts'
import { onceAState } from '../../app/state/once-a-state.ts'
import type { State } from '../../app/state/state.ts'

/**
 * Where things are, from nothing but the size of the terminal and how many lines keys and message take. `column`: below
 * 60x16, one column with the change bar first. `wide`: room for several panes on Watch.
 */
type Form = 'column' | 'normal' | 'wide'

export type Layout = {
	readonly form: Form
	readonly columns: number
	readonly rows: number
	/** Lines of what is above and below the body. */
	readonly bar: number
	readonly tabs: number
	readonly upperRule: number
	readonly body: number
	readonly lowerRule: number
	readonly footer: number
}

export const layoutFor = onceAState((state: State): Layout => {
	const { size } = state
	const keys = footerLines(state, size.columns, mostFooterLines(state)).length
	return layoutOf(size, keys, noticeRule(state, size.columns).length)
})

/** `keys`, `told`: lines that the keys and the rule with the message would like to have. */
export function layoutOf({ columns, rows }: State['size'], keys = 1, told = 1): Layout {
	if (isOneColumn({ columns, rows })) {
		const rules = rows >= 9 ? 2 : rows >= 7 ? 1 : 0
		const footer = rows >= 3 ? Math.min(keys, Math.max(1, rows - 6)) : 0
		const header = rows >= 2 ? 1 : 0
		const upperRule = rules === 0 ? 0 : Math.min(told, Math.max(1, rows - 7))
		const lowerRule = rules > 1 ? 1 : 0
		const body = Math.max(0, rows - header - 1 - upperRule - lowerRule - footer)
		return { form: 'column', columns, rows, bar: 1, tabs: 0, upperRule, body, lowerRule, footer }
	}
	const form = columns >= 110 && rows >= 32 ? 'wide' : 'normal'
	const body = rows - 4 - keys - told
	return { form, columns, rows, bar: 1, tabs: 1, upperRule: 1, body, lowerRule: told, footer: keys }
}
