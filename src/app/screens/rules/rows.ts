import type { TapReading } from '../../../changes/tap/tap-listing.ts'
import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import { actionOf, type Policy, policies, type RuleRow } from '../../../investigation/join/rule-rows.ts'
import { endsOf } from '../../../kernel/packet/flow.ts'
import * as english from '../../../words/english/app/rules.ts'
import { grouped } from '../../../words/numbers.ts'
import { high, listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { tapCountKey } from './slice.ts'
import { type WayItem, wayRows } from './way-rows.ts'

export type RuleItem =
	/** A head: a hook, our own tables, the policies. */
	| { readonly kind: 'head'; readonly text: string }
	/** A table of ours. */
	| { readonly kind: 'tap'; readonly reading: TapReading }
	| WayItem
	| { readonly kind: 'rule'; readonly row: RuleRow }
	| { readonly kind: 'policy'; readonly policy: Policy }

/** Of very many rules the rest is left to `ctscope rules`, which prints all of them. */
const MOST_ROWS = 5_000

/** Our own tables on top, then rules that act on INVALID or log, hook by hook as a packet meets them, then the policies. */
function rulesRows(state: State): PaneList<RuleItem> {
	const taps = (state.taps.value?.taps ?? []).map(
		(reading): PaneRow<RuleItem> => ({
			key: english.tap(reading.table),
			text: english.tap2(reading.tap.name, tappedInWords(reading.tap)),
			item: { kind: 'tap', reading },
		}),
	)
	const traced = wayRows(state)
	// Our own are shown by what they are for.
	const all = (state.rules.value?.rows ?? []).filter(({ owner }) => owner !== 'ctscope')
	const leftOut = all.length - MOST_ROWS
	const rules = all.slice(0, MOST_ROWS).map((row) => ({
		row,
		head: row.hook === '' ? english.noHookLeadsToThese : `${row.hook} ${row.priority}`,
	}))
	const withHeads = rules.flatMap(({ row, head }, index): readonly PaneRow<RuleItem>[] => {
		const { rule, path, owner } = row
		const text = [
			head,
			actionOf(rule),
			rule.backend,
			rule.family,
			rule.table,
			...path,
			rule.text,
			owner,
			rule.comment,
		].join(' ')
		const shown: PaneRow<RuleItem> = { key: english.rule(row.key), text, item: { kind: 'rule', row } }
		return rules[index - 1]?.head === head ? [shown] : [headRow(head, `${head} ${index}`), shown]
	})
	const ruleset = state.rules.value?.ruleset
	const base = ruleset === undefined ? [] : policies(ruleset)
	const last = base
		.filter(({ chain }) => !/^ctscope(?:_\d+)?$/.test(chain.table))
		.map((policy): PaneRow<RuleItem> => {
			const { backend, family, table, name } = policy.chain
			return {
				key: english.policy2(backend, family, table, name),
				text: english.policy3(policy.policy, policy.hook, backend, family, table, name),
				item: { kind: 'policy', policy },
			}
		})
	return listOf(
		[
			...(taps.length === 0 ? [] : [headRow(english.rulesOfOurOwn, 'taps')]),
			...taps,
			...(traced.length === 0 ? [] : [headRow(english.packetsThatWereTraced, 'traced')]),
			...traced,
			...withHeads,
			...(leftOut > 0 ? [headRow(english.rulesAreNotListed(grouped(leftOut)), 'more')] : []),
			...(last.length === 0 ? [] : [headRow(english.policiesWhatNoRuleDecides, 'policies')]),
			...last,
		],
		state.panes.rules,
	)
}

const headRow = (text: string, key: string): PaneRow<RuleItem> => ({
	key: english.head(key),
	text,
	item: { kind: 'head', text },
})

/** Packets of a row: since watching began, a second, and all that its counter knows. */
type Counts = { readonly since?: number; readonly rate?: number; readonly total?: number }

export function tapCounts({ table, counts }: TapReading, { taps }: State): Required<Counts> {
	const packets = counts.reduce((sum, one) => sum + one.packets, 0)
	const rates = counts.map((one) => taps.value?.rates.get(tapCountKey(table, one)) ?? 0)
	return { since: packets, rate: rates.reduce((sum, one) => sum + one, 0), total: packets }
}

function countsOf(item: RuleItem, state: State): Counts {
	switch (item.kind) {
		case 'rule': {
			const { counter, difference } = item.row
			if (counter === null) return {}
			const since = difference?.since.packets ?? 0
			return { since, rate: difference?.rate ?? 0, total: counter.packets }
		}
		case 'tap':
			return tapCounts(item.reading, state)
		case 'policy': {
			const { counter } = item.policy.chain
			return counter === null ? {} : { total: counter.packets }
		}
		default:
			return {}
	}
}

function actionWord(item: RuleItem): string | undefined {
	switch (item.kind) {
		case 'rule':
			return actionOf(item.row.rule)
		case 'tap':
			return item.reading.tap.kind
		case 'policy':
			return item.policy.policy
		default:
			return undefined
	}
}

function placeOf(item: RuleItem): string | undefined {
	switch (item.kind) {
		case 'rule': {
			const { rule, path } = item.row
			return [rule.table, ...path, rule.number].join(' ')
		}
		case 'tap':
			return item.reading.tap.name
		case 'policy':
			return `${item.policy.hook} ${item.policy.priority}`
		default:
			return undefined
	}
}

const ORDER: Order<RuleItem> = {
	columns: {
		action: low(actionWord),
		since: high((item, state) => countsOf(item, state).since),
		rate: high((item, state) => countsOf(item, state).rate),
		total: high((item, state) => countsOf(item, state).total),
		owner: low((item) => (item.kind === 'rule' ? (item.row.owner ?? undefined) : undefined)),
		rule: low(placeOf),
	},
	// The way of a packet says something in its own order alone.
	isHead: ({ kind }) => kind === 'head' || kind === 'traced' || kind === 'way',
}

/** The rows of Rules, and which of them is selected. */
export const rulesPane = paneOf('rules', rulesRows, ORDER)

/** What the selected row can be filtered by: what a rule does, where it stands, who owns it. */
export function rulesValues(state: State): readonly string[] {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	switch (item?.kind) {
		case 'rule': {
			const { rule, path, owner } = item.row
			return [actionOf(rule), rule.table, ...path, owner ?? '', rule.backend]
		}
		case 'tap':
			return [item.reading.tap.name]
		case 'traced':
		case 'way': {
			const { addresses, ports } = endsOf(item.way.path.flow)
			return [...addresses, ...ports.map((port) => `:${port}`)]
		}
		case 'policy':
			return [item.policy.policy, item.policy.hook, item.policy.chain.table]
		default:
			return []
	}
}
