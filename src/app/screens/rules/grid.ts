import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import { actionOf, type Policy, type RuleRow } from '../../../investigation/join/rule-rows.ts'
import { gapsOf, matchesInvalid } from '../../../kernel/rules/matching.ts'
import { ownerOf } from '../../../kernel/rules/owner.ts'
import * as english from '../../../words/english/app/rules.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import type { Tone } from '../../../words/line.ts'
import { compact, counted, grouped, rate } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import { topRow } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { type RuleItem, rulesPane, tapCounts } from './rows.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'action', title: 'ACTION', width: 9 },
	{ id: 'since', title: english.sinceStart, width: 11, align: 'right' },
	{ id: 'rate', title: '/s', width: 6, align: 'right', rank: 1 },
	{ id: 'total', title: 'TOTAL', width: 8, align: 'right', rank: 3 },
	{ id: 'owner', title: 'OWNER', width: 9, rank: 2 },
	{ id: 'rule', title: 'RULE', width: 20 },
]

/** From this width on numbers are told whole. */
const WIDE = 110

/** Rules hook by hook, with what each has counted since watching began. */
export function rulesGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = rulesPane(state)
	const top = topRow(state.panes.rules.top, selected, height, rows.length)
	const isWide = state.size.columns >= WIDE
	return {
		columns: COLUMNS,
		head,
		rows: rows.slice(top, top + height).map(({ key, item }, index): GridRow => {
			const chosen = top + index === selected
			const mark = { text: chosen ? glyphsOf(state.modes).mark : ' ' }
			return { key, selected: chosen, ...rowOf(item, mark, state, isWide) }
		}),
	}
}

function rowOf(
	item: RuleItem,
	mark: Cell,
	state: State,
	isWide: boolean,
): Pick<GridRow, 'cells' | 'spill' | 'tone'> {
	const number = isWide ? grouped : compact
	switch (item.kind) {
		case 'head':
			return { spill: 'action', tone: 'strong', cells: { mark, action: { text: item.text } } }
		case 'tap': {
			const { tap } = item.reading
			const counts = tapCounts(item.reading, state)
			return {
				cells: {
					mark,
					action: { text: tap.kind, tone: 'attention' },
					since: { text: number(counts.since) },
					rate: { text: rate(counts.rate) },
					total: { text: number(counts.total), tone: 'dim' },
					owner: { text: 'ctscope', tone: 'attention' },
					rule: { text: `${tap.name}: ${tappedInWords(tap)}` },
				},
			}
		}
		case 'traced':
			return { spill: 'action', tone: 'strong', cells: { mark, action: { text: item.text } } }
		case 'way': {
			const tone = wayTone(item)
			return {
				spill: 'action',
				...(tone === undefined ? {} : { tone }),
				cells: { mark, action: { text: item.text } },
			}
		}
		case 'rule':
			return { cells: { mark, ...ruleCells(item.row, number) } }
		case 'policy':
			return { cells: { mark, ...policyCells(item.policy, number) } }
	}
}

const DECIDES = ['drop', 'reject']

/** The rule that decided is the one to see; what is only known besides steps back. */
function wayTone({ line, way }: Extract<RuleItem, { kind: 'way' }>): Tone | undefined {
	if (line.decides) return way.path.ending === 'decided' ? 'bad' : 'strong'
	if (line.kind === 'end') return 'attention'
	return line.kind === 'facts' || line.kind === 'untold' ? 'dim' : undefined
}

function ruleCells(row: RuleRow, number: (value: number) => string): Readonly<Record<string, Cell>> {
	const { rule, path, owner, counter, difference } = row
	const action = actionOf(rule)
	const isBad = DECIDES.some((word) => action.endsWith(word)) && matchesInvalid(rule)
	const rise = difference?.since.packets ?? 0
	const place = `${rule.table} ${path.join(' > ')} ${rule.number}`
	return {
		action: { text: visible(action), ...(isBad ? { tone: 'bad' as const } : {}) },
		...(counter === null
			? { since: { text: 'none', tone: 'dim' as const } }
			: {
					since: { text: `+${number(rise)}`, ...(rise > 0 ? {} : { tone: 'dim' as const }) },
					rate: { text: rate(difference?.rate ?? 0), ...(rise > 0 ? {} : { tone: 'dim' as const }) },
					total: { text: number(counter.packets), tone: 'dim' as const },
				}),
		owner: { text: owner ?? '', tone: 'dim' },
		rule: { text: visible(`${place}: ${rule.text}`) },
	}
}

function policyCells(
	{ chain, hook, priority, policy }: Policy,
	number: (value: number) => string,
): Readonly<Record<string, Cell>> {
	const { counter, family, table, name, backend } = chain
	return {
		action: { text: policy, ...(policy === 'drop' ? { tone: 'bad' as const } : {}) },
		total: { text: counter === null ? 'none' : number(counter.packets), tone: 'dim' },
		rule: { text: visible(`${hook} ${priority} ${family} ${table} ${name} (${backend})`) },
	}
}

const OURS = 'ctscope'

/** How many there are, and of which backend: stands on the rule. */
export function rulesNote(state: State): string {
	const { value } = state.rules
	if (value === undefined) return ''
	const { ruleset, rows, backends } = value
	const acting = rows.filter(({ isInvalid, owner }) => isInvalid && owner !== OURS).length
	const ours = ruleset.chains.filter(
		(chain) => ownerOf({ ...chain, chain: chain.name, comment: '' }) === OURS,
	)
	const total = ruleset.total - ours.reduce((sum, { size }) => sum + size, 0)
	const said = backends.length === 0 ? '' : ` (${backends.join(', ')})`
	const isAllKnown = value.failures.length === 0 && gapsOf(ruleset) === undefined
	const none = isAllKnown ? english.noneActsOnInvalid : english.noneKnownToAct
	return `${counted(total, 'rule')}${said}, ${acting === 0 ? none : english.onInvalid(counted(acting, 'matches', 'match'))}`
}
