import { QuickPacket } from './packet.ts'
import { dmesgTimeEnd, IsoTime, isDigit, isOnClock, monthEnd, SecondsSinceBoot } from './time.ts'

const NEWLINE = 0x0a
const BLANK = 0x20
const ROUND_OPENING = 0x28
const DASH = 0x2d
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const COLON = 0x3a
const EQUALS = 0x3d
const LETTER_A = 0x41
const LETTER_C = 0x63
const LETTER_H = 0x68
const LETTER_M = 0x6d
const LETTER_I = 0x49
const LETTER_N = 0x4e
const OPENING = 0x5b
const CLOSING = 0x5d
const UNDERSCORE = 0x5f
const DELETE = 0x7f

/** Longer ones are read with care. */
const LONGEST = 4096
const LONGEST_HOST = 63

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const KERNEL = bytesOf('kernel: ')
const PROTO = bytesOf('nf_ct_proto_')
const PACKET = bytesOf('packet')
const MESSAGE = bytesOf('message ')
const HELPER = bytesOf('helper ')

/** Characters of words, and what may be in the name of a host besides. */
const WORD = 1
const OF_HOST = 2
/** What a message of the kernel may have that is about nothing of ours (see usual-line.ts), and the names of its functions. */
const OF_KERNEL = 4
const classes = new Uint8Array(256)
for (const [form, bit] of [
	[/\w/, WORD],
	[/[\w.-]/, OF_HOST],
	[/[ -"$-')-<>-Z\]_`-~]/, OF_KERNEL],
] as const)
	for (let code = 0; code < 128; code++)
		if (form.test(String.fromCharCode(code))) classes[code] = (classes[code] as number) | bit

const isLetter = (byte: number | undefined): boolean => (((byte as number) | 0x20) - 0x61) >>> 0 < 26

export type QuickKind = 'conntrack' | 'rule' | 'program' | 'kernel'

/**
 * One line, read where it lies: positions in its bytes instead of texts. Takes what most lines of most logs are, exactly as
 * parseLogLine would, and nothing else; what depends on words (the reason, the prefix of a rule, the host, the name of a
 * program) is for the caller to look up, and to read with care where it comes for the first time.
 */
export class QuickLine {
	kind: QuickKind = 'conntrack'
	/** Of its newline. */
	to = 0
	/** Equal to `timeTo` where the line has no time. */
	timeFrom = 0
	timeTo = 0
	/** Equal to `hostTo` where it has none. */
	hostFrom = 0
	hostTo = 0
	/** ms since 1970, and seconds since boot; NaN where they are not said. */
	wall = Number.NaN
	boot = Number.NaN
	/** `conntrack`: protocol and reason. `rule`: the prefix, without blanks around it. */
	l4proto = 0
	wordsFrom = 0
	wordsTo = 0
	/** Its first word, a blank and more, as much as says whose message it is; the name of a program is its beginning. */
	nameTo = 0
	/** `rule`: nothing stands before its prefix. */
	isBare = false
	/** `program`: there is no number of a process, so that the text alone says whose it is. */
	isNameless = false
	readonly packet = new QuickPacket()
	readonly #iso = new IsoTime()
	readonly #seconds = new SecondsSinceBoot()

	/** Whether the line at `from` is such a one; a newline must end it. */
	read(bytes: Uint8Array, from: number): boolean {
		this.timeFrom = this.timeTo = this.hostFrom = this.hostTo = from
		this.wall = this.boot = Number.NaN
		this.isBare = false
		const isRead = this.#read(bytes, from)
		return isRead && this.to - from <= LONGEST
	}

	#read(bytes: Uint8Array, from: number): boolean {
		const first = bytes[from] as number
		if (first === OPENING) return this.#bracketed(bytes, from)
		if (startsWith(bytes, from, PROTO)) return this.#conntrack(bytes, from)
		let isUsual: boolean
		let end: number
		if (isDigit(first)) {
			end = this.#iso.end(bytes, from)
			if (end < 0) return false
			this.wall = this.#iso.wall
			isUsual = isOnClock(bytes, from + 11)
		} else {
			if (!isLetter(first)) return false
			end = monthEnd(bytes, from)
			if (end < 0) return this.#bare(bytes, from)
			isUsual = isOnClock(bytes, from + 7)
		}
		this.timeTo = end
		if (bytes[end] !== BLANK) return false
		const host = this.#host(bytes, end + 1)
		if (host < 0) return false
		if (!startsWith(bytes, host, KERNEL)) return isUsual && this.#program(bytes, host)
		return this.#kernel(bytes, host + KERNEL.length, isUsual)
	}

	/** The end of the blank behind a host. */
	#host(bytes: Uint8Array, from: number): number {
		if (!isLetter(bytes[from])) return -1
		let at = from + 1
		while (((classes[bytes[at] as number] as number) & OF_HOST) !== 0) at++
		if (bytes[at] !== BLANK || at - from > LONGEST_HOST || bytes[at - 1] === DOT) return -1
		this.hostFrom = from
		this.hostTo = at
		return at + 1
	}

	/** Behind `kernel: `. */
	#kernel(bytes: Uint8Array, from: number, isUsual: boolean): boolean {
		if (bytes[from] !== OPENING || isLetter(bytes[from + 1])) return this.#message(bytes, from, false)
		const end = this.#seconds.end(bytes, from)
		if (end < 0 || bytes[end] !== BLANK) return false
		this.boot = this.#seconds.boot
		const { from: first, to } = this.#seconds
		return this.#message(bytes, end + 1, isUsual && first - from <= 9 && bytes[to - 7] === DOT)
	}

	/** dmesg, with a host behind the time in journalctl -o short-monotonic. */
	#bracketed(bytes: Uint8Array, from: number): boolean {
		let end = this.#seconds.end(bytes, from)
		if (end >= 0) {
			this.boot = this.#seconds.boot
			this.timeFrom = this.#seconds.from
			this.timeTo = this.#seconds.to
		} else {
			end = dmesgTimeEnd(bytes, from)
			if (end < 0) return isLetter(bytes[from + 1]) && this.#bare(bytes, from)
			this.timeFrom = from + 1
			this.timeTo = end - 1
		}
		if (bytes[end] !== BLANK) return false
		let at = end + 1
		while (((classes[bytes[at] as number] as number) & OF_HOST) !== 0) at++
		if (bytes[at] !== BLANK || !startsWith(bytes, at + 1, KERNEL)) return this.#message(bytes, end + 1, false)
		const host = this.#host(bytes, end + 1)
		return host >= 0 && this.#message(bytes, host + KERNEL.length, false)
	}

	#bare(bytes: Uint8Array, from: number): boolean {
		this.isBare = true
		return this.#message(bytes, from, false)
	}

	/** Behind all that stands before a message of the kernel. */
	#message(bytes: Uint8Array, from: number, isUsual: boolean): boolean {
		const first = bytes[from] as number
		const second = bytes[from + 1] as number
		if (startsWith(bytes, from, PROTO)) return this.#conntrack(bytes, from)
		if (first === BLANK || first === ROUND_OPENING || second === OPENING || second === ROUND_OPENING)
			return false
		if (first === LETTER_C && isDigit(second)) return false
		// `[T123]` and `[Apr  1 ...]` belong to the head.
		if (first === OPENING && (!isLetter(second) || !isLetter(bytes[from + 2]))) return false
		this.wordsFrom = from
		let at = from
		let allowed = OF_KERNEL
		let byte = bytes[at] as number
		while (byte >= BLANK && byte < DELETE && byte !== EQUALS) {
			allowed &= classes[byte] as number
			byte = bytes[++at] as number
		}
		if (byte === NEWLINE) {
			this.to = at
			this.kind = 'kernel'
			return isUsual && allowed !== 0 && this.#kernelText(bytes, from)
		}
		const into = at - 2
		if (byte !== EQUALS || into < from || bytes[into] !== LETTER_I || bytes[into + 1] !== LETTER_N)
			return false
		let end = into
		while (end > from && bytes[end - 1] === BLANK) end--
		this.wordsTo = end
		this.kind = 'rule'
		this.to = this.packet.read(bytes, into)
		return this.to >= 0
	}

	#kernelText(bytes: Uint8Array, from: number): boolean {
		let word = from
		while ((bytes[word] as number) > BLANK) word++
		if (bytes[word - 1] === COLON && bytes[word] === BLANK && isDigit(bytes[word + 1])) return false
		this.nameTo = beginningEnd(bytes, from, word)
		for (let at = from; at < this.to; at++) {
			switch (bytes[at]) {
				case LETTER_M:
					if (startsWith(bytes, at, MESSAGE)) return false
					break
				case LETTER_H:
					if (startsWith(bytes, at, HELPER)) return false
					break
				case UNDERSCORE:
					if (bytes[at + 1] === LETTER_C) return false
					break
				case COLON:
					if (startsWith(bytes, at - PACKET.length, PACKET)) return false
					break
				default:
			}
		}
		return true
	}

	#conntrack(bytes: Uint8Array, from: number): boolean {
		const number = from + PROTO.length
		let at = number
		let l4proto = 0
		while (isDigit(bytes[at]) && at < number + 3) l4proto = l4proto * 10 + ((bytes[at++] as number) - ZERO)
		if (at === number || (bytes[number] === ZERO && at > number + 1) || l4proto > 255) return false
		if (bytes[at] !== COLON || bytes[at + 1] !== BLANK) return false
		const words = at + 2
		at = words
		for (;;) {
			const byte = bytes[at] as number
			if (byte < BLANK || byte >= DELETE || byte === EQUALS) return false
			if (byte === BLANK) {
				if (bytes[at + 1] === LETTER_I && bytes[at + 2] === LETTER_N && bytes[at + 3] === EQUALS) break
				if (bytes[at + 4] === EQUALS) return false
			}
			at++
		}
		if (at === words || bytes[words] === BLANK || bytes[at - 1] === BLANK) return false
		this.kind = 'conntrack'
		this.l4proto = l4proto
		this.wordsFrom = words
		this.wordsTo = at
		this.to = this.packet.read(bytes, at + 1)
		return this.to >= 0
	}

	/** `sshd[12]: Accepted publickey for root ...`: no packet, and nothing that a logger has counted. */
	#program(bytes: Uint8Array, from: number): boolean {
		let at = from + 1
		if (!isLetter(bytes[from])) return false
		for (;;) {
			const byte = bytes[at] as number
			if (((classes[byte] as number) & WORD) === 0 && byte !== SLASH && byte !== DASH) break
			at++
		}
		if (at - from < 2 || at - from > 28) return false
		this.wordsFrom = from
		this.wordsTo = at
		this.isNameless = bytes[at] !== OPENING
		if (!this.isNameless) {
			const pid = ++at
			while (isDigit(bytes[at])) at++
			if (at === pid || at - pid > 10 || bytes[at++] !== CLOSING) return false
		}
		if (bytes[at] !== COLON || bytes[at + 1] !== BLANK) return false
		at += 2
		const text = at
		if (isDigit(bytes[at]) || bytes[at] === BLANK || bytes[at] === DASH || isCounting(bytes, at)) return false
		let byte = bytes[at] as number
		for (; byte >= BLANK && byte < DELETE; byte = bytes[++at] as number) {
			// No name of a field stands before it.
			if (byte === EQUALS) {
				if (((bytes[at - 1] as number) - LETTER_A) >>> 0 < 26) return false
			} else if (byte === UNDERSCORE) {
				if (bytes[at + 1] === LETTER_C) return false
			} else if (byte === COLON && this.isNameless && startsWith(bytes, at - PACKET.length, PACKET))
				return false
		}
		this.to = at
		this.kind = 'program'
		let word = text
		while ((bytes[word] as number) > BLANK) word++
		this.nameTo = this.isNameless ? Math.max(word, Math.min(at, from + 8)) : this.wordsTo
		return byte === NEWLINE
	}
}

/** `message repeated`, `last message repeated`: `(?:\w{4,8} )?[mM][eE]`. */
function isCounting(bytes: Uint8Array, from: number): boolean {
	if (isMe(bytes, from)) return true
	let at = from
	while (((classes[bytes[at] as number] as number) & WORD) !== 0) at++
	const length = at - from
	return length >= 4 && length <= 8 && bytes[at] === BLANK && isMe(bytes, at + 1)
}

const isMe = (bytes: Uint8Array, at: number): boolean =>
	((bytes[at] as number) | 0x20) === 0x6d && ((bytes[at + 1] as number) | 0x20) === 0x65

/** Two words, and not less than eight characters where there are so many. */
function beginningEnd(bytes: Uint8Array, from: number, word: number): number {
	let at = word
	if (bytes[at] === BLANK) at++
	while ((bytes[at] as number) > BLANK) at++
	while (at < from + 8 && (bytes[at] as number) >= BLANK) at++
	return at
}

function startsWith(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
	for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false
	return true
}
