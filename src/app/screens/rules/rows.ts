import type { TapReading } from '../../../changes/tap/tap-listing.ts'
import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import { actionOf, type Policy, policies, type RuleRow } from '../../../investigation/join/rule-rows.ts'
import * as english from '../../../words/english/app/rules.ts'
import { grouped } from '../../../words/numbers.ts'
import { listOf, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
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

/** The rows of Rules, and which of them is selected. */
export const rulesPane = paneOf('rules', rulesRows)
