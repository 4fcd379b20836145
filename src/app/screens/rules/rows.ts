import type { TapReading } from '../../../changes/tap/tap-listing.ts'
import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import { actionOf, type Policy, policies, type RuleRow } from '../../../investigation/join/rule-rows.ts'
import { decisionText, type Path } from '../../../investigation/join/traced.ts'
import { listOf, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

export type RuleItem =
	/** A head: a hook, our own tables, the policies. */
	| { readonly kind: 'head'; readonly text: string }
	/** A table of ours. */
	| { readonly kind: 'tap'; readonly reading: TapReading }
	/** A packet that was followed through the rules. */
	| { readonly kind: 'traced'; readonly path: Path }
	| { readonly kind: 'rule'; readonly row: RuleRow }
	| { readonly kind: 'policy'; readonly policy: Policy }

/** Our own tables on top, then rules that act on INVALID or log, hook by hook as a packet meets them, then the policies. */
function rulesRows(state: State): PaneList<RuleItem> {
	const taps = (state.taps.value?.taps ?? []).map(
		(reading): PaneRow<RuleItem> => ({
			key: `tap ${reading.table}`,
			text: `tap ${reading.tap.name} ${tappedInWords(reading.tap)}`,
			item: { kind: 'tap', reading },
		}),
	)
	const traced = state.traced.toReversed().map(
		(path): PaneRow<RuleItem> => ({
			key: `traced ${path.packet.id}`,
			text: `traced ${path.flow} ${decisionText(path)}`,
			item: { kind: 'traced', path },
		}),
	)
	const rules = (state.rules.value?.rows ?? [])
		// Our own are shown by what they are for.
		.filter(({ owner }) => owner !== 'ctscope')
		.map((row) => ({ row, head: row.hook === '' ? 'no hook leads to these' : `${row.hook} ${row.priority}` }))
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
		const shown: PaneRow<RuleItem> = { key: `rule ${row.key}`, text, item: { kind: 'rule', row } }
		return rules[index - 1]?.head === head ? [shown] : [headRow(head, `${head} ${index}`), shown]
	})
	const ruleset = state.rules.value?.ruleset
	const base = ruleset === undefined ? [] : policies(ruleset)
	const last = base
		.filter(({ chain }) => !/^ctscope(?:_\d+)?$/.test(chain.table))
		.map((policy): PaneRow<RuleItem> => {
			const { backend, family, table, name } = policy.chain
			return {
				key: `policy ${backend} ${family} ${table} ${name}`,
				text: `policy ${policy.policy} ${policy.hook} ${backend} ${family} ${table} ${name}`,
				item: { kind: 'policy', policy },
			}
		})
	return listOf(
		[
			...(taps.length === 0 ? [] : [headRow('rules of our own', 'taps')]),
			...taps,
			...(traced.length === 0 ? [] : [headRow('packets that were traced, newest first', 'traced')]),
			...traced,
			...withHeads,
			...(last.length === 0 ? [] : [headRow('policies: what no rule decides', 'policies')]),
			...last,
		],
		state.panes.rules,
	)
}

const headRow = (text: string, key: string): PaneRow<RuleItem> => ({
	key: `head ${key}`,
	text,
	item: { kind: 'head', text },
})

/** The rows of Rules, and which of them is selected. */
export const rulesPane = paneOf('rules', rulesRows)
