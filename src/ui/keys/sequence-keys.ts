/** Keys of a control sequence as their names in app/keys.ts; empty when it is none that we know, so an answer. */
type Keys = readonly string[]

const NONE: Keys = []

/** xterm's CSI and SS3 forms of keys without a character. */
const BY_LETTER: Readonly<Record<string, string>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	F: 'end',
	H: 'home',
}

/** rxvt's with shift (CSI) or ctrl (SS3). */
const BY_SMALL_LETTER: Readonly<Record<string, string>> = { a: 'up', b: 'down', c: 'right', d: 'left' }

/** VT220's, and rxvt's for home and end. */
const BY_NUMBER: Readonly<Record<number, string>> = {
	1: 'home',
	3: 'delete',
	4: 'end',
	5: 'pgup',
	6: 'pgdn',
	7: 'home',
	8: 'end',
}

/** Code points of the kitty keyboard protocol, and of xterm's modifyOtherKeys, that have names here. */
const BY_CODE: Readonly<Record<number, string>> = {
	9: 'tab',
	13: 'enter',
	27: 'esc',
	32: 'space',
	127: 'backspace',
	57414: 'enter',
	57417: 'left',
	57418: 'right',
	57419: 'up',
	57420: 'down',
	57421: 'pgup',
	57422: 'pgdn',
	57423: 'home',
	57424: 'end',
	57426: 'delete',
}

const SHIFT = 1
const CTRL = 4
/** Alt, super, hyper and meta: keys with these mean nothing here. */
const OTHERS = 2 | 8 | 16 | 32
/** The third kind of event in the kitty protocol. */
const RELEASE = 3

/** `1`, `1;5`, `1;5:2`: modifiers plus one, and the kind of event. */
const MODIFIED = /^(\d+)(?:;(\d*)(?::(\d+))?)?$/
/** Code with shifted and base form; modifiers and event; text. https://sw.kovidgoyal.net/kitty/keyboard-protocol */
const KITTY = /^(\d+)(?::(\d*)(?::\d+)?)?(?:;(\d*)(?::(\d+))?(?:;(\d+))?)?$/
const OTHER_KEY = /^27;(\d+);(\d+)$/

/**
 * The key of a CSI sequence without its introducer: what stands before the final character, and that. Everything that a
 * terminal answers has a private mark, parameters or a final character that no key has.
 */
export function keysOfCsi(body: string, final: string): Keys {
	if (body === '' && final === 'Z') return ['shift-tab']
	if (body === '' && final in BY_SMALL_LETTER) return named(BY_SMALL_LETTER[final])
	if (body === '' && final in BY_LETTER) return named(BY_LETTER[final])
	if (final === 'u') return keysOfKitty(body)
	const other = final === '~' ? OTHER_KEY.exec(body) : null
	if (other !== null) return keyOf(Number(other[2]), undefined, bitsOf(other[1]))
	const [, number, modifiers, event] = MODIFIED.exec(body) ?? []
	if (number === undefined || Number(event) === RELEASE) return NONE
	if (final === '~') return named(BY_NUMBER[Number(number)])
	if (/^[$^@]$/.test(final)) return modifiers === undefined ? named(BY_NUMBER[Number(number)]) : NONE
	if (number !== '1') return NONE
	if (final === 'Z') return bitsOf(modifiers) === SHIFT ? ['shift-tab'] : NONE
	return named(BY_LETTER[final])
}

/** The key of an SS3 sequence; M is enter of the number block. */
export function keysOfSs3(final: string): Keys {
	return final === 'M' ? ['enter'] : named(BY_LETTER[final] ?? BY_SMALL_LETTER[final])
}

const named = (name: string | undefined): Keys => (name === undefined ? NONE : [name])

const bitsOf = (modifiers: string | undefined): number => Math.max(0, Number(modifiers || 1) - 1)

function keysOfKitty(body: string): Keys {
	const [, code, shifted, modifiers, event, text] = KITTY.exec(body) ?? []
	if (code === undefined || Number(event) === RELEASE) return NONE
	return keyOf(Number(code), Number(text || shifted) || undefined, bitsOf(modifiers))
}

/** `typed` is the character with shift, where the terminal says it. */
function keyOf(code: number, typed: number | undefined, bits: number): Keys {
	if ((bits & OTHERS) !== 0) return NONE
	const name = BY_CODE[code]
	if (name !== undefined) return [name === 'tab' && (bits & SHIFT) !== 0 ? 'shift-tab' : name]
	const character = characterOf(code)
	if (character === undefined) return NONE
	if ((bits & CTRL) !== 0) return /^[a-z]$/i.test(character) ? [`ctrl-${character.toLowerCase()}`] : NONE
	if ((bits & SHIFT) === 0) return [character]
	return named(typed === undefined ? character.toUpperCase() : characterOf(typed))
}

/** Neither a control, nor half of a pair, nor of the private area where the protocol has keys without characters. */
function characterOf(code: number): string | undefined {
	if (code <= 0x20 || code > 0x10ffff) return undefined
	const character = String.fromCodePoint(code)
	return /[\p{Cc}\p{Cs}\p{Co}]/u.test(character) ? undefined : character
}
