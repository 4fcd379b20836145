import type { LogText } from './log-text.ts'
import { bytesFollow, type RecordForm, recordBegins, recordGoesOn } from './wrapped/journal-fields.ts'
import { linesIn } from './wrapped/several.ts'

/** What a mail program or an author puts before the rest of a line that was folded: the quoting, then blanks. */
const MARGIN = /^(?:> ?)*[ \t]*/
/** With what the rest of a packet line goes on. */
const PIECE =
	/^(?:([A-Z]{2,8})=|(?:AE|CWR|ECE|URG|ACK|PSH|RST|SYN|FIN|DF|MF|CE|OPT|INCOMPLETE|TRUNCATED|FRAG:\d+)(?:\s|$)|[[(\]]|\S{1,20}\)(?:\s|$))/
/** A line that has begun to tell of a packet: one of the kernel's prefixes, or a field. */
const TELLS = /(?:nf_ct_|ip_ct_|ip_conntrack_|helper )[^:]{1,40}(?::| dropping)|(?:^|[\s:\]])(?:IN|SRC)=/
/** Names that a packet line has once, outside of a quoted packet: a second one begins another line. */
const ONCE = new Set(['IN', 'OUT', 'SRC', 'DST', 'PROTO'])
/** The end of a packet line, as far as it can be known: what follows can be UID, MARK or options only. */
const ENDED = /\b(?:URGP=|IPDST=|PROTO=(?!TCP\b)\S+ )/
/** A field that stands right at the margin, of a line that was folded without a sign of it. */
const FIELD_AHEAD = /^([A-Z]{2,8})=/
/** Of ARP, and of UDP and ICMP: fields that a packet line may have twice (see packet-names.ts). */
const TWICE = new Set(['MACSRC', 'MACDST', 'LEN', 'ID', 'SEQ'])

/** Another packet line, wherever its devices stand: a quoted packet has none. */
const DEVICES = /(?:^|\s)IN=/
const BEGINS = /(?:^|\s)(?:IN=|nf_ct_proto_\d+: )/

/** No kernel line is longer than 1 kB, and no folded one has more pieces. */
const MOST_PIECES = 12
const LONGEST = 4096

/** The journal has some 40 fields for an entry; what is longer comes in pieces. */
const MOST_FIELDS = 256
const LONGEST_RECORD = 65_536

/**
 * Puts records together that take several lines. Those that somebody has folded: the rest of a packet line stands behind the
 * same quoting or behind blanks, or at the margin with a field that was still to come, and goes on with its grammar.
 * And those of the journal, with a field a line. Every other line stays as it is. The pieces of one record have a
 * newline between them, as they were given. And a line that is several becomes as many (see linesIn).
 */
export class FoldJoiner {
	#open: LogText | undefined
	#pieces = 0
	/** The form of the journal that is open, and whether a value without a form of its own is. */
	#record: RecordForm | undefined
	#inBytes = false
	#lines: string[] = []
	#length = 0

	/** Records that are whole. The last line waits for the next call when it looks as if more of it should come. */
	push(lines: readonly LogText[]): readonly LogText[] {
		const done: LogText[] = []
		for (const line of lines) {
			const open = this.#open
			if (this.#record !== undefined && this.#takeField(this.#record, line)) continue
			if (this.#record !== undefined) this.#closeRecord(done)
			const record = recordBegins(line.text)
			if (record !== undefined && line.cut === 0) {
				if (open !== undefined) done.push(...linesIn(open))
				this.#open = undefined
				this.#record = record
				this.#inBytes = false
				this.#lines = [line.text]
				this.#length = line.text.length
				continue
			}
			if (open !== undefined && this.#pieces < MOST_PIECES && continues(open, line)) {
				this.#open = { text: `${open.text}\n${line.text}`, cut: 0 }
				this.#pieces += 1
				continue
			}
			if (open !== undefined) done.push(...linesIn(open))
			this.#open = line
			this.#pieces = 1
		}
		if (this.#open !== undefined && !isUnfinished(this.#open)) done.push(...this.end())
		return done
	}

	#takeField(form: RecordForm, { text, cut }: LogText): boolean {
		const isFull = this.#lines.length >= MOST_FIELDS || this.#length + text.length > LONGEST_RECORD
		// A field that only begins a record begins the next one.
		const isNext = text.startsWith('__CURSOR=') || (form === 'verbose' && recordBegins(text) === 'verbose')
		if (cut > 0 || isFull || isNext || !recordGoesOn(form, this.#inBytes, text)) return false
		this.#lines.push(text)
		this.#length += text.length
		this.#inBytes = bytesFollow(this.#inBytes, text)
		return true
	}

	#closeRecord(done: LogText[]): void {
		done.push({ text: this.#lines.join('\n'), cut: 0 })
		this.#record = undefined
		this.#lines = []
		this.#open = undefined
	}

	/** A record of the journal has begun: whatever comes may belong to it. */
	get isInRecord(): boolean {
		return this.#record !== undefined
	}

	end(): readonly LogText[] {
		const done: LogText[] = []
		if (this.#record !== undefined) this.#closeRecord(done)
		if (done.length > 0) return done
		const open = this.#open
		this.#open = undefined
		return open === undefined ? [] : linesIn(open)
	}
}

/**
 * Whether the line that begins there, in bytes, can only be one of its own, behind a line that does not end in an equals sign: what
 * `continues` says of most lines without their texts.
 */
export function standsAlone(bytes: Uint8Array, at: number): boolean {
	const first = bytes[at] as number
	if (first === BLANK || first === TAB || first === QUOTE) return false
	let end = at
	while (end < bytes.length && (bytes[end] as number) >= LETTER_A && (bytes[end] as number) <= LETTER_Z) end++
	return end < bytes.length && (bytes[end] !== EQUALS || end === at)
}

const tells = ({ text, cut }: LogText): boolean => cut === 0 && text.length < LONGEST && TELLS.test(text)

const isUnfinished = (line: LogText): boolean => tells(line) && !ENDED.test(line.text)

const LETTER_A = 0x41
const LETTER_Z = 0x5a
const BLANK = 0x20
const TAB = 0x09
const QUOTE = 0x3e
const EQUALS = 0x3d

function continues(open: LogText, { text, cut }: LogText): boolean {
	const first = text.charCodeAt(0)
	const soft = open.text.charCodeAt(open.text.length - 1) === EQUALS
	if (first >= LETTER_A && first <= LETTER_Z && !soft) return continuesAtMargin(open, text, cut)
	// Nearly every line of a log ends here.
	if (first !== BLANK && first !== TAB && first !== QUOTE && !soft) return false
	if (cut > 0 || open.text.length + text.length > LONGEST || !tells(open)) return false
	// A soft end of a line in quoted-printable: what follows belongs to it, whatever it is.
	if (soft && open.text.includes('=3D')) return true
	const margin = MARGIN.exec(text)?.[0] ?? ''
	const quoting = margin.trimEnd()
	if (margin === '' || quoting !== (MARGIN.exec(open.text)?.[0] ?? '').trimEnd()) return false
	const piece = PIECE.exec(text.slice(margin.length))
	if (piece === null || (BEGINS.test(text) && DEVICES.test(open.text))) return false
	const name = piece[1]
	return name === undefined || !ONCE.has(name) || !new RegExp(`(?:^|[\\s\\]])${name}=`).test(open.text)
}

/** `MACDST=... MACPROTO=0806 ARP ...` under `IN=eth0 OUT= MACSRC=...`: what is there once is not said again. */
function continuesAtMargin(open: LogText, text: string, cut: number): boolean {
	const name = FIELD_AHEAD.exec(text)?.[1]
	if (name === undefined || name === 'IN' || cut > 0 || open.text.length + text.length > LONGEST) return false
	if (!tells(open) || !/(?:^|[^A-Z])IN=/.test(open.text) || ENDED.test(open.text)) return false
	const isSaid = (one: string) => new RegExp(`(?:^|[\\s\\]])${one}=`).test(open.text)
	return TWICE.has(name) || !isSaid(name)
}
