import { sameByHand } from '../../../changes/tap/tap-commands.ts'
import { seeByHand } from '../../../investigation/join/rule-rows.ts'
import { decisionText } from '../../../investigation/path/decision.ts'
import { pathLines, textOf } from '../../../investigation/path/lines.ts'
import * as english from '../../../words/english/app/rules.ts'
import { whyNotTap } from '../../changing/tapping.ts'
import type { State } from '../../state/state.ts'
import type { Screen } from '../parts/screen.ts'
import { RULES_COMMANDS } from './commands.ts'
import { rulesDetail, rulesRelated } from './detail.ts'
import { rulesGrid, rulesNote } from './grid.ts'
import { rulesPane, rulesValues } from './rows.ts'
import { isRuleOpened } from './tap-steps.ts'

export const rulesScreen: Screen = {
	id: 'rules',
	title: 'Rules',
	shows: english.whichRulesActOnInvalid,
	pane: rulesPane,
	grid: rulesGrid,
	note: rulesNote,
	detail: rulesDetail,
	related: rulesRelated,
	share: 0.38,
	whyNotOpen: (state) =>
		isRuleOpened(state) && whyNotTap(state) === undefined ? english.enterTracesItEscCloses : undefined,
	commands: RULES_COMMANDS,
	copyText,
	values: rulesValues,
}

/** The rule as its tool prints it; of our own what does the same by hand; of a traced packet all of its way. */
function copyText(state: State): string | undefined {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	switch (item?.kind) {
		case 'rule':
			return `${seeByHand(item.row.rule)}\n${item.row.rule.text}`
		case 'tap':
			return sameByHand(item.reading.tap).join('\n')
		case 'traced':
		case 'way': {
			const { path } = item.way
			return [path.flow, ...pathLines(path).map(textOf), decisionText(path)].join('\n')
		}
		default:
			return rows[selected]?.text
	}
}
