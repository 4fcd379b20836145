import { type Scan, skipBlanks } from '../../bytes/scan.ts'

/** Stamps in brackets: of dmesg, and of printk itself on consoles and in syslog. */
export type BracketStamp = {
	/** As printed, without brackets and the blanks in them. */
	readonly text: string
	/** Seconds since boot; null for a wall clock, a difference, and where somebody has taken it out. */
	readonly boot: number | null
	/** Where the message begins. */
	readonly end: number
}

const ZERO = 0x30
const BLANK = 0x20
const BRACKET = 0x5b
const CLOSING = 0x5d
const DOT = 0x2e

/**
 * dmesg -T, dmesg -d (`[  +0.000004]` and, beside the time, `[ 12.345678 <    0.000004>]`), the first line of a minute
 * in dmesg -e (`[Apr13 10:31]`), and a number without a fraction, which nobody but a hand has written.
 */
const OTHER_FORMS =
	/\[((?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {0,2}\d{1,2} \d{2}:\d{2}(?::\d{2})?(?: \d{4})?| {0,12}\+\d{1,10}\.\d{1,9}| {0,12}(\d{1,12}\.\d{1,9}) < {0,12}\d{1,12}\.\d{1,9}>|\d{1,12})\](?= |$)/y

/** CONFIG_PRINTK_CALLER */
const CALLER = /\[ {0,10}[TC]\d{1,10}\](?: |$)/y

/** The bracket at `at` and what belongs to it; undefined when it is no stamp (`[UFW BLOCK]`). */
export function bracketStamps(scan: Scan, at: number): BracketStamp | undefined {
	const stamp = seconds(scan, at) ?? otherForm(scan.text, at)
	if (stamp === undefined) return undefined
	return {
		text: stamp.text,
		boot: stamp.boot,
		end: skipBlanks(scan, callerEnd(scan, callerAt(scan, stamp.end))),
	}
}

/** Right behind the stamp, or where somebody has put a blank between them. */
const callerAt = ({ codes }: Scan, end: number): number =>
	codes[end] === BLANK && codes[end + 1] === BRACKET ? end + 1 : end

/** The end of `[T123]` or `[C3]` at `at`, which printk puts behind its stamp, and alone where there is none. */
export function callerEnd({ text, codes }: Scan, at: number): number {
	if (codes[at] !== BRACKET) return at
	CALLER.lastIndex = at
	return at + (CALLER.exec(text)?.[0].length ?? 0)
}

/** `[16690.645068]`, `[    0.000000]` */
function seconds({ text, codes }: Scan, at: number): BracketStamp | undefined {
	let from = at + 1
	while (codes[from] === BLANK && from < at + 16) from++
	let next = from
	let value = 0
	let scale = 0
	for (; next < from + 24; next++) {
		const code = codes[next] ?? 0
		const digit = code - ZERO
		if (digit >= 0 && digit <= 9) {
			value = value * 10 + digit
			scale *= 10
		} else if (code === DOT && scale === 0 && next > from) scale = 1
		else break
	}
	if (scale <= 1 || codes[next] !== CLOSING) return undefined
	return { text: text.slice(from, next), boot: value / scale, end: next + 1 }
}

function otherForm(line: string, at: number): BracketStamp | undefined {
	OTHER_FORMS.lastIndex = at
	const found = OTHER_FORMS.exec(line)
	if (found === null) return undefined
	const boot = found[2]
	const text = (boot ?? found[1] ?? '').trim()
	return { text, boot: boot === undefined ? null : Number(boot), end: at + found[0].length }
}
