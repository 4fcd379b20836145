import type { LedgerSide } from '../../../investigation/join/window-ledger.ts'
import { explain } from '../../../reasons/explain/explain.ts'
import * as english from '../../../words/english/app/watch.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { counted, grouped } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { obituariesTold } from '../../changing/ends-told.ts'
import type { NamedRow } from '../../log/named.ts'
import type { ReasonRow, State } from '../../state/state.ts'
import { list, paragraph, titled } from '../parts/failure-lines.ts'

/** What the kernel is silent about, and why it is INVALID as far as the packet says so itself. */
export function namedLines(row: NamedRow, view: State, columns: number): readonly Line[] {
	const known = explain(row.id)
	const { causes = [], next = [] } = known ?? {}
	return [
		...titled(
			`${row.text}: `,
			english.theKernelGaveNoReason(row.confidence, row.because, known?.meaning ?? ''),
			columns,
		),
		line(span(` ${safe(row.flow)}`, 'strong')),
		...obituaryLines([row.flow], view, columns),
		...list('Often', causes, columns),
		...list('Next', next, columns),
		...paragraph(row.sample, columns, 'dim'),
	]
}

const SIDES = ['original', 'reply'] as const

/** From which numbers the last packet of a reason was judged, and what is odd about them. */
export function ledgerLines({ key }: Pick<ReasonRow, 'key'>, view: State, columns: number): readonly Line[] {
	const story = view.probes.told.ledgers.get(key)
	if (story === undefined) return []
	const rows = SIDES.map((side) => english.ledgerOf(side, numbersOf(story[side])))
	return [
		...story.says.flatMap((one) => paragraph(one, columns, 'attention')),
		...paragraph(english.ledgerIn(safe(story.flow), story.state, rows.join('; ')), columns, 'dim'),
	]
}

const numbersOf = ({ end, highestEnd, highestAck, largestWindow, scale, flags }: LedgerSide): string =>
	english.ledgerNumbers({
		end,
		highestEnd,
		highestAck,
		largestWindow: grouped(largestWindow),
		scale,
		flags: flags.join(' '),
	})

/** Who ended the entries of such flows. */
export function obituaryLines(flows: readonly string[], view: State, columns: number): readonly Line[] {
	const wanted = new Set(flows)
	const [first, ...more] = obituariesTold(view).filter(({ flow }) => wanted.has(flow))
	if (first === undefined) return []
	const rest = more.length === 0 ? '' : english.andOfOthers(counted(more.length, 'flow'))
	return paragraph(`${safe(first.flow)}: ${first.sentence}${rest}.`, columns, 'attention')
}
