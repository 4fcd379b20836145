import { GROUPINGS } from '../../../model/grouping.ts'
import type { NameAnswer } from '../../../model/names.ts'
import * as english from '../../../words/english/who/app.ts'
import type { State, WatchBy } from '../../state/state.ts'
import { nameWith, whyNotAsk } from '../../who/names.ts'
import { watchPane } from './rows.ts'

const TURN: readonly WatchBy[] = ['reason', ...GROUPINGS]

/** Packets are told apart by what comes next, and behind the last one by reason again. Other rows begin at their top. */
export function grouped(state: State): State {
	const watchBy = TURN[(TURN.indexOf(state.watchBy) + 1) % TURN.length] ?? 'reason'
	const watch = { ...state.panes.watch, ...AT_TOP, detail: false, checks: false }
	return { ...state, watchBy, panes: { ...state.panes, watch } }
}

const AT_TOP = {
	selected: 0,
	top: 0,
	selectedKey: undefined,
	focus: 'list',
	read: { of: undefined, top: 0 },
} as const

function selectedAddress(state: State): string | undefined {
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	return item?.kind === 'who' && item.who.kind === 'group' ? item.who.row.address : undefined
}

/** Why no name can be asked for now; undefined when one can. */
export function whyNotName(state: State): string | undefined {
	if (state.replay !== undefined) return english.namesAreNotAskedOfARecording
	const address = selectedAddress(state)
	return address === undefined ? english.onlyAnAddressHasAName : whyNotAsk(state.names, address)
}

/** The effects ask for it. */
export function nameAsked(state: State): State {
	const address = selectedAddress(state)
	return address === undefined || whyNotName(state) !== undefined
		? state
		: { ...state, names: nameWith(state.names, address, { kind: 'asked' }) }
}

export const nameAnswered = (state: State, address: string, answer: NameAnswer): State => ({
	...state,
	names: nameWith(state.names, address, answer),
})
