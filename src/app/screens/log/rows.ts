import { flowFromLine } from '../../../investigation/join/flow-words.ts'
import type { FlowQuery } from '../../../kernel/conntrack/flow-facts.ts'
import { flowOf, whereOf } from '../../../kernel/packet/flow.ts'
import { type PacketLine, parsePacketLine, parseRuleLine } from '../../../kernel/packet/packet-line.ts'
import { VERDICTS } from '../../../reasons/shape/verdicts.ts'
import * as english from '../../../words/english/app/log.ts'
import { listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { LogEntry, State } from '../../state/state.ts'
import { PRINTK_LETTER, printkWords } from '../parts/printed.ts'

export type LogItem = { readonly kind: 'log'; readonly entry: LogEntry }

const remembered = new WeakMap<LogEntry, PaneRow<LogItem>>()

/** The ring as it is, newest last. */
function logRows(state: State): PaneList<LogItem> {
	return listOf(state.log.entries.map(rowOf), state.panes.log)
}

function rowOf(entry: LogEntry): PaneRow<LogItem> {
	const known = remembered.get(entry)
	if (known !== undefined) return known
	const made: PaneRow<LogItem> = {
		key: String(entry.id),
		text: entry.lost > 0 ? english.lost2(entry.lost) : entryWords(entry),
		item: { kind: 'log', entry },
	}
	remembered.set(entry, made)
	return made
}

/** What the filter looks at: the line, and what is said about it. */
export function entryWords({
	text,
	reason,
	neighbour,
	kind,
	printk,
	tap,
}: Pick<LogEntry, 'text' | 'reason'> &
	Partial<Pick<LogEntry, 'neighbour' | 'kind' | 'printk' | 'tap'>>): string {
	if (reason !== undefined) return `${text} ${reason.title} ${reason.verdict} ${reason.protocol} ${reason.id}`
	if (neighbour !== undefined) return english.neighbour(text, neighbour.title)
	if (printk !== undefined) return `${text} ${printkWords(printk)}`
	return kind === 'rule' ? english.rule(text, tap === undefined ? '' : english.tap2(tap)) : text
}

/** Stands in the column of the verdicts: conntrack said nothing about this packet. */
export const RULE_LETTER = 'R'

/** The packet that a line is about; undefined where it is about none. */
export function lineOf({ kind, text }: Pick<LogEntry, 'kind' | 'text'>): PacketLine | undefined {
	if (kind === 'other' || kind === 'unparsed') return undefined
	return kind === 'rule' ? parseRuleLine(text) : parsePacketLine(text)
}

type Named = { readonly where: string; readonly flow: string; readonly protocol: string | undefined }
const NO_PACKET: Named = { where: '', flow: '', protocol: undefined }
/** Read once a line: thousands of them are put in order, and again when the next one came. */
const named = new WeakMap<LogEntry, Named>()

function namedIn(entry: LogEntry): Named {
	const known = named.get(entry)
	if (known !== undefined) return known
	const packet = lineOf(entry)?.packet
	const made =
		packet === undefined
			? NO_PACKET
			: { where: whereOf(packet), flow: flowOf(packet), protocol: packet.protocol ?? undefined }
	named.set(entry, made)
	return made
}

const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

function verdictOf({ reason, kind, printk }: LogEntry): string | undefined {
	if (printk !== undefined) return PRINTK_LETTER
	return reason === undefined ? (kind === 'rule' ? RULE_LETTER : undefined) : VERDICTS[reason.verdict].letter
}

const ORDER: Order<LogItem> = {
	columns: {
		time: low(({ entry }) => entry.at),
		protocol: low(({ entry }) => entry.reason?.protocol ?? namedIn(entry).protocol),
		verdict: low(({ entry }) => verdictOf(entry)),
		reason: low(({ entry }) => entry.reason?.title ?? filled(entry.text)),
		where: low(({ entry }) => filled(namedIn(entry).where)),
		flow: low(({ entry }) => filled(namedIn(entry).flow)),
	},
}

/** The rows of Log, and which of them is selected. */
export const logPane = paneOf('log', logRows, ORDER)

/** What the selected line can be filtered by, as it stands in the line. */
export function logValues(state: State): readonly string[] {
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	if (entry === undefined) return []
	const { text, reason, neighbour, tap } = entry
	const named = (name: string): readonly string[] =>
		[...text.matchAll(new RegExp(`\\b${name}=(\\S+)`, 'g'))].flatMap(([, value]) => value ?? [])
	const whole = (name: string): readonly string[] => named(name).map((value) => `${name}=${value}`)
	return [
		...['SRC', 'DST'].flatMap(named),
		...['DPT', 'SPT'].flatMap(whole),
		...[reason?.title, neighbour?.title, tap].filter((one) => one !== undefined),
		...['PROTO', 'IN', 'OUT'].flatMap(whole),
	]
}

/** The flow of the packet line whose details are open. Without a chosen row the newest line is meant, which is another one all the time. */
export function logFlow(state: State): FlowQuery | undefined {
	const { detail, selectedKey } = state.panes.log
	if (!detail || selectedKey === undefined) return undefined
	const { rows, selected } = logPane(state)
	const entry = rows[selected]?.item.entry
	return entry === undefined || entry.lost > 0 ? undefined : flowFromLine(entry.text)
}
