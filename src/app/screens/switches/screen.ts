import * as english from '../../../words/english/app/switches.ts'
import { shellLineHere } from '../../changing/by-hand.ts'
import { changesInForce, NOTHING_ON, type UndoTarget } from '../../changing/changes-in-force.ts'
import { whyNotSwitch } from '../../changing/switching.ts'
import { command } from '../../state/command.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { switchDetail, switchesGrid, switchesNote } from './grid.ts'
import { selectedKnob, switchesPane, switchesValues } from './rows.ts'

export const switchesScreen: Screen = {
	id: 'switches',
	title: 'Switches',
	shows: english.theSettingsThatCanBe,
	pane: switchesPane,
	grid: switchesGrid,
	note: switchesNote,
	detail: switchDetail,
	share: 0.38,
	whyNotOpen: () => undefined,
	commands: [
		command('switch', {
			title: english.changeTheSelectedSettingFor,
			short: 'change',
			rank: 12,
			changes: true,
			unless: (state) => whyNotSwitch(state, selectedKnob(state)),
			does: { type: 'switch' },
		}),
	],
	copyText,
	values: switchesValues,
	undoTarget,
}

function copyText(state: State): string | undefined {
	const { rows, selected } = switchesPane(state)
	const item = rows[selected]?.item
	if (item?.kind === 'module') return english.modprobe(item.module.name)
	return item === undefined ? undefined : shellLineHere(item.knob, item.value, state)
}

function undoTarget(state: State): UndoTarget {
	const on = changesInForce(state.lease)
	const knob = selectedKnob(state)
	const own = on.findLast((change) => change.knob === knob)
	if (own !== undefined) return { kind: 'own', change: own }
	return { kind: 'none', reason: on.length === 0 ? NOTHING_ON : english.thisSettingWasNotChanged }
}
