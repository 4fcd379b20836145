import { quotedFrom, unquoted } from '../bytes/quoted.ts'
import { scanOf } from '../bytes/scan.ts'
import { parseNeighbour } from '../conntrack/neighbour.ts'
import { messageWithin } from '../packet/message-within.ts'
import { type Head, headOf, type Stamp } from './head.ts'
import { journalHead } from './journal-line.ts'
import { isQuotedPrintable, type LogLine, lineOf } from './plain-line.ts'
import { clockStamp } from './stamp/clock.ts'
import { cleaned, withoutWrittenColours } from './wrapped/cleaned.ts'
import { type Collected, collected, type Entry, jsonEntry } from './wrapped/entry.ts'
import { fileHead, namedMessage, nextHead, restOfHead } from './wrapped/heads.ts'
import { journalFields } from './wrapped/journal-fields.ts'
import { repeatsIn } from './wrapped/repeats.ts'
import { unfolded, withoutEnd } from './wrapped/unfolded.ts'

/** Collectors of collectors: a line of the kernel in the journal in JSON in JSON. */
const DEEPEST = 4

/** What may be around a message, or around the head before it. */
const WRAPPED =
	/nf_ct_|ip_ct_|(?:nf|ip)_conntrack: |ip_conntrack_|helper \S|message |kernel|&(?:[a-z]|#)|\{"|\\x1|\\u00|\\0|\\e\[|#033|\^\[|\d\d:\d\d:\d\d|\[ *\d+\.\d+\]|<\d{1,3}>|\d,-[;,]|["'`]|(?:msg|MESSAGE|message|log)=|data: |^[*|>$#=-]|^\S{1,64} +\| /

/** As long as heads are; what is further behind is a message. */
const LONGEST_HEAD = 400

/** The tag of a syslog, of a program that is not the kernel: its words are not the kernel's, whatever they look like. */
const PROGRAM = /^[\w./@+-]{1,64}(?:\[\d{1,10}\])?: /

/** What stands before a message of the kernel without being a rule's: numbers, brackets, single letters. */
const GROUP = /\[[^[\]]{0,60}\]|\([^()]{0,60}\)/g
const LETTERS = /[A-Za-z]{2}/

/** A line, and its message: what stands behind whatever was around it. Safe to print. */
export type Read = { readonly found: LogLine; readonly text: string }

type Found = LogLine & { readonly kind: Exclude<LogLine['kind'], 'conntrack' | 'helper' | 'repeat'> }

/** Nearly every line ends here: whether it is worth a second look. */
export function mayBeWrapped(found: LogLine, head: Head): boolean {
	if (found.kind === 'rule') {
		const { prefix } = found.line
		return prefix !== '' && (isWrapped(prefix) || (!isHead(head) && fileHead(prefix) > 0))
	}
	if (found.kind !== 'printk' && found.kind !== 'other') return false
	const text = wordsOf(found)
	if (head.origin === 'kernel') return HINT.test(text) && BEHIND_KERNEL.test(text)
	const tag = head.stamp.host === null ? 0 : tagLength(text)
	// What a program says is its own, but for a logger that counts.
	if (tag > 0) return 'mMlLaApP-'.includes(text[tag] ?? ' ') && COUNTED.test(text.slice(tag, tag + 40))
	return text !== '' && (WRAPPED.test(text) || (!isHead(head) && fileHead(text) > 0))
}

/** A log has few prefixes, and many lines of each. */
const prefixes = new Map<string, boolean>()
const MOST_PREFIXES = 256
const LONGEST_PREFIX = 128

/** Whether the prefix of a rule may have something around it that has to be undone. */
export function isWrapped(prefix: string): boolean {
	if (prefix.length > LONGEST_PREFIX) return WRAPPED.test(prefix)
	const known = prefixes.get(prefix)
	if (known !== undefined) return known
	if (prefixes.size >= MOST_PREFIXES) prefixes.clear()
	const isOne = WRAPPED.test(prefix)
	prefixes.set(prefix, isOne)
	return isOne
}

/** One of these characters is in all that may stand behind a head of the kernel. */
const HINT = /[_#^\\[(]|message /

/** Behind a head of the kernel only these can be anything else than its message. */
const BEHIND_KERNEL =
	/nf_ct_|ip_ct_|ip_conntrack_|helper \S|^message |^[-lLaAp]\S* message |\\x1|\\u00|#033|\^\[|\[ *\d+\.\d/
const COUNTED = /^(?:-{2,3} )?(?:\w{4,8} )?message /i

const LONGEST_TAG = 80

/** How long the tag of a program at the beginning of a message is; 0 for none. */
function tagLength(text: string): number {
	const colon = text.indexOf(': ')
	return colon > 0 && colon < LONGEST_TAG && PROGRAM.test(text.slice(0, colon + 2)) ? colon + 2 : 0
}

const isHead = ({ stamp, origin }: Pick<Head, 'stamp' | 'origin'>): boolean =>
	stamp.text !== '' || origin !== 'unknown'

/** What no message has been found in: the prefix of a rule, or the beginning of another text. */
function wordsOf(found: LogLine): string {
	if ('line' in found) return found.line.prefix
	if (!('text' in found)) return ''
	return found.text.length > LONGEST_HEAD ? found.text.slice(0, LONGEST_HEAD) : found.text
}

/** The line in a text that may be wrapped: by colours, JSON, the journal, grep, a collector, a logger that counts. */
export function unwrapped(raw: string, given: string, depth: number): Read {
	const text = withoutEnd(cleaned(given))
	const entry = entryOf(text)
	const inEntry = entry === undefined ? undefined : ofEntry(raw, entry, depth)
	if (inEntry !== undefined) return inEntry
	const { found, head } = headed(raw, unfolded(text))
	return further(raw, head, found, depth)
}

/** The same of a text that has been read as far as its head is known. */
export function further(raw: string, head: Head, found: LogLine, depth: number): Read {
	const { stamp, origin, at, scan, ahead } = head
	const message = scan.text.slice(at)
	const read = { found, text: ahead === '' ? message : `${ahead} ${message}` }
	if (depth >= DEEPEST || !mayBeWrapped(found, head)) return read
	const place = { raw, text: scan.text, at, stamp, origin, depth, found: found as Found, read }
	return (
		repeated(place) ??
		(isOfProgram(place) ? read : (behindMore(place) ?? withMessage(place) ?? neighbourWithin(place) ?? read))
	)
}

function headed(raw: string, text: string): { readonly found: LogLine; readonly head: Head } {
	const head = headOf(scanOf(text))
	const found = lineOf(raw, head)
	if (!isQuotedPrintable(found)) return { found, head }
	const again = headOf(scanOf(unfolded(head.scan.text)))
	return { found: lineOf(raw, again), head: again }
}

type Place = Pick<Head, 'at' | 'stamp' | 'origin'> & {
	readonly raw: string
	/** The whole line; the message begins at `at`. */
	readonly text: string
	readonly depth: number
	readonly found: Found
	readonly read: Read
}

function isOfProgram({ origin, stamp, text, at }: Place): boolean {
	if (origin !== 'unknown') return origin === 'program'
	return stamp.host !== null && PROGRAM.test(text.slice(at, at + 100))
}

const NUMBER = /^\d{1,12}$/

/** The head is one of the kernel's, and a number in brackets alone is none. */
const isKernels = ({ origin, stamp }: Place): boolean => origin === 'kernel' && !NUMBER.test(stamp.text)

/** "message repeated 28 times: [ ... ]", "last message repeated 7 times". */
function repeated({ raw, text, at, stamp, depth, found, origin, read }: Place): Read | undefined {
	const message = text.slice(at)
	const tag = origin === 'unknown' ? (PROGRAM.exec(message.slice(0, 100))?.[0].length ?? 0) : 0
	const repeats = repeatsIn(message) ?? (tag === 0 ? undefined : repeatsIn(message.slice(tag)))
	if (repeats === undefined) return undefined
	const { times } = repeats
	if (repeats.message === undefined) {
		// `Jan 1 10:00:00 last message repeated`: without a host the first word has passed for one.
		const host = stamp.host === 'last' || stamp.host === '---' ? null : stamp.host
		return { ...read, found: { raw, stamp: { ...stamp, host }, kind: 'repeat', times, text: message } }
	}
	// A program's own: what it said is no message of the kernel.
	if (tag > 0 || origin === 'program') return { ...read, found: { ...found, times } }
	const inner = within(unwrapped(raw, repeats.message, depth + 1), stamp)
	return { ...inner, found: { ...inner.found, times: times * (inner.found.times ?? 1) } }
}

/** A known head behind what is not known: grep's file name, a pod's, JSON, the colours of a terminal, written out. */
function behindMore(place: Place): Read | undefined {
	const { raw, text, at, stamp, depth, found } = place
	const message = text.slice(at)
	const again = (rest: string) => within(unwrapped(raw, rest, depth + 1), stamp)
	const inJson = jsonWithin(place, message)
	if (inJson !== undefined) return inJson
	const bare = withoutWrittenColours(text)
	if (bare !== text) return unwrapped(raw, bare, depth + 1)
	const rest = restOfHead(message)
	if (rest > 0) return again(message.slice(rest))
	const from = isHead(place) ? at : 0
	const to = at + wordsOf(found).length + 1
	const next = nextHead(text, from, to)
	if (next >= 0 && (!isKernels(place) || isDecoration(text.slice(from, next)))) return again(text.slice(next))
	const file = isHead(place) ? 0 : fileHead(text)
	if (file > 0 && file < text.length) return again(text.slice(file))
	if (found.kind !== 'rule' || isKernels(place)) return undefined
	const quoted = isHead(place) && !NUMBER.test(stamp.text) ? -1 : quotedFrom(text, at, to)
	const inside = [quoted, namedMessage(text, at, to)].find((start) => start > at)
	return inside === undefined ? undefined : again(unquoted(text, inside))
}

function jsonWithin({ raw, stamp, depth }: Place, message: string): Read | undefined {
	const from = message.indexOf('{"')
	if (from < 0 || !message.trimEnd().endsWith('}')) return undefined
	const entry = jsonEntry(message.slice(from))
	const read = entry === undefined ? undefined : ofEntry(raw, entry, depth)
	return read === undefined ? undefined : within(read, stamp)
}

/** A message of conntrack behind a head that nobody knows. Behind the kernel's own stands nothing of a logger. */
function withMessage(place: Place): Read | undefined {
	const { raw, text, at, stamp } = place
	const message = messageWithin(text, at)
	if (message === undefined) return undefined
	if (isKernels(place) && !isDecoration(text.slice(at, message.at))) return undefined
	const { line } = message
	return { found: { raw, stamp, kind: line.kind, line }, text: message.text }
}

const isDecoration = (text: string): boolean =>
	text.length < LONGEST_HEAD && !LETTERS.test(text.replaceAll(GROUP, ''))

const OF_TABLE = /(?<![\w.-])(?:nf|ip)_conntrack: /g

function neighbourWithin({ raw, text, at, stamp, origin, found }: Place): Read | undefined {
	if (origin !== 'unknown' || found.kind !== 'other') return undefined
	OF_TABLE.lastIndex = at
	const place = OF_TABLE.exec(text)?.index
	const message = place === undefined ? '' : text.slice(place)
	const neighbour = parseNeighbour(message)
	return neighbour === undefined
		? undefined
		: { found: { raw, stamp, kind: 'neighbour', neighbour }, text: message }
}

/** What the inner head does not say, the outer one does. Seconds since boot are no time of the day. */
function within({ found, text }: Read, outer: Stamp): Read {
	const { stamp } = found
	const isBare = stamp.text === '' || (stamp.boot !== null && SECONDS.test(stamp.text))
	return {
		text,
		found: {
			...found,
			stamp: {
				text: isBare && outer.text !== '' ? outer.text : stamp.text,
				wall: stamp.wall ?? outer.wall,
				boot: stamp.boot ?? outer.boot,
				level: stamp.level ?? outer.level,
				host: stamp.host ?? outer.host,
			},
		},
	}
}

const SECONDS = /^\d{1,12}\.\d{1,9}$/

const RECORD_SEPARATOR = '\x1e'
/** Server-sent events: `journalctl -o json-sse`. */
const EVENT = 'data: '

function entryOf(text: string): Entry | undefined {
	if (text.includes('\n') && !text.startsWith('{')) return journalFields(text)
	const json = text.startsWith(RECORD_SEPARATOR)
		? text.slice(1)
		: text.startsWith(EVENT)
			? text.slice(EVENT.length)
			: text
	const first = json.charAt(0)
	return first === '{' || (first === '[' && json.startsWith('[{')) ? jsonEntry(json) : undefined
}

function ofEntry(raw: string, entry: Entry, depth: number): Read | undefined {
	const head = journalHead(entry)
	if (head !== undefined) return { found: lineOf(raw, head), text: head.scan.text }
	if (depth >= DEEPEST) return undefined
	const record = collected(entry)
	return record === undefined ? undefined : within(unwrapped(raw, record.message, depth + 1), stampOf(record))
}

function stampOf({ time, host }: Collected): Stamp {
	const scan = scanOf(time)
	const safe = host === undefined ? null : scanOf(host).text
	const wall = /^\d{1,20}(?:\.\d{1,9})?$/.test(time)
		? sinceEpoch(Number(time))
		: clockStamp(scanOf(time), 0)?.wall
	return { text: scan.text, wall: wall ?? null, boot: null, level: null, host: safe }
}

/** Seconds, ms, µs or ns since 1970, in ms: which of these is told by its size. */
function sinceEpoch(value: number): number | null {
	const ms = [1e3, 1, 1e-3, 1e-6].map((factor) => value * factor).find((time) => time > 1e11 && time < 1e13)
	return ms ?? null
}
