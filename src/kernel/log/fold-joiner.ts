import type { LogText } from './log-text.ts'

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
const ENDED = /\b(?:URGP=|PROTO=(?!TCP\b)\S+ )/

/** No kernel line is longer than 1 kB, and no folded one has more pieces. */
const MOST_PIECES = 12
const LONGEST = 4096

/**
 * Puts records together that somebody has folded into several lines: the rest of a packet line stands behind the same
 * quoting or behind blanks and goes on with its grammar. Every other line stays as it is. The pieces of one record have
 * a newline between them, as they were given.
 */
export class FoldJoiner {
	#open: LogText | undefined
	#pieces = 0

	/** Records that are whole. The last line waits for the next call when it looks as if more of it should come. */
	push(lines: readonly LogText[]): readonly LogText[] {
		const done: LogText[] = []
		for (const line of lines) {
			const open = this.#open
			if (open !== undefined && this.#pieces < MOST_PIECES && continues(open, line)) {
				this.#open = { text: `${open.text}\n${line.text}`, cut: 0 }
				this.#pieces += 1
				continue
			}
			if (open !== undefined) done.push(open)
			this.#open = line
			this.#pieces = 1
		}
		if (this.#open !== undefined && !isUnfinished(this.#open)) done.push(...this.end())
		return done
	}

	end(): readonly LogText[] {
		const open = this.#open
		this.#open = undefined
		return open === undefined ? [] : [open]
	}
}

const tells = ({ text, cut }: LogText): boolean => cut === 0 && text.length < LONGEST && TELLS.test(text)

const isUnfinished = (line: LogText): boolean => tells(line) && !ENDED.test(line.text)

const BLANK = 0x20
const TAB = 0x09
const QUOTE = 0x3e
const EQUALS = 0x3d

function continues(open: LogText, { text, cut }: LogText): boolean {
	const first = text.charCodeAt(0)
	const soft = open.text.charCodeAt(open.text.length - 1) === EQUALS
	// Nearly every line of a log ends here.
	if (first !== BLANK && first !== TAB && first !== QUOTE && !soft) return false
	if (cut > 0 || open.text.length + text.length > LONGEST || !tells(open)) return false
	// A soft end of a line in quoted-printable: what follows belongs to it, whatever it is.
	if (soft && open.text.includes('=3D')) return true
	const margin = MARGIN.exec(text)?.[0] ?? ''
	const quoting = margin.trimEnd()
	if (margin === '' || quoting !== (MARGIN.exec(open.text)?.[0] ?? '').trimEnd()) return false
	const piece = PIECE.exec(text.slice(margin.length))
	if (piece === null) return false
	const name = piece[1]
	return name === undefined || !ONCE.has(name) || !new RegExp(`(?:^|[\\s\\]])${name}=`).test(open.text)
}
