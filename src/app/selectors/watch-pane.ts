import { type LadderInput, ladder, type Rung } from '../../investigation/ladder.ts'
import { explain } from '../../reasons/explain.ts'
import { paneRows } from '../pane-rows.ts'
import { shown } from '../shown.ts'
import type { ReasonRow, State } from '../state.ts'
import { failureLines, paragraph } from './failure-lines.ts'
import { keyOf } from './footer.ts'
import { apart, type Line, line, span } from './line.ts'
import { age, grouped, percent, rate } from './numbers.ts'
import { cut, safe, wrap } from './text.ts'
import { silentPart, VERDICTS, watchEmpty } from './watch-table.ts'

/** What the selected row of Watch means, most important first; at most `height` lines of `columns`. */
export function explanation(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = paneRows(state, 'watch')
	const item = rows[selected]?.item
	const lines =
		item === undefined
			? nothingLines(view, columns)
			: item.kind === 'reason'
				? reasonLines(item.row, view, columns, height)
				: notToldLines(view, columns)
	return lines.slice(0, height)
}

function nothingLines(view: State, columns: number): readonly Line[] {
	const rungs = ladder(ladderInput(view))
	const stops = rungs.find((rung) => !rung.ok)
	return [
		...(view.counters.failure === undefined ? [] : failureLines(view.counters.failure, columns)),
		...paragraph(watchEmpty(view), columns),
		...(stops === undefined || view.settings.value === undefined ? [] : rungLines(stops, columns)),
		...missingLines(view, columns),
	]
}

/** For each thing that cannot be seen here: what it is and how to get it. */
export const missingLines = (view: State, columns: number): readonly Line[] =>
	(view.facts?.missing ?? []).flatMap(({ what, why, next }) =>
		paragraph(`Missing: ${what}: ${why}. ${next}`, columns, 'dim'),
	)

/** The kernel counts and does not tell: why, and what would change that. */
function notToldLines(view: State, columns: number): readonly Line[] {
	const rungs = ladder(ladderInput(view))
	const stops = rungs.find((rung) => !rung.ok)
	const perSecond = silentPart(view).rate
	const flood =
		perSecond > 0
			? ` At ${rate(perSecond)}/s it adds about ${rate(perSecond)} lines/s to the kernel log.`
			: ''
	const offer = view.modes.readOnly
		? 'This session only reads (--read-only), so it cannot switch the log on.'
		: `${keyOf('log-why')} switches the log on for ${Math.round(view.modes.ttlMs / 60_000)} minutes, then everything is put back. Packets are treated as before.${flood}`
	return [
		...paragraph('The kernel counts INVALID packets and does not say why.', columns, 'strong'),
		...(stops === undefined ? [] : rungLines(stops, columns)),
		...paragraph(offer, columns),
		...missingLines(view, columns),
	]
}

const rungLines = ({ because, next }: Rung, columns: number): readonly Line[] => [
	...paragraph(`${capital(because)}.`, columns, 'attention'),
	...(next === '' ? [] : paragraph(`Next: ${next}.`, columns, 'dim')),
]

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** What the ladder is asked with. */
export function ladderInput(view: State): LadderInput {
	const walk = view.table.value
	return {
		kernel: view.facts?.kernel ?? '',
		netns: view.facts?.netns ?? { inode: 0, name: 'init', initial: true },
		settings: view.settings.value,
		logFailure: view.log.failure,
		lost: view.log.lost,
		packetLines: view.log.packetLines,
		totals: view.counters.value?.totals,
		offloaded: walk === undefined ? undefined : walk.ipv4.offload + walk.ipv6.offload,
	}
}

function reasonLines(row: ReasonRow, view: State, columns: number, height: number): readonly Line[] {
	const { reason } = row
	const known = explain(reason.id)
	const verdict = VERDICTS[reason.verdict]
	const meaning = titled(`${reason.title}: `, known?.meaning ?? verdict.word, columns)
	const flow = row.flows[0]
	const lines: Line[] = [...meaning]
	if (reason.verdict !== 'invalid' && known !== undefined)
		lines.push(...paragraph(`${capital(verdict.word)}.`, columns, 'dim'))
	const causes = known?.causes ?? []
	const often = causes.length === 0 ? [] : paragraph(`Often: ${causes.join('; ')}.`, columns)
	const flowLine: Line[] =
		flow === undefined
			? []
			: [
					line(
						span(` ${cut(safe(flow.flow), columns - 24)}`, 'strong'),
						span(`   ${grouped(flow.count)} of ${grouped(row.count)}`),
					),
				]
	const next =
		known?.next[0] === undefined ? [] : paragraph(`Next: ${known.next.join('; ')}.`, columns, 'dim')
	const silent = silentLines(view, columns)
	// Where the room is short, every part keeps its first lines.
	const room = height - lines.length - flowLine.length
	const parts = [often, next, silent].filter((part) => part.length > 0)
	const share = Math.max(1, Math.floor(room / Math.max(1, parts.length)))
	const tight = often.length + next.length + silent.length > room
	const most = (part: readonly Line[]) => (tight ? part.slice(0, share) : part)
	lines.push(...most(often), ...flowLine, ...most(next), ...most(silent))
	return lines
}

function titled(title: string, text: string, columns: number): readonly Line[] {
	const [first = '', ...rest] = wrap(safe(`${title}${text}`), columns - 2)
	const head = first.slice(0, safe(title).length)
	return [
		line(' ', span(head, 'strong'), span(first.slice(head.length))),
		...rest.map((part) => line(` ${part}`)),
	]
}

/** INVALID packets that no line told about: never hidden behind the reasons that are known. */
function silentLines(view: State, columns: number): readonly Line[] {
	const { count, rate: perSecond } = silentPart(view)
	const lost = view.log.lost > 0 ? ` ${grouped(view.log.lost)} log records were lost.` : ''
	if (count === 0) return lost === '' ? [] : paragraph(lost.trim(), columns, 'attention')
	const now = perSecond > 0.05 ? `, now ${rate(perSecond)}/s` : ''
	return paragraph(
		`Counted without a reason line since the start: ${grouped(count)}${now}.${lost}`,
		columns,
		'dim',
	)
}

/** Flows of the selected reason, most frequent first. */
export function flowLines(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = paneRows(state, 'watch')
	const item = rows[selected]?.item
	if (item === undefined || item.kind !== 'reason') return []
	const { row } = item
	const title = line(span(` FLOWS of: ${row.reason.title}`, 'dim'))
	const more = row.flows.length - (height - 1)
	const lines = row.flows.slice(0, height - 1).map((flow) => {
		const right = `${grouped(flow.count)}  ${percent(flow.count, row.count).padStart(4)}  ${age(view.now - flow.lastAt).padStart(6)} `
		return apart(line(span(`   ${safe(flow.flow)}`)), line(right), columns)
	})
	if (more > 0 && lines.length > 0)
		lines[lines.length - 1] = line(span(`   and ${grouped(more + 1)} more flows`, 'dim'))
	return height < 1 ? [] : [title, ...lines]
}
