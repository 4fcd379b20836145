/** What a probe says of one of its arguments (kernel/trace/trace_probe.c, print_type_*). Untrusted. */
export type TraceValue =
	| { readonly kind: 'number'; readonly number: number | bigint }
	/** As it was, without quotes: the kernel escapes nothing. */
	| { readonly kind: 'string'; readonly text: string }
	| { readonly kind: 'character'; readonly text: string }
	| { readonly kind: 'symbol'; readonly text: string }
	/** A string that could not be read. Numbers that could not be read show what was in the buffer before. */
	| { readonly kind: 'fault' }
	| { readonly kind: 'array'; readonly items: readonly TraceValue[] }

export type TraceArguments = {
	/** `function+0x0/0xb7 [module]`; '' where the event is of no probe. */
	readonly where: string
	/** The function that has returned, for a return probe. */
	readonly returnedFrom: string
	readonly values: ReadonlyMap<string, TraceValue>
	/** What could not be read, from where it begins. */
	readonly rest: string
}

const WHERE = /\(([^()\n]{1,300}?)(?: <- ([^()\n]{1,300}))?\)/y
const NAME = / (\w{1,64})=/y
const NUMBER = /-?\d{1,20}(?![\w.+])|0x[\da-f]{1,16}(?![\w.+])/y
/** A symbol may have its module behind it. */
const SYMBOL = /[\w.$]{1,256}\+0x[\da-f]{1,16}(?:\/0x[\da-f]{1,16})?(?: \[\w{1,64}\])?/y
const FAULT = '(fault)'
/** A probe has up to 128 arguments. */
const MOST_VALUES = 512
/** MAX_ARRAY_LEN of kernel/trace/trace_probe.h is 64. */
const MOST_ITEMS = 256

/**
 * Arguments of a probe, from `at` on. A string ends with the first quote that another argument, or the end, follows:
 * the kernel writes quotes in it as they are, so a string can pretend to be more than one argument. Whoever made the
 * definition knows the names and takes `probe-layout.ts`.
 */
export function readTraceArguments(text: string, at: number): TraceArguments {
	const reader = { text, at }
	const found = exec(reader, WHERE)
	const values = new Map<string, TraceValue>()
	while (values.size < MOST_VALUES) {
		const from = reader.at
		const name = exec(reader, NAME)?.[1]
		if (name === undefined) break
		const value = valueAt(reader)
		if (value === undefined) {
			reader.at = from
			break
		}
		values.set(name, value)
	}
	return {
		where: found?.[1] ?? '',
		returnedFrom: found?.[2] ?? '',
		values,
		rest: text.slice(reader.at).trimEnd(),
	}
}

type Reader = { readonly text: string; at: number }

function exec(reader: Reader, form: RegExp): RegExpExecArray | null {
	form.lastIndex = reader.at
	const found = form.exec(reader.text)
	if (found !== null) reader.at = form.lastIndex
	return found
}

function valueAt(reader: Reader): TraceValue | undefined {
	if (reader.text[reader.at] !== '{') return itemAt(reader, isEndOfArgument)
	const items: TraceValue[] = []
	while (items.length < MOST_ITEMS) {
		reader.at++
		const item = itemAt(reader, isEndOfItem)
		if (item === undefined) return undefined
		items.push(item)
		if (reader.text[reader.at] === ',') continue
		if (reader.text[reader.at] !== '}') return undefined
		reader.at++
		return { kind: 'array', items }
	}
	return undefined
}

function itemAt(reader: Reader, isEnd: (text: string, at: number) => boolean): TraceValue | undefined {
	const { text, at } = reader
	if (text.startsWith(FAULT, at)) {
		reader.at += FAULT.length
		return { kind: 'fault' }
	}
	if (text[at] === '"') return stringAt(reader, isEnd)
	if (text[at] === "'" && text[at + 2] === "'") {
		reader.at += 3
		return { kind: 'character', text: text[at + 1] ?? '' }
	}
	const number = exec(reader, NUMBER)?.[0]
	if (number !== undefined) return { kind: 'number', number: numberOf(number) }
	const symbol = exec(reader, SYMBOL)?.[0]
	return symbol === undefined ? undefined : { kind: 'symbol', text: symbol }
}

function stringAt(reader: Reader, isEnd: (text: string, at: number) => boolean): TraceValue | undefined {
	const from = reader.at + 1
	for (let quote = reader.text.indexOf('"', from); quote >= 0; quote = reader.text.indexOf('"', quote + 1)) {
		if (!isEnd(reader.text, quote + 1)) continue
		reader.at = quote + 1
		return { kind: 'string', text: reader.text.slice(from, quote) }
	}
	return undefined
}

function isEndOfArgument(text: string, at: number): boolean {
	if (at >= text.length || (at === text.length - 1 && text[at] === '\n')) return true
	NAME.lastIndex = at
	return NAME.test(text)
}

const isEndOfItem = (text: string, at: number): boolean => text[at] === ',' || text[at] === '}'

function numberOf(text: string): number | bigint {
	const number = Number(text)
	return Number.isSafeInteger(number) ? number : BigInt(text)
}
