import type { Action } from '../actions.ts'
import type { Modes } from '../state.ts'

/** First line of a recording. */
export type RecordingHeader = {
	readonly ctscope: 'recording'
	/** Of the format. A later one may not be read by an earlier program. */
	readonly v: 1
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

const unpacked = (_key: string, value: unknown): unknown => {
	if (typeof value !== 'object' || value === null) return value
	const { $bytes, $number } = value as { readonly $bytes?: unknown; readonly $number?: unknown }
	if (typeof $bytes === 'string') return new Uint8Array()
	if (typeof $number === 'string') return Number($number)
	return value
}

const TIMES = /"(?:at|tookMs|costMs)":[\d.]+,?/g
const FIRST_TIME = /"value":\{"at":([\d.]+)/

/** Actions as lines of text, in their order; undefined for those that are not kept. */
export function createEncoder(): (action: Action) => string | undefined {
	const last = new Map<string, string>()
	return (action) => {
		const { type, at } = action
		if (OF_THE_TERMINAL.has(type)) return undefined
		const line = json(action)
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
	if (header?.ctscope !== 'recording') return 'it is no recording of ctscope'
	if (header.v !== 1) return `it is a recording of a later version (format ${String(header.v)})`
	if (typeof header.now !== 'number' || typeof header.wall !== 'number' || typeof header.modes !== 'object')
		return 'its first line is damaged'
	return header as RecordingHeader
}

/** Reads lines back. Undefined for a line that is damaged: it is counted, and the others are played. */
export function createDecoder(): (line: string) => Action | undefined {
	const last = new Map<string, Action>()
	return (line) => {
		const action = parsed(line) as Action | Same | undefined
		if (typeof action !== 'object' || typeof action?.type !== 'string' || typeof action.at !== 'number')
			return undefined
		if (action.type !== 'same') {
			if (MOSTLY_SAME.has(action.type)) last.set(action.type, action)
			return action
		}
		const before = last.get(action.of)
		return before === undefined ? undefined : retimed(before, action)
	}
}

/** The reading before, as it was read again. */
function retimed(before: Action, { at, readAt }: Same): Action {
	if (!('result' in before) || !before.result.ok) return { ...before, at }
	const { value } = before.result
	if (Array.isArray(value)) return { ...before, at }
	return { ...before, at, result: { ok: true, value: { ...value, at: readAt } } } as Action
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line, unpacked)
	} catch {
		return undefined
	}
}
