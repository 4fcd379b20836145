import type { Neighbour } from '../../../kernel/conntrack/neighbour.ts'
import { flowOf, shortAddress, whereOf } from '../../../kernel/packet/flow.ts'
import type { Packet } from '../../../kernel/packet/packet.ts'
import { type PacketLine, parsePacketLine } from '../../../kernel/packet/packet-line.ts'
import { explain } from '../../../reasons/explain/explain.ts'
import { VERDICTS } from '../../../reasons/shape/verdicts.ts'
import { settled } from '../../../reasons/traits.ts'
import * as english from '../../../words/english/app/log.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Cell, type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { clock, counted, grouped } from '../../../words/numbers.ts'
import { keyOf as keyOfReason } from '../../log/reasons.ts'
import { topRow } from '../../state/pane-list.ts'
import { shown } from '../../state/shown.ts'
import type { LogEntry, State } from '../../state/state.ts'
import { failureLines, headline, paragraph } from '../parts/failure-lines.ts'
import { floodText } from '../parts/flood-line.ts'
import { joinLines } from '../parts/join-lines.ts'
import { aboutReason, flowsOfReason, reasonsSoFar, relatedParts, rulesThatAct } from '../parts/related.ts'
import { printkCells, printkLines } from './messages.ts'
import { lineOf, logFlow, logPane, RULE_LETTER } from './rows.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'time', title: 'TIME', width: 8, rank: 3 },
	{ id: 'protocol', title: 'PROTO', width: 6, rank: 5 },
	{ id: 'verdict', title: 'V', width: 1, rank: 4 },
	{ id: 'reason', title: 'REASON', width: 18, usual: 30 },
	{ id: 'where', title: 'IN/OUT', width: 6, rank: 2 },
	{ id: 'flow', title: 'FLOW', width: 31 },
	{ id: 'numbers', title: 'NUMBERS', width: 34, isProse: true },
]

/** Below these a reason says little, and yet who sent the packet is worth more. */
const NARROW_COLUMNS: readonly Column[] = COLUMNS.map((column) =>
	column.id === 'reason' ? { ...column, width: 7 } : column,
)
const NARROW = 60

const columnsFor = ({ size }: State) => (size.columns < NARROW ? NARROW_COLUMNS : COLUMNS)

/** One line of the live log, decoded; the raw line is in the detail. */
export function logGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = logPane(state)
	const top = topRow(state.panes.log.top, selected, height, rows.length)
	const shownRows = rows
		.slice(top, top + height)
		.map(({ key, item }, index) => logRow(key, item.entry, state, top + index === selected))
	return { columns: columnsFor(state), head, rows: shownRows }
}

/** The newest lines, for the pane below Watch: nothing is selected there. */
export function liveGrid(state: State, height: number): Grid {
	const entries = shown(state).log.entries.slice(-Math.max(0, height))
	const rows = entries.map((entry) => logRow(String(entry.id), entry, state, false))
	return { columns: columnsFor(state), head: false, rows }
}

function logRow(key: string, entry: LogEntry, state: State, selected: boolean): GridRow {
	const mark = { text: selected ? glyphsOf(state.modes).mark : ' ' }
	const time = { text: clock(timeOf(entry, state)) }
	if (entry.lost > 0) {
		return {
			key,
			selected,
			tone: 'bad',
			spill: 'reason',
			cells: { mark, time, reason: { text: lostText(entry) }, verdict: { text: '!' } },
		}
	}
	// A line that is about no packet has nothing for the columns beside it.
	const alone = entry.kind === 'other' || entry.kind === 'neighbour' || entry.kind === 'unparsed'
	const cells = entryCells(entry, state)
	const spills = alone || (entry.kind === 'printk' && cells.flow === undefined)
	return {
		key,
		selected,
		...(spills ? { spill: 'reason' } : {}),
		cells: { mark, time, ...cells },
	}
}

function lostText({ lost, source }: LogEntry): string {
	switch (source) {
		case 'kmsg':
			return english.lostHereTheLogWas(counted(lost, 'record'))
		case 'nflog':
			return english.lostHereTheSocketOf(counted(lost, 'packet'))
		case 'probe':
			return english.lostHereTheBufferOf(counted(lost, 'event'))
	}
}

function entryCells(entry: LogEntry, state: State): Readonly<Record<string, Cell>> {
	const { kind, neighbour, text, printk } = entry
	if (printk !== undefined) return printkCells(printk)
	const reason = entry.reason && settled(entry.reason, state.traits)
	if (neighbour !== undefined)
		return {
			verdict: { text: '!', tone: 'attention' },
			reason: { text: neighbourText(neighbour), tone: 'attention' },
		}
	const line = packetIn(entry)
	if (kind === 'rule' && line !== undefined) {
		return {
			protocol: { text: line.packet.protocol ?? '-', tone: 'dim' },
			verdict: { text: RULE_LETTER, tone: 'dim' },
			reason:
				entry.tap === undefined
					? { text: line.prefix === '' ? english.aLogRule : line.prefix, tone: 'dim' }
					: { text: english.tap(entry.tap), tone: 'attention' },
			...packetCells(line.packet),
		}
	}
	if (reason === undefined) return { reason: { text, tone: 'dim' } }
	const verdict = VERDICTS[reason.verdict]
	const tone = entry.foreign === true || entry.twice === true ? 'dim' : verdict.tone
	return {
		protocol: { text: reason.protocol },
		verdict: { text: verdict.letter, tone },
		reason: { text: kind === 'unparsed' ? `${reason.title}: ${text}` : reason.title, tone },
		...(line === undefined ? {} : packetCells(line.packet)),
	}
}

/** Packets of lines do not change, and hundreds of lines are asked for their widths with each of them that comes. */
const readPackets = new WeakMap<LogEntry, PacketLine | undefined>()

function packetIn(entry: LogEntry): PacketLine | undefined {
	if (!readPackets.has(entry)) readPackets.set(entry, lineOf(entry))
	return readPackets.get(entry)
}

const packetCells = (packet: Packet): Readonly<Record<string, Cell>> => ({
	where: { text: whereOf(packet) === '' ? '-' : whereOf(packet) },
	flow: { text: flowOf(packet) },
	numbers: { text: numbersOf(packet) },
})

function neighbourText({ title, params }: Neighbour): string {
	const values = Object.entries(params).map(([name, value]) => `${name} ${value}`)
	return values.length === 0 ? title : `${title}: ${values.join(', ')}`
}

/** Wall clock of an entry, from the clock of the state. */
const timeOf = (entry: LogEntry, { wall, now }: State): number => wall - now + entry.at

/** What a TCP or ICMP packet carries that its reason is about. */
function numbersOf({ seq, ack, window, flags, icmp, length, inner }: Packet): string {
	const parts: string[] = []
	if (seq !== null) parts.push(`SEQ=${seq}`)
	if (ack !== null) parts.push(`ACK=${ack}`)
	if (window !== null) parts.push(`WIN=${window}`)
	if (flags.length > 0) parts.push(flags.join(' '))
	if (icmp !== null && icmp.type !== null)
		parts.push(`TYPE=${icmp.type}${icmp.code === null ? '' : ` CODE=${icmp.code}`}`)
	if (inner !== null) parts.push(english.about(flowOf(inner)))
	if (parts.length === 0 && length !== null) parts.push(`LEN=${length}`)
	return parts.join(' ')
}

/** How the log stands: what is being read, how much was seen, lost, and is not kept any more, how fast it grows. */
export function logStatus(state: State): Line {
	const view = shown(state)
	const { log, nflog } = view
	const both = nflog.status === 'following' || nflog.messages > 0
	const rules = log.ruleLines === 0 ? '' : english.ofRules(grouped(log.ruleLines))
	const sites = log.printkLines === 0 ? '' : english.ofPrintk(grouped(log.printkLines))
	const others = log.foreignLines === 0 ? '' : english.ofOtherNetns(grouped(log.foreignLines))
	const seen = both
		? english.packetLinesByNflog(
				grouped(log.packetLines),
				rules,
				sites,
				others,
				counted(log.records, 'record'),
				grouped(nflog.messages),
			)
		: english.packetLinesIn(grouped(log.packetLines), rules, sites, others, counted(log.records, 'record'))
	const losses = both ? english.ofNflog(grouped(log.lost), grouped(nflog.lost)) : grouped(log.lost)
	const lost = span(english.lost(losses), log.lost + nflog.lost > 0 ? 'bad' : 'dim')
	const flood = floodText(view)
	const fast = span(flood === '' ? '' : `   ${flood}`, 'attention')
	const dropped = log.dropped > 0 ? english.oldestNotKept(grouped(log.dropped)) : ''
	const status = { off: english.notFollowedYet, following: 'LIVE', failed: english.notRead }[log.status]
	const paused =
		state.paused === undefined ? [] : [span(english.pausedWait(grouped(state.paused.waiting)), 'attention')]
	return line(
		' ',
		span(status, log.status === 'failed' ? 'bad' : 'strong'),
		...paused,
		// With two sources the line is long: losses are told first then.
		...(both ? ['  ', lost, fast, `   ${seen}`] : [`  ${seen}   `, lost, fast]),
		span(dropped, 'dim'),
	)
}

/** The selected line: decoded in words, then as the kernel printed it. */
export function logDetail(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	if (entry === undefined) {
		if (view.log.failure !== undefined) return failureLines(view.log.failure, columns)
		const text = view.log.status === 'following' ? english.noLineCameSinceThe : english.theKernelLogIsNot
		return paragraph(state.panes.log.filter === '' ? text : english.noLineFitsTheFilter, columns, 'dim')
	}
	return [...entryLines(entry, view, columns), ...joinLines(state, logFlow(state), columns, entry.reason)]
}

/** Of the selected line: what its reason comes from, the flows that have it, and the rules that its packet may meet. */
export function logRelated(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	const reason = entry?.reason && settled(entry.reason, view.traits)
	const row = view.reasons.find(({ key }) => reason !== undefined && key === keyOfReason(reason))
	return relatedParts(
		aboutReason(reason, columns),
		flowsOfReason(row, columns),
		...(reason === undefined ? [reasonsSoFar(view, columns)] : []),
		rulesThatAct(view, columns),
	)
}

function whereFrom({ source, foreign, twice }: LogEntry): string {
	if (twice === true) return english.probesTellOfItToo
	if (foreign === true) return english.ofAnotherNetworkNamespaceNot
	return { kmsg: '', nflog: english.fromNflog, probe: english.fromProbes }[source]
}

function entryLines(entry: LogEntry, view: State, columns: number): readonly Line[] {
	const { kind, neighbour, source, printk } = entry
	if (printk !== undefined) return printkLines(entry, printk, view, columns)
	if (entry.lost > 0) {
		const what =
			source === 'nflog'
				? english.didNotFitIntoThe(counted(entry.lost, 'packet'))
				: english.theKernelOverwroteBeforeThey(counted(entry.lost, source === 'kmsg' ? 'record' : 'event'))
		return paragraph(english.theyAreNotCountedIn(what), columns, 'attention')
	}
	const raw = paragraph(entry.text, columns, 'dim')
	if (neighbour !== undefined)
		return [...paragraph(`${neighbourText(neighbour)}.`, columns, 'attention'), ...raw]
	if (kind === 'rule') return [...paragraph(english.aRuleOfTheFirewall, columns), ...raw]
	const reason = entry.reason && settled(entry.reason, view.traits)
	if (reason === undefined) return raw
	const detail = reason.detail === '' ? '' : ` ${reason.detail}.`
	const from = whereFrom(entry)
	const said = english.verdict(reason.title, detail, VERDICTS[reason.verdict].word, from)
	const inner = kind === 'unparsed' ? undefined : parsePacketLine(entry.text)?.packet.inner
	const about =
		inner === null || inner === undefined ? [] : paragraph(english.itIsAbout(innerText(inner)), columns)
	const meaning = explain(reason.id)?.meaning
	return [
		...headline(said, columns),
		...about,
		...(meaning === undefined ? [] : paragraph(meaning, columns)),
		...raw,
	]
}

const innerText = (inner: Packet): string =>
	`${inner.protocol ?? 'a packet'} ${flowOf(inner)}${inner.src === null ? '' : english.sentBy(shortAddress(inner.src))}`
