import { NOT_KNOWN, OWN_NETNS } from '../../investigation/who/grouping.ts'
import { byGrouping, type SeenPacket, type Who, type WhoTally } from '../../investigation/who/tally.ts'
import { flowOf, whereOf } from '../../kernel/packet/flow.ts'
import type { Packet, PacketLine } from '../../kernel/packet/packet-line.ts'
import { NO_SEGMENTS, withSegment } from '../../kernel/packet/segments.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Reason } from '../../reasons/classify.ts'
import * as english from '../../words/english/app/log.ts'
import {
	FLOW_LIMIT,
	type FlowCount,
	type Range,
	REASON_LIMIT,
	REASON_RATE_SECONDS,
	type ReasonRow,
} from '../state/state.ts'

/** One packet line of the log, as the rows count it. */
export type Told = {
	readonly reason: Reason
	readonly packet: PacketLine | undefined
	readonly text: string
	/** Its packet may be of any network namespace. */
	readonly isOfAny?: true
}

/** Lines that begin like a packet line and do not go on like one. */
export const UNPARSED: Reason = {
	id: 'unparsed',
	title: english.couldNotBeParsed,
	protocol: '-',
	verdict: 'unknown',
	detail: '',
	params: {},
}

/** The row, or within a row the flow, that takes what is beyond the limits. */
export const OTHERS = 'others'
const OTHER_REASONS: Reason = {
	id: OTHERS,
	title: english.otherReasonsTooManyTo,
	protocol: '-',
	verdict: 'unknown',
	detail: '',
	params: {},
}

/** Adds a batch of lines to the rows: one copy of each row that is touched. */
export function counted(
	rows: readonly ReasonRow[],
	told: readonly Told[],
	at: MonotonicMs,
): readonly ReasonRow[] {
	if (told.length === 0) return rows
	const byKey = new Map<string, ReasonRow>()
	for (const row of rows) byKey.set(row.key, row)
	const drafts = new Map<string, Draft>()
	for (const line of told) {
		let key = keyOf(line.reason)
		if (!byKey.has(key) && !drafts.has(key) && kept(byKey, drafts) >= REASON_LIMIT - 1) key = OTHERS
		let draft = drafts.get(key)
		if (draft === undefined) {
			draft = draftOf(byKey.get(key), key === OTHERS ? OTHER_REASONS : line.reason, at)
			drafts.set(key, draft)
		}
		draft.count++
		draft.last = line
		if (line.packet !== undefined) countFlow(draft.flows, line.packet.packet, line.reason.params, at)
	}
	for (const [key, draft] of drafts) byKey.set(key, rowOf(key, draft, at))
	return [...byKey.values()].sort(byCount)
}

/** The same lines, as the groups by who count them; `netns`: where their packets are, but those of which that is not known. */
export const toldPackets = (told: readonly Told[], netns: string = OWN_NETNS): readonly SeenPacket[] =>
	told.map(({ reason, packet, isOfAny }) => ({
		packet: packet?.packet,
		what: reason.protocol === '-' ? reason.title : `${reason.protocol} ${reason.title}`,
		isSilent: false,
		netns: isOfAny === true ? NOT_KNOWN : netns,
	}))

/** Per second, over the seconds that are complete; in the first second what has come so far. */
export function reasonRate(row: Pick<ReasonRow, 'recent'>): number {
	const complete = row.recent.length > 1 ? row.recent.slice(0, -1) : row.recent
	return complete.length === 0 ? 0 : complete.reduce((sum, one) => sum + one, 0) / complete.length
}

/** Opens `seconds` new buckets. A row that has been quiet all along stays the same object. */
export function secondsPassed<Row extends Pick<ReasonRow, 'recent'>>(
	rows: readonly Row[],
	seconds: number,
): readonly Row[] {
	if (seconds <= 0 || rows.length === 0) return rows
	const limit = REASON_RATE_SECONDS + 1
	const fresh = Array.from({ length: Math.min(seconds, limit) }, () => 0)
	return rows.map((row) => {
		if (row.recent.length === limit && row.recent.every((count) => count === 0)) return row
		return { ...row, recent: [...row.recent, ...fresh].slice(-limit) }
	})
}

/** The same for all groups. */
export const whoLater = (who: Who, seconds: number): Who =>
	seconds <= 0
		? who
		: byGrouping((by): WhoTally => ({ ...who[by], groups: secondsPassed(who[by].groups, seconds) }))

/** Protocol and id; for a text that the catalogue does not know, the text itself. */
export function keyOf(reason: Reason): string {
	if (reason === UNPARSED) return UNPARSED.id
	const name = reason.verdict === 'unknown' ? reason.title : reason.id
	return `${reason.protocol} ${name}${reason.answer === true ? ' answer' : ''}`
}

/** Rows that there will be, `others` not counted: the last place is for it. */
function kept(rows: ReadonlyMap<string, ReasonRow>, drafts: ReadonlyMap<string, Draft>): number {
	let count = rows.size - (rows.has(OTHERS) ? 1 : 0)
	for (const key of drafts.keys()) if (key !== OTHERS && !rows.has(key)) count++
	return count
}

type Draft = {
	readonly before: ReasonRow | undefined
	readonly reason: Reason
	readonly firstAt: MonotonicMs
	count: number
	last: Told | undefined
	readonly flows: Map<string, FlowCount>
}

function draftOf(before: ReasonRow | undefined, reason: Reason, at: MonotonicMs): Draft {
	const flows = new Map((before?.flows ?? []).map((one) => [one.flow, one]))
	return {
		before,
		reason: before?.reason ?? reason,
		firstAt: before?.firstAt ?? at,
		count: 0,
		last: undefined,
		flows,
	}
}

function rowOf(key: string, draft: Draft, at: MonotonicMs): ReasonRow {
	const recent = draft.before?.recent ?? [0]
	return {
		key,
		reason: draft.reason,
		count: (draft.before?.count ?? 0) + draft.count,
		firstAt: draft.firstAt,
		lastAt: at,
		recent: [...recent.slice(0, -1), (recent.at(-1) ?? 0) + draft.count],
		sample: draft.last?.text ?? draft.before?.sample ?? '',
		lastDetail: draft.last?.reason.detail ?? draft.before?.lastDetail ?? '',
		flows: [...draft.flows.values()].sort(byFlowCount),
	}
}

/**
 * A flow that comes when all places are taken gets that of the rarest one, whose count goes to `others`: so a flow
 * that becomes frequent late is still seen, and no count is ever too high.
 */
function countFlow(
	flows: Map<string, FlowCount>,
	packet: Packet,
	params: Reason['params'],
	lastAt: MonotonicMs,
): void {
	const flow = flowOf(packet)
	const known = flows.get(flow)
	if (known === undefined && flows.size >= FLOW_LIMIT - (flows.has(OTHERS) ? 0 : 1)) makeRoom(flows)
	flows.set(flow, {
		flow,
		count: (known?.count ?? 0) + 1,
		firstAt: known?.firstAt ?? lastAt,
		lastAt,
		where: whereOf(packet),
		ports: withPort(known?.ports ?? [], packet),
		segments: withSegment(known?.segments ?? NO_SEGMENTS, packet, lastAt - (known?.lastAt ?? lastAt)),
		beyond: widened(known?.beyond ?? null, params.distance ?? params.bytes),
	})
}

/** Two say that it passes the bridge more than once. */
const PORTS = 2

function withPort(before: readonly string[], { fields: { PHYSIN } }: Packet): readonly string[] {
	return PHYSIN === undefined || before.length >= PORTS || before.includes(PHYSIN)
		? before
		: [...before, PHYSIN]
}

function widened(before: Range | null, distance: string | number | undefined): Range | null {
	if (typeof distance !== 'number') return before
	if (before === null) return { least: distance, most: distance }
	return { least: Math.min(before.least, distance), most: Math.max(before.most, distance) }
}

function makeRoom(flows: Map<string, FlowCount>): void {
	let rarest: FlowCount | undefined
	for (const one of flows.values()) {
		if (one.flow !== OTHERS && (rarest === undefined || isRarer(one, rarest))) rarest = one
	}
	if (rarest === undefined) return
	flows.delete(rarest.flow)
	const others = flows.get(OTHERS)
	flows.set(OTHERS, {
		flow: OTHERS,
		count: (others?.count ?? 0) + rarest.count,
		firstAt: Math.min(others?.firstAt ?? rarest.firstAt, rarest.firstAt),
		where: '',
		ports: [],
		segments: NO_SEGMENTS,
		beyond: null,
		lastAt: Math.max(others?.lastAt ?? 0, rarest.lastAt),
	})
}

function isRarer(a: FlowCount, b: FlowCount): boolean {
	return a.count < b.count || (a.count === b.count && a.lastAt < b.lastAt)
}

function byCount(a: ReasonRow, b: ReasonRow): number {
	if (a.key === OTHERS || b.key === OTHERS) return a.key === OTHERS ? 1 : -1
	return b.count - a.count || a.firstAt - b.firstAt || (a.key < b.key ? -1 : 1)
}

function byFlowCount(a: FlowCount, b: FlowCount): number {
	if (a.flow === OTHERS || b.flow === OTHERS) return a.flow === OTHERS ? 1 : -1
	return b.count - a.count || b.lastAt - a.lastAt || (a.flow < b.flow ? -1 : 1)
}
