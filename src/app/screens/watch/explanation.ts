import { knobById } from '../../../changes/knobs.ts'
import { valueInWords } from '../../../changes/shell-line.ts'
import type { HostFacts } from '../../../model/host-facts.ts'
import { explain } from '../../../reasons/explain/explain.ts'
import { VERDICTS } from '../../../reasons/shape/verdicts.ts'
import * as english from '../../../words/english/app/watch.ts'
import { thePrintkCallSites } from '../../../words/english/host/host.ts'
import { because, conntrackDoesNotTrackHere } from '../../../words/english/investigation/steps.ts'
import { describe } from '../../../words/failure.ts'
import { apart, EMPTY, type Line, line, lineWidth, span } from '../../../words/line.ts'
import { age, capital, counted, grouped, percent, rate } from '../../../words/numbers.ts'
import { fitted, safe } from '../../../words/text.ts'
import { width } from '../../../words/width.ts'
import { whyNotSwitch } from '../../changing/switching.ts'
import { accountOf } from '../../log/account.ts'
import type { ElsewhereRow } from '../../log/elsewhere.ts'
import { isAsked } from '../../log/path.ts'
import { OTHERS } from '../../log/reasons.ts'
import { trackingNow } from '../../log/table.ts'
import { SOURCE_NAMES } from '../../log/why.ts'
import { keyOf } from '../../state/bindings.ts'
import { clockOf, shown } from '../../state/shown.ts'
import { FLOW_LIMIT, REASON_LIMIT, type ReasonRow, type State, type Way } from '../../state/state.ts'
import { checkLines, verdictLines } from '../parts/check-lines.ts'
import { failureLines, headline, list, paragraph } from '../parts/failure-lines.ts'
import { floodText } from '../parts/flood-line.ts'
import { actionLines, sentence } from '../parts/headline.ts'
import { joinLines } from '../parts/join-lines.ts'
import { silentRate, watchTotal } from './grid.ts'
import { ledgerLines, namedLines, obituaryLines } from './probe-lines.ts'
import { type WatchItem, watchFlow, watchPane } from './rows.ts'
import { silentLines } from './watch-silent.ts'
import { toldLines } from './watch-told.ts'
import { whoFlowLines, whoLines } from './who/detail.ts'

/** What the selected row of Watch means, with all of its flows. */
export const explanation = (state: State, columns: number, height: number): readonly Line[] => [
	...meaningLines(state, columns, height),
	...(areChecksOpen(state) ? [] : flowLines(state, columns)),
]

/** The checks between a packet and its reason line stand in place of the selected row. */
export function areChecksOpen(state: State): boolean {
	const { checks, detail } = state.panes.watch
	const { rows, selected } = watchPane(state)
	return checks || (detail && rows[selected]?.item.kind === 'not-told')
}

/** What the selected row of Watch means, most important first. */
export function meaningLines(state: State, columns: number, height: number): readonly Line[] {
	const view = shown(state)
	if (areChecksOpen(state)) return checkLines(view, columns)
	const { rows, selected } = watchPane(state)
	return itemLines(rows[selected]?.item, view, columns, height)
}

function itemLines(
	item: WatchItem | undefined,
	view: State,
	columns: number,
	height: number,
): readonly Line[] {
	switch (item?.kind) {
		case 'reason':
			return airy(reasonParts(item.row, view, columns), height)
		case 'named':
			return namedLines(item.row, view, columns)
		case 'who':
			return whoLines(item.who, view, columns, watchTotal(view))
		case 'elsewhere':
			return elsewhereLines(item.row, view, columns, height)
		case 'silent':
			return silentLines(view, columns)
		case 'told':
			return toldLines(item.told, view, columns)
		case 'not-told':
			return notToldLines(view, columns)
		case undefined:
			return nothingLines(view, columns)
	}
}

function nothingLines(view: State, columns: number): readonly Line[] {
	const rungs = accountOf(view).checks
	const stops = rungs.some((rung) => !rung.ok) && view.settings.value !== undefined
	return [
		...(view.counters.failure === undefined ? paragraph(watchEmpty(view), columns) : []),
		...(view.way === undefined
			? []
			: paragraph(english.reasonsAreReadFrom(sinceText(view.way, view)), columns, 'dim')),
		...(view.log.failure === undefined ? [] : failureLines(view.log.failure, columns)),
		...(stops ? verdictLines(view, columns) : []),
		...missedLines(view, columns),
	]
}

/** Why the table of reasons is empty, in words. */
function watchEmpty(view: State): string {
	if (view.panes.watch.filter !== '') return english.noReasonFitsTheFilter
	if (view.counters.value === undefined) return ''
	const value = view.settings.value?.values.log_invalid
	const tracking = trackingNow(view)
	if ((view.counters.value.since.invalid ?? 0) === 0)
		return tracking?.answer === 'no'
			? `${conntrackDoesNotTrackHere} ${because(tracking.because)}`
			: english.noPacketWasCalledInvalid
	if (view.way?.source === 'probe') return english.noReasonCameByProbes
	const knob = knobById('log_invalid')
	if (value === undefined || value === '0' || knob === undefined) return english.noReasonWasToldSince
	const others = value === '255' ? '' : english.otherProtocolsChangeLogInvalid
	return english.theLogIsOnThe(valueInWords(knob, value), others)
}

const sinceText = ({ source, since }: Way, view: State) =>
	english.since(SOURCE_NAMES[source], clockOf(view)(since))

/** For each thing that cannot be seen here: what it is and how to get it. */
export const missingLines = (view: State, columns: number): readonly Line[] =>
	missingOf(view).flatMap((one) => missingLine(one, columns))

/** What Watch lacks; that there are no call sites is said on Printk, in help and by doctor. */
const missedLines = (view: State, columns: number): readonly Line[] =>
	missingOf(view)
		.filter(({ what }) => what !== thePrintkCallSites)
		.flatMap((one) => missingLine(one, columns))

const missingOf = ({ facts }: State): HostFacts['missing'] => facts?.missing ?? []

const missingLine = ({ what, why, next }: HostFacts['missing'][number], columns: number): readonly Line[] =>
	paragraph(english.missing(what, why, next), columns, 'dim')

/** The kernel counts and does not tell: why, and what would change that. */
function notToldLines(view: State, columns: number): readonly Line[] {
	const { checks: rungs, notTold } = accountOf(view)
	const asked = view.settings.value !== undefined && isAsked(view.settings.value)
	const perSecond = rate(notTold.rate)
	const flood = perSecond === '0' ? '' : english.atSThatIsAbout(perSecond, perSecond)
	const minutes = Math.round(view.modes.ttlMs / 60_000)
	const refused = whyNotSwitch(view, 'log_invalid')
	const offer = view.modes.readOnly
		? english.thisSessionOnlyReadsRead
		: refused !== undefined
			? english.itCannotBeChangedFrom(refused)
			: asked
				? english.pressForAllChecksAnd(keyOf('details'), minutes)
				: english.pressToSwitchTheLog(keyOf('log-why'), minutes, flood)
	const off = asked ? undefined : rungs.find(({ id, ok }) => id === 'log-invalid' && !ok)
	return [
		...(off === undefined
			? verdictLines(view, columns)
			: paragraph(english.theKernelDoesNotTell(off.because), columns, 'attention')),
		...paragraph(offer, columns),
		...(view.told.some(({ packets }) => packets > 0) ? paragraph(english.ofSomeOfThemThe, columns) : []),
		...missedLines(view, columns),
	]
}

function reasonParts(row: ReasonRow, view: State, columns: number): readonly (readonly Line[])[] {
	const { reason } = row
	const known = explain(reason.id)
	const verdict = VERDICTS[reason.verdict]
	const own = reason.answer === true ? ` ${OWN_RST}` : ''
	const said = reason.verdict !== 'invalid' && known !== undefined ? ` ${capital(verdict.word)}.` : ''
	const meaning = headline(
		`${reason.title}: ${own === '' ? `${known?.meaning ?? `${verdict.word}.`}${said}` : own.trim()}`,
		columns,
	)
	const often = known === undefined || own !== '' ? [] : list('Often', known.causes, columns)
	const next =
		known === undefined || own !== ''
			? []
			: actionLines(
					known.next.map((text) => ({ text: sentence(text) })),
					columns,
				)
	const settings = (known?.settings ?? []).map(({ knob, effect, cost }) => `${knob}: ${effect} (${cost})`)
	const sample = [
		...(row.lastDetail === '' ? [] : paragraph(english.lastLine(row.lastDetail), columns)),
		...paragraph(row.sample, columns, 'dim'),
	]
	return [
		meaning,
		topFlow(row, columns),
		obituaryLines(
			row.flows.map(({ flow }) => flow),
			view,
			columns,
		),
		ledgerLines(row, view, columns),
		joinLines(view, watchFlow(view), columns, row.reason),
		next,
		often,
		list('Setting', settings, columns),
		sample,
		list(english.hiddenBy, known?.hides ?? [], columns),
		seenLines(row, view, columns),
	].filter((part) => part.length > 0)
}

/** What is known here of another namespace: what the probes saw, and nothing of its settings, rules and entries. */
function elsewhereLines(
	{ name, told }: ElsewhereRow,
	view: State,
	columns: number,
	height: number,
): readonly Line[] {
	const where = paragraph(
		english.inTheNetworkNamespace(safe(name), keyOf('namespaces')),
		columns,
		'attention',
	)
	const rest =
		told.kind === 'reason'
			? airy(reasonParts(told.row, view, columns), height - where.length)
			: namedLines(told.row, view, columns)
	return [...where, ...rest]
}

const OWN_RST = english.thisHostAnsweredAnInvalid

function seenLines(row: ReasonRow, view: State, columns: number): readonly Line[] {
	const time = clockOf(view)
	const bounds = english.keptApartReasonsFlowsEach(REASON_LIMIT, FLOW_LIMIT, OTHERS)
	return paragraph(english.firstLast(time(row.firstAt), time(row.lastAt), bounds), columns, 'dim')
}

/** Blank lines between the parts, where all of it is in view with them. */
function airy(parts: readonly (readonly Line[])[], height: number): readonly Line[] {
	const lines = parts.flat()
	if (lines.length + parts.length - 1 > height) return lines
	return parts.flatMap((part, index) => (index === 0 ? part : [EMPTY, ...part]))
}

/** The flow that has most of the lines: often all of them are of one. */
function topFlow({ flows, count }: ReasonRow, columns: number): readonly Line[] {
	const flow = flows[0]
	if (flow === undefined) return []
	const plain = `   ${grouped(flow.count)} of ${grouped(count)}`
	const where = flow.where === '' ? '' : english.seenAt(safe(flow.where))
	const fits = width(safe(flow.flow)) + width(plain) + width(where) + 2 <= columns
	const share = fits ? `${plain}${where}` : plain
	return [line(span(` ${safe(flow.flow)}`, 'strong'), span(share))]
}

/**
 * Where the reasons come from, how fast lines are written, and what was lost; while the way is shut, how many packets no
 * line told about.
 */
export function watchNote(state: State): string {
	const view = shown(state)
	const { way, log, nflog, probes } = view
	const parts: string[] = []
	if (way !== undefined) parts.push(sinceText(way, view).replace('the ', ''))
	else {
		const { count } = accountOf(view).notTold
		const perSecond = silentRate(view)
		const now = perSecond > 0 ? english.nowS(rate(perSecond)) : ''
		if (count > 0) parts.push(english.countedWithoutAReasonLine(grouped(count), now))
	}
	if (nflog.stalled) parts.push(english.itsReaderIsStoppedUnread(counted(nflog.unread, 'packet')))
	// What the kernel log loses tells nothing about reasons that come by NFLOG.
	if (log.lost > 0 && (way === undefined || way.source === 'kmsg'))
		parts.push(english.lost(counted(log.lost, 'record')))
	if (nflog.lost > 0) parts.push(english.lost(counted(nflog.lost, 'packet')))
	if (probes.lost > 0) parts.push(english.lost(counted(probes.lost, 'event')))
	if (probes.failure !== undefined) parts.push(describe(probes.failure).title)
	parts.push(floodText(view))
	if (log.foreignLines > 0) parts.push(english.ofOtherNetnsNotCounted(counted(log.foreignLines, 'line')))
	return parts.filter((part) => part !== '').join('; ')
}

/** Flows of the selected reason, most frequent first; each direction of a connection by itself, with where it was seen. */
export function flowLines(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = watchPane(state)
	const item = rows[selected]?.item
	if (item?.kind === 'who') return whoFlowLines(item.who)
	if (item === undefined || item.kind !== 'reason' || item.row.flows.length === 0) return []
	const { row } = item
	const both = new Set(row.flows.map(({ flow }) => flow))
	const lines = row.flows.flatMap((flow) => {
		const sides =
			flow.flow === OTHERS ? '' : both.has(reversed(flow.flow)) ? english.bothWays : english.oneWay
		const where = fitted(safe(flow.where === '' ? '-' : flow.where), 6)
		const share = percent(flow.count, row.count).padStart(4)
		const numbers = `${where} ${grouped(flow.count).padStart(5)} ${share} ${age(view.now - flow.lastAt).padStart(6)} `
		const name = line(span(`   ${safe(flow.flow)}`))
		const room = columns - lineWidth(name) - 1
		if (room >= sides.length + 1 + numbers.length) return [apart(name, line(`${sides} ${numbers}`), columns)]
		if (room >= numbers.length) return [apart(name, line(numbers), columns)]
		return [name, apart([], line(columns < 60 ? numbers : `${sides} ${numbers}`), columns)]
	})
	return [EMPTY, line(span(english.flowsOf(row.reason.title), 'dim')), ...lines]
}

const reversed = (flow: string) => flow.split(' > ').reverse().join(' > ')
