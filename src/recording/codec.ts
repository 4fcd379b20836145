import type { Action } from '../app/state/actions.ts'
import type { Modes } from '../app/state/state.ts'
import type { LogEvent } from '../model/log-event.ts'
import * as english from '../words/english/recording/recording.ts'
import { createThinning, expanded } from './thinning.ts'

/** First line of a recording. */
export type RecordingHeader = {
	readonly ctscope: 'recording'
	/** Of the format. A later one may not be read by an earlier program. 1 has every line whole. */
	readonly v: 1 | 2
	/** Of the program that made it. */
	readonly version: string
	/** ms: the clocks when it began. */
	readonly now: number
	readonly wall: number
	readonly modes: Modes
	readonly screen: string
}

/** What depends on the terminal of whoever looks. */
const OF_THE_TERMINAL: ReadonlySet<string> = new Set([
	'resized',
	'page',
	'copy',
	'capture',
	'report',
	'suspend',
	'lo-fi',
])

/** Readings of some size that are mostly the same as the one before. */
const MOSTLY_SAME: ReadonlySet<string> = new Set([
	'printk',
	'rules',
	'modules',
	'surroundings',
	'facts',
	'settings',
	'lists',
	'table',
])

type Same = { readonly type: 'same'; readonly of: string; readonly at: number; readonly readAt: number }

/** Numbers that JSON has no word for; and no bytes of packets: their lines say what the screens show of them. */
const packed = (_key: string, value: unknown): unknown => {
	if (value instanceof Uint8Array) return { $bytes: '' }
	if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
	return value
}

// A Buffer turns itself into an object before a replacer sees it.
const json = (value: unknown): string =>
	JSON.stringify(value, function (this: Record<string, unknown>, key, given) {
		const original = this[key]
		return packed(key, original instanceof Uint8Array ? original : given)
	})

/** Bytes of packets were never kept. */
const NO_BYTES = new Uint8Array()

const unpacked = (key: string, value: unknown): unknown => {
	if (key === '__proto__') return undefined
	if (typeof value !== 'object' || value === null) return value
	const { $bytes, $number } = value as { readonly $bytes?: unknown; readonly $number?: unknown }
	if (typeof $bytes === 'string') return NO_BYTES
	if (typeof $number === 'string') return Number($number)
	return value
}

const withoutBytes = (event: LogEvent): unknown => {
	if (event.kind !== 'nflog' && event.kind !== 'probe' && event.kind !== 'silent') return event
	const { link: _link, packet: _packet, ...message } = event.message
	return { ...event, message }
}

const TIMES = /"(?:at|tookMs|costMs)":[\d.]+,?/g
const FIRST_TIME = /"value":\{"at":([\d.]+)/

/** Actions as lines of text, in their order; undefined for those that are not kept. */
export function createEncoder(): (action: Action) => string | undefined {
	const last = new Map<string, string>()
	const thin = createThinning()
	return (action) => {
		const { type, at } = action
		if (OF_THE_TERMINAL.has(type)) return undefined
		const line = json(
			action.type === 'log' ? { ...action, events: thin(action.events, at).map(withoutBytes) } : action,
		)
		if (!MOSTLY_SAME.has(type)) return line
		const timeless = line.replaceAll(TIMES, '')
		if (last.get(type) === timeless) {
			const same: Same = { type: 'same', of: type, at, readAt: Number(FIRST_TIME.exec(line)?.[1] ?? at) }
			return json(same)
		}
		last.set(type, timeless)
		return line
	}
}

export const encodeHeader = (header: RecordingHeader): string => json(header)

/** The header of a recording; a sentence when it is none. */
export function decodeHeader(line: string): RecordingHeader | string {
	const header = parsed(line) as Partial<RecordingHeader> | undefined
	if (header?.ctscope !== 'recording') return english.itIsNoRecordingOf
	if (header.v !== 1 && header.v !== 2) return english.itIsARecordingOf(String(header.v))
	if (typeof header.now !== 'number' || typeof header.wall !== 'number' || typeof header.modes !== 'object')
		return english.itsFirstLineIsDamaged
	return header as RecordingHeader
}

/** Readings that later lines refer to. */
export type Known = Map<string, Action>

/**
 * Reads lines back. Undefined for a line that is damaged: it is counted, and the others are played. With what is known
 * at a line it can begin there.
 */
export function createDecoder(last: Known = new Map()): (line: string) => Action | undefined {
	return (line) => {
		const action = parsed(line) as Action | Same | undefined
		if (typeof action !== 'object' || typeof action?.type !== 'string' || !Number.isFinite(action.at))
			return undefined
		if (action.type !== 'same') {
			if (MOSTLY_SAME.has(action.type)) last.set(action.type, action)
			return action.type === 'log' ? withLines(action) : action
		}
		const before = last.get(action.of)
		return before === undefined ? undefined : retimed(before, action)
	}
}

function withLines(action: Action & { readonly type: 'log' }): Action | undefined {
	try {
		const events = Array.isArray(action.events) ? expanded(action.events) : undefined
		return events && { ...action, events: events.map(withBytes) }
	} catch {
		// An event that is none.
		return undefined
	}
}

const withBytes = (event: LogEvent): LogEvent =>
	(event.kind === 'nflog' || event.kind === 'probe' || event.kind === 'silent') &&
	event.message.packet === undefined
		? ({ ...event, message: { ...event.message, link: NO_BYTES, packet: NO_BYTES } } as LogEvent)
		: event

/** The reading before, as it was read again. */
function retimed(before: Action, { at, readAt }: Same): Action {
	if (!('result' in before) || !before.result.ok) return { ...before, at }
	const { value } = before.result
	if (Array.isArray(value)) return { ...before, at }
	return { ...before, at, result: { ok: true, value: { ...value, at: readAt } } } as Action
}

function parsed(line: string): unknown {
	try {
		// Most lines have nothing that is to be unpacked, and are read five times as fast.
		return /"(?:\$bytes|\$number|__proto__)"|\\u/.test(line) ? JSON.parse(line, unpacked) : JSON.parse(line)
	} catch {
		return undefined
	}
}
