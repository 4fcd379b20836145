import { createReasoning } from '../../app/log/classifying.ts'
import { counted, keyOf, OTHERS, type Told } from '../../app/log/reasons.ts'
import { addLine, NO_LINES } from '../../app/log/tally.ts'
import type { LineTally, ReasonRow, State } from '../../app/state/state.ts'
import { type HostTime, isYearless, timeOfStamp } from '../../kernel/given/given-line.ts'
import { createIptablesTrace, parseTracePrefix } from '../../kernel/given/iptables-trace.ts'
import type { Stamp } from '../../kernel/log/log-line.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import type { Grouping } from '../../model/grouping.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'
import { ParseGroups } from '../parse/grouped.ts'
import { createLineReader, milliseconds, type ReadLine } from '../parse/reader.ts'
import { ParseSummary } from '../parse/summary.ts'
import type { Groups } from '../who/groups.ts'
import { createDuplicates } from './duplicates.ts'

/** Lines of one second with a reason: by what they count as, and by the key of their row. */
type Second = {
	readonly tally: { -readonly [Name in keyof LineTally]: LineTally[Name] }
	readonly keys: Map<string, number>
}

/** So many seconds that have lines are kept apart; a log with more is not held against the counters. */
const MOST_SECONDS = 100_000
/** Reasons of all these seconds; texts that nobody knows may be any. */
const MOST_KEYS = 300_000
/** A logger may claim any number of repeats. */
const MOST_TIMES = 10_000
const MOST_HOSTS = 256
/** Rows are made anew with each batch: lines of one second are one, and of a long log more of them. */
const FEW = 5_000
const BATCH = 200
/** Lines of the log that a traced packet is held against. */
const MOST_REASONS = 1_000

/** All log lines of a case, of whatever files, in bounded memory: counted as the screens count them. */
export function createLogCase() {
	const duplicates = createDuplicates()
	const summary = new ParseSummary()
	const reasoning = createReasoning({ traits: NO_TRAITS })
	const trace = createIptablesTrace()
	/** By their second, or where year or zone lack by the stamp as it was printed. */
	const seconds = new Map<number | string, Second>()
	const hosts = new Set<string>()
	const lines: PacketLine[] = []
	let groups: ParseGroups | undefined
	let read = createLineReader()
	let own = new ParseSummary()
	let rows: readonly ReasonRow[] = []
	let told: Told[] = []
	let batchAt = 0
	let total = 0
	let untimed = 0
	let yearless = 0
	let allKeys = 0
	let traced = 0
	let first = Number.POSITIVE_INFINITY
	let last = Number.NEGATIVE_INFINITY

	const flush = (): void => {
		rows = counted(rows, told, batchAt)
		told = []
	}

	const remember = ({ wall, text }: Stamp, one: Told, times: number): void => {
		const at = wall !== null ? Math.floor(wall / 1000) : isYearless(text) ? text : undefined
		const known = at === undefined ? undefined : seconds.get(at)
		if (at === undefined || (known === undefined && seconds.size >= MOST_SECONDS)) {
			untimed += times
			return
		}
		if (wall !== null) {
			first = Math.min(first, wall)
			last = Math.max(last, wall)
		} else yearless += times
		const second = known ?? { tally: { ...NO_LINES }, keys: new Map() }
		seconds.set(at, second)
		for (let count = 0; count < times; count++) addLine(second.tally, one.reason)
		const named = keyOf(one.reason)
		const isKept = second.keys.has(named) || allKeys < MOST_KEYS
		const key = isKept ? named : OTHERS
		if (!second.keys.has(key)) allKeys += 1
		second.keys.set(key, (second.keys.get(key) ?? 0) + times)
	}

	const tell = ({ log }: ReadLine, line: PacketLine, times: number): void => {
		const at = milliseconds(log.stamp)
		const isNew = at !== batchAt && (total < FEW || told.length >= BATCH)
		if (isNew || told.length >= MOST_TIMES) flush()
		batchAt = at
		const one: Told = { reason: reasoning.reasonOf(line, at), packet: line, text: messageOf(log.raw, line) }
		for (let count = 0; count < times; count++) told.push(one)
		total += times
		if (lines.length < MOST_REASONS) lines.push(line)
		remember(log.stamp, one, times)
	}

	const take = (found: ReadLine, cut: number): boolean => {
		const of = found.log.kind === 'repeat' ? found.of : found
		own.add(found, cut)
		const line = of !== undefined && 'line' in of.log ? of.log.line : undefined
		if (line === undefined || of === undefined) {
			summary.add(found, cut)
			return found.log.stamp.text !== '' || found.log.stamp.host !== null || found.log.kind !== 'other'
		}
		const { raw, stamp } = found.log
		if (found.log.kind !== 'repeat' && duplicates.isTwice(packetOf(raw))) return true
		const step = line.kind === 'rule' ? parseTracePrefix(line.prefix) : undefined
		// A traced packet has a line for each rule, and would count as often.
		if (step === undefined) groups?.add(found)
		// A trace has a line for each rule: no rule of the admin's is suggested by it.
		if (step === undefined) summary.add(found, cut)
		if (stamp.host !== null && hosts.size < MOST_HOSTS) hosts.add(shortName(stamp.host))
		const times = Math.min(found.log.times ?? 1, MOST_TIMES)
		if (line.kind === 'rule') {
			if (step !== undefined) {
				trace.take(step, line)
				traced += 1
			}
		} else tell(of, line, times)
		return true
	}

	return {
		summary,
		trace,
		hosts,
		lines,
		/** Tells the packets of all files apart by this too; asked for before the first line. */
		groupBy(by: Grouping): void {
			groups = new ParseGroups(by)
		},
		/** Undefined where nobody asked for them. */
		groups: (): Groups | undefined => groups?.groups(),
		/** What follows is of another file. */
		nextFile(): void {
			duplicates.next()
			read = createLineReader()
			own = new ParseSummary()
		},
		/** A line, or a record of several; false when nothing in it says that it is of a log. */
		take: (text: string, cut: number): boolean => take(read(text), cut),
		/** What the present file came to. */
		get ofFile() {
			return own
		},
		get doubled() {
			return duplicates.doubled
		},
		get traced() {
			return traced
		},
		/** Lines with a reason: all, those whose time is not known, and those whose year or zone is not. */
		get total() {
			return total
		},
		untimed: (host: HostTime | undefined): number => untimed + (host === undefined ? yearless : 0),
		/** Wall clock of the lines with a reason, ms since 1970; undefined where none has one. */
		get span() {
			return first > last ? undefined : { first, last }
		},
		learned: (): Pick<State, 'traits' | 'answers' | 'judged'> => reasoning.learned(),
		rows(): readonly ReasonRow[] {
			if (told.length > 0) flush()
			return rows
		},
		/** What lines of these seconds come to, both ends with them, ms since 1970; `host` places those without year or zone. */
		between(from: number, to: number, host: HostTime | undefined) {
			const tally = { ...NO_LINES }
			const keys: Record<string, number> = {}
			for (const [stamp, one] of seconds) {
				const second = typeof stamp === 'number' ? stamp * 1000 : host && timeOfStamp(stamp, host)
				if (second === undefined || second < Math.floor(from / 1000) * 1000 || second > to) continue
				for (const name of Object.keys(NO_LINES) as (keyof LineTally)[]) tally[name] += one.tally[name]
				for (const [key, count] of one.keys) keys[key] = (keys[key] ?? 0) + count
			}
			return { tally, keys, lines: Object.values(keys).reduce((sum, count) => sum + count, 0) }
		},
	}
}

/** `gw.example.org` and `gw` are one; an address stays as it is. */
const shortName = (host: string): string =>
	/[a-z]/i.test(host) && !host.includes(':') ? (host.split('.')[0] ?? host) : host

/** From the devices on: what the same packet has in every log. */
function packetOf(raw: string): string {
	const at = raw.indexOf('IN=')
	return at < 0 ? raw : raw.slice(at)
}

const LONGEST = 2_000

/** The message without its head. */
function messageOf(raw: string, { prefix, body }: PacketLine): string {
	const whole = [prefix, body].filter((part) => part !== '').join(' ')
	return `${whole} ${packetOf(raw)}`.slice(0, LONGEST)
}
