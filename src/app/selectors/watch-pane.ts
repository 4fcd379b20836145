import { type LadderInput, ladder, type Rung } from '../../investigation/ladder.ts'
import { explain } from '../../reasons/explain.ts'
import { paneRows } from '../pane-rows.ts'
import { shown } from '../shown.ts'
import type { ReasonRow, State } from '../state.ts'
import { whyNotSwitch } from '../switching.ts'
import { clipped, failureLines, paragraph } from './failure-lines.ts'
import { keyOf } from './footer.ts'
import { glyphsOf } from './glyphs.ts'
import { apart, EMPTY, type Line, line, span } from './line.ts'
import { age, counted, grouped, percent, rate } from './numbers.ts'
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
	return clipped(lines, columns, height, state)
}

function nothingLines(view: State, columns: number): readonly Line[] {
	const rungs = ladder(ladderInput(view))
	const stops = rungs.find((rung) => !rung.ok)
	return [
		...(view.counters.failure === undefined ? paragraph(watchEmpty(view), columns) : []),
		...(view.log.failure === undefined ? [] : failureLines(view.log.failure, columns)),
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
	const stops = ladder(ladderInput(view)).find((rung) => !rung.ok)
	const because = stops === undefined ? '.' : `: ${stops.because}.`
	const perSecond = rate(silentPart(view).rate)
	const flood =
		perSecond === '0' ? '' : ` At ${perSecond}/s it adds about ${perSecond} lines/s to the kernel log.`
	const minutes = Math.round(view.modes.ttlMs / 60_000)
	const refused = whyNotSwitch(view, 'log_invalid')
	const offer = view.modes.readOnly
		? 'This session only reads (--read-only): it cannot switch the log on.'
		: refused !== undefined
			? `It cannot be switched on from here now: ${refused}.`
			: `Press ${keyOf('log-why')} to switch the log on for ${minutes} minutes; then everything is put back. Packets are treated as before.${flood}`
	return [
		...paragraph(`The kernel does not tell why${because}`, columns, 'attention'),
		// What the first rung asks for is what the key does.
		...(stops === undefined || stops.next === '' || stops.id === 'log-invalid'
			? []
			: paragraph(`Next: ${stops.next}.`, columns, 'dim')),
		...paragraph(offer, columns),
		...missingLines(view, columns),
	]
}

const rungLines = ({ because, next }: Rung, columns: number): readonly Line[] => [
	...paragraph(`${because}.`, columns, 'attention'),
	...(next === '' ? [] : paragraph(`Next: ${next}.`, columns, 'dim')),
]

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** What the ladder is asked with. */
function ladderInput(view: State): LadderInput {
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
	const { ellipsis } = glyphsOf(view.modes)
	const said = reason.verdict !== 'invalid' && known !== undefined ? ` ${capital(verdict.word)}.` : ''
	const meaning = titled(`${reason.title}: `, `${known?.meaning ?? `${verdict.word}.`}${said}`, columns)
	const often = known === undefined ? [] : paragraph(`Often: ${known.causes.join('; ')}.`, columns)
	const next = known === undefined ? [] : paragraph(`Next: ${known.next.join('; ')}.`, columns)
	const sample = [
		...(row.lastDetail === '' ? [] : paragraph(`Last line: ${row.lastDetail}.`, columns)),
		...paragraph(row.sample, columns, 'dim'),
	]
	// Most important first; where the room is short the later parts keep only their first line, or nothing.
	const parts = [meaning, topFlow(row, columns), often, next, sample].filter((part) => part.length > 0)
	return shared(parts, height, ellipsis)
}

/** Each part gets a line, then the first ones get the rest, then blank lines between them where there is room. */
function shared(parts: readonly (readonly Line[])[], height: number, ellipsis: string): readonly Line[] {
	const kept = parts.slice(0, height)
	// Half a sentence of everything says less than the whole first one.
	const first = parts[0]?.length ?? 0
	while (kept.length > 3 && height - kept.length + 1 < first) kept.pop()
	const sizes = kept.map(() => 1)
	let left = height - kept.length
	kept.forEach((part, index) => {
		const more = Math.min(part.length - 1, left)
		sizes[index] = 1 + more
		left -= more
	})
	const airy = left >= kept.length - 1
	return kept.flatMap((part, index) => {
		const size = sizes[index] ?? 0
		const shown = part.slice(0, size)
		const last = shown.at(-1)
		const whole = size === part.length || last === undefined
		const lines = whole ? shown : [...shown.slice(0, -1), [...last, span(` ${ellipsis}`, 'dim')]]
		return airy && index < kept.length - 1 ? [...lines, EMPTY] : lines
	})
}

/** The flow that has most of the lines: often all of them are of one. */
function topFlow({ flows, count }: ReasonRow, columns: number): readonly Line[] {
	const flow = flows[0]
	if (flow === undefined) return []
	const share = `   ${grouped(flow.count)} of ${grouped(count)}`
	return [line(span(` ${cut(safe(flow.flow), columns - share.length - 2)}`, 'strong'), span(share))]
}

function titled(title: string, text: string, columns: number): readonly Line[] {
	const [first = '', ...rest] = wrap(safe(`${title}${text}`), columns - 2)
	const head = first.slice(0, safe(title).length)
	return [
		line(' ', span(head, 'strong'), span(first.slice(head.length))),
		...rest.map((part) => line(` ${part}`)),
	]
}

/** INVALID packets that no line told about, and lines that were lost: never hidden behind the reasons that are known. */
export function watchNote(state: State): string {
	const view = shown(state)
	const { count, rate: perSecond, foreign } = silentPart(view)
	const lost = view.log.lost > 0 ? `${counted(view.log.lost, 'log record')} lost` : ''
	// A line comes a moment after its packet is counted: a small difference says nothing.
	const all = view.counters.value?.rates.invalid ?? 0
	const now = perSecond > Math.max(0.5, all * 0.1) ? `, now ${rate(perSecond)}/s` : ''
	const silent = count === 0 ? '' : `${grouped(count)} counted without a reason line${now}`
	const others =
		foreign === 0 ? '' : `${grouped(foreign)} lines more than packets: other namespaces write here too`
	return [silent, others, lost].filter((part) => part !== '').join('; ')
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
