import { type Mouse, mouseOf } from './mouse.ts'
import { keysOfCsi, keysOfSs3 } from './sequence-keys.ts'
import { createUtf8 } from './utf8.ts'

/** What was heard from a terminal. */
export type Heard =
	/** A key without a character, by its name in app/keys.ts, or one that the terminal sent as a sequence. */
	| { readonly kind: 'key'; readonly key: string }
	/** Characters as they were typed; controls among them. */
	| { readonly kind: 'text'; readonly text: string }
	/** Marked as pasted; the first PASTE_KEPT characters. */
	| { readonly kind: 'paste'; readonly text: string }
	/** A report of the mouse that means something here. */
	| { readonly kind: 'mouse'; readonly mouse: Mouse }
	/** An answer or a report of the terminal, focus among them, or bytes that are nothing. */
	| { readonly kind: 'answer' }

/** Esc is a key of its own when nothing follows for so long. Over a slow link what belongs to it may come later ... */
const ESCAPE_MS = 25
/** ... so for so long a character that can only begin a sequence still belongs to it. None of them is a key here. */
const LATE_MS = 1000
/** A sequence that has begun is given up when nothing comes for so long. */
const PAUSE_MS = 2000
/** A string (OSC, DCS ...) that lasts longer than this, or is longer, is let go: until it is quiet, nothing counts. */
const STRING_MS = 10_000
const STRING_LENGTH = 65_536
const QUIET_MS = 1000
/** A paste whose end does not come is dropped when it is silent for so long. */
const PASTE_PAUSE_MS = 5000
const PASTE_KEPT = 4096
/** The longest control sequence; those of terminals have less than a hundred characters. */
const CSI_LENGTH = 256

const BEL = 0x07
const ESC = 0x1b
const BACKSLASH = 0x5c
const DEL = 0x7f
const ST = 0x9c
/** What a C1 control is behind ESC: CSI is `[`, OSC is `]` (ECMA-48, 5.3). */
const C1_OFFSET = 0x40
/** CSI, SS3, and those of strings: DCS, OSC, SOS, PM, APC. */
const INTRODUCERS = '[OP]X^_'
const PASTE_BEGINS = '200'
const PASTE_ENDS = '201~'

type Mode =
	| 'ground'
	/** Behind ESC; and when Esc was said as a key already. */
	| 'escape'
	| 'late'
	| 'csi'
	| 'ss3'
	/** Behind CSI [, with which the Linux console begins its function keys. */
	| 'console'
	/** Characters without meaning: coordinates of X10's mouse. */
	| 'skip'
	| 'string'
	| 'paste'
	/** A string without an end is running out. */
	| 'drain'

export type Sequences = {
	/** Bytes that were read together, at CLOCK_MONOTONIC ms or any other clock that only goes forward. */
	push(bytes: Uint8Array, at: number): readonly Heard[]
	/** Nothing has come until then: what was waited for in vain. */
	pass(at: number): readonly Heard[]
	/** When `pass` is to be called next; undefined when nothing is waited for. */
	due(): number | undefined
}

/**
 * Takes apart what a terminal sends: keys, pastes, and all that it says by itself or as an answer, which is never a key
 * however it is cut into pieces. Times out only by `pass`, so that a program that was held up does not take the second
 * half of an answer for keys. Sequences as in ECMA-48 and xterm's ctlseqs. An answerback text (ENQ) and VT52's
 * answers look like typed text and are not known here.
 */
export function createSequences(): Sequences {
	const utf8 = createUtf8()
	let mode: Mode = 'ground'
	/** Of the last byte, of ESC, and of the first character of a string. */
	let last = 0
	let escapeAt = 0
	let beganAt = 0
	let body = ''
	let length = 0
	let endsWithBel = false
	let isEscaped = false
	/** The end of the paste, as its beginning was written, and how much of it was seen. */
	let mark: readonly number[] = []
	let seen = 0
	let isEightBit = false
	let heard: Heard[] = []
	let text = ''

	const flush = (): void => {
		if (text !== '') heard.push({ kind: 'text', text })
		text = ''
	}
	const say = (one: Heard): void => {
		flush()
		heard.push(one)
	}
	/** Each of these says what was heard and what the machine is in then. */
	const answer = (): Mode => {
		say({ kind: 'answer' })
		return 'ground'
	}
	const key = (name: string): Mode => {
		say({ kind: 'key', key: name })
		return 'ground'
	}
	const keysOrAnswer = (keys: readonly string[]): Mode => {
		if (keys.length === 0) return answer()
		for (const one of keys) key(one)
		return 'ground'
	}
	const skip = (count: number): Mode => {
		length = count
		return 'skip'
	}
	/** What begins at `code` has nothing to do with the sequence before it. */
	const abort = (code: number): Mode => {
		answer()
		return onGround(code)
	}

	function open(introducer: string, eightBit: boolean): Mode {
		flush()
		body = ''
		length = 0
		isEscaped = false
		isEightBit = eightBit
		beganAt = last
		endsWithBel = introducer === ']'
		if (introducer === '[') return 'csi'
		return introducer === 'O' ? 'ss3' : 'string'
	}

	function after(code: number): Mode {
		switch (mode) {
			case 'ground':
				return onGround(code)
			case 'escape':
			case 'late':
				return behindEscape(code)
			case 'csi':
				return inCsi(code)
			case 'ss3':
				if (isFinal(code)) return keysOrAnswer(keysOfSs3(characterOf(code)))
				return /^[\d;]$/.test(characterOf(code)) && ++length < CSI_LENGTH ? 'ss3' : abort(code)
			case 'console':
				return isFinal(code) ? answer() : abort(code)
			case 'skip':
				if (code >= 0 && code < 0x20) return abort(code)
				return --length === 0 ? answer() : 'skip'
			case 'string':
				return inString(code)
			case 'paste':
				return inPaste(code)
			case 'drain':
				return 'drain'
		}
	}

	function onGround(code: number): Mode {
		if (code === ESC) {
			flush()
			escapeAt = last
			return 'escape'
		}
		if (code < 0) return answer()
		if (code < 0x80 || code >= 0xa0) {
			text += characterOf(code)
			return 'ground'
		}
		const introducer = characterOf(code - C1_OFFSET)
		// SS2: the next character is of another set.
		if (introducer === 'N') return skip(1)
		return INTRODUCERS.includes(introducer) ? open(introducer, true) : answer()
	}

	function behindEscape(code: number): Mode {
		const character = characterOf(code)
		if (character !== '' && INTRODUCERS.includes(character)) return open(character, false)
		// The end of a string that was let go before.
		if (character === '\\') return answer()
		// Esc and the next key in one piece look like Alt and that key. Esc first is always the harmless reading.
		if (mode === 'escape') key('esc')
		return onGround(code)
	}

	function inCsi(code: number): Mode {
		const character = characterOf(code)
		if (character === '[' && body === '') return 'console'
		if (isFinal(code) || (character === '$' && /^[235678]$/.test(body))) return endOfCsi(character)
		if (code === DEL) return 'csi'
		if (code < 0x20 || code > DEL) return abort(code)
		body += character
		return body.length > CSI_LENGTH ? 'drain' : 'csi'
	}

	function endOfCsi(final: string): Mode {
		// Mouse of X10: button and two coordinates. T and t: xterm's highlighting with the mouse.
		if (body === '' && final === 'M') return skip(3)
		if (body === '' && final === 't') return skip(2)
		if (body === '' && final === 'T') return skip(6)
		const mouse = mouseOf(body, final)
		if (mouse !== undefined) {
			say({ kind: 'mouse', mouse })
			return 'ground'
		}
		if (body !== PASTE_BEGINS || final !== '~') return keysOrAnswer(keysOfCsi(body, final))
		mark = codesOf(`${isEightBit ? '\x9b' : '\x1b['}${PASTE_ENDS}`)
		seen = 0
		body = ''
		return 'paste'
	}

	/** Whatever else stands behind an ESC is a part of the string: only its end makes room for keys. */
	function inString(code: number): Mode {
		if (code === ST || (code === BEL && endsWithBel) || (isEscaped && code === BACKSLASH)) return answer()
		isEscaped = code === ESC
		return ++length > STRING_LENGTH ? 'drain' : 'string'
	}

	function inPaste(code: number): Mode {
		if (code === mark[seen]) {
			if (++seen < mark.length) return 'paste'
			say({ kind: 'paste', text: body })
			return 'ground'
		}
		const held = mark.slice(0, seen)
		seen = code === mark[0] ? 1 : 0
		for (const one of [...held, ...(seen === 1 ? [] : [code])])
			if (body.length < PASTE_KEPT) body += characterOf(one)
		return 'paste'
	}

	/** When the present mode ends by itself. */
	function ends(): number | undefined {
		switch (mode) {
			case 'ground':
				return utf8.isOpen() ? last + PAUSE_MS : undefined
			case 'escape':
				return escapeAt + ESCAPE_MS
			case 'late':
				return escapeAt + LATE_MS
			case 'string':
				return Math.min(last + PAUSE_MS, beganAt + STRING_MS)
			case 'paste':
				return last + PASTE_PAUSE_MS
			case 'drain':
				return last + QUIET_MS
			default:
				return last + PAUSE_MS
		}
	}

	function timedOut(at: number): Mode {
		if (mode === 'late') return 'ground'
		if (mode === 'escape') {
			key('esc')
			return 'late'
		}
		utf8.reset()
		return mode === 'string' && at < last + PAUSE_MS ? 'drain' : answer()
	}

	function told(): readonly Heard[] {
		flush()
		const all = heard
		heard = []
		return all
	}

	return {
		push(bytes, at) {
			last = at
			for (const byte of bytes) for (const code of utf8.push(byte)) mode = after(code)
			return told()
		},
		pass(at) {
			for (let end = ends(); end !== undefined && end <= at; end = ends()) mode = timedOut(at)
			return told()
		},
		due: ends,
	}
}

const characterOf = (code: number): string => (code < 0 ? '' : String.fromCodePoint(code))
const codesOf = (text: string): readonly number[] => [...text].map((one) => one.codePointAt(0) ?? 0)
const isFinal = (code: number): boolean => code >= 0x40 && code <= 0x7e
