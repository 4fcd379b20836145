import * as english from '../../words/english/app/commands.ts'
import { openPane, SCREENS } from '../screens/screens.ts'
import { type Command, command } from '../state/command.ts'
import type { State } from '../state/state.ts'
import { valueFilters } from './value-filters.ts'

const whyNotSort = (state: State): string | undefined => {
	const { sorts, total } = openPane(state)
	if (sorts.length === 0) return english.theseRowsHaveOneOrder
	return total === 0 ? english.thereAreNoRows : undefined
}

const whyNotReverse = (state: State): string | undefined =>
	whyNotSort(state) ?? (state.panes[state.screen].sort === undefined ? english.noColumnIsChosen : undefined)

const whyNotMark = (state: State): string | undefined =>
	openPane(state).rows.length === 0 ? english.thereAreNoRows : undefined

const ON_TABLES = SCREENS.filter(({ id }) => id !== 'steps').map(({ id }) => id)

/** What works alike on every table: the order of its rows, a filter made of a row, and marks. */
export const TABLE_COMMANDS: readonly Command[] = [
	command('filter-value', {
		title: english.filterByAValueOf,
		short: english.byValue,
		rank: 41,
		importance: 93,
		on: ON_TABLES,
		also: english.wordsForFilterValue,
		unless: (state) =>
			whyNotMark(state) ?? (valueFilters(state).length === 0 ? english.thisRowHasNoValue : undefined),
		does: { type: 'filter-value' },
	}),
	command('sort-next', {
		title: english.sortByTheNextColumn,
		short: 'sort',
		rank: 42,
		importance: 94,
		on: ON_TABLES,
		also: english.wordsForSort,
		unless: whyNotSort,
		does: { type: 'sort', by: 1 },
	}),
	command('sort-previous', {
		title: english.sortByTheColumnBefore,
		on: ON_TABLES,
		also: english.wordsForSort,
		unless: whyNotSort,
		does: { type: 'sort', by: -1 },
	}),
	command('sort-reverse', {
		title: english.reverseTheOrder,
		on: ON_TABLES,
		also: english.wordsForSort,
		unless: whyNotReverse,
		does: { type: 'sort-reverse' },
	}),
	command('mark', {
		title: english.markTheSelectedRow,
		short: 'mark',
		rank: 54,
		importance: 95,
		on: ON_TABLES,
		also: english.wordsForMark,
		unless: whyNotMark,
		does: { type: 'mark' },
	}),
]
