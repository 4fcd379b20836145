/** What stands in the place of one conversion: an argument of the kernel in all ways in which it may be meant. */
export type FormatValue = {
	readonly low: number
	readonly high: number
	/** What it points at, if that is a text. */
	readonly text: string | null
	/** What it points at, if that is an address; '' where it was not read. */
	address(family: 4 | 6): string
}

export type FilledFormat = {
	readonly text: string
	/** False: a value was not there, or of a kind that is not known; `?` stands in its place. */
	readonly isWhole: boolean
}

/** lib/vsprintf.c, format_decode. Behind %p every letter and digit belongs to the conversion. */
const CONVERSION =
	/%(?:%|([-+ #0]*)(\d{1,3})?(?:\.\d{1,3})?(hh|h|ll|l|L|j|z|t)?(?:p([A-Za-z0-9]*)|([diuxXoscn])))/g

const MISSING = '?'
/** Of a text that is put in. log_invalid has 127 bytes for the whole line. */
const LONGEST = 256

/** Whether a text is a format of printk rather than bytes that happen to be there. */
export const isFormat = (text: string): boolean => /^[\x20-\x7e]{2,200}\n?$/.test(text)

type Conversion = {
	readonly flags: string
	readonly width: number
	readonly size: string | undefined
	readonly pointer: string | undefined
	readonly letter: string | undefined
}

/** Fixed texts and conversions, in their order. */
type Format = readonly (string | Conversion)[]

/** Conntrack has some fifty of them. */
const MOST_FORMATS = 256
const formats = new Map<string, Format>()

function formatOf(text: string): Format {
	const known = formats.get(text)
	if (known !== undefined) return known
	const parts: (string | Conversion)[] = []
	let from = 0
	for (const found of text.matchAll(CONVERSION)) {
		const [whole, flags = '', width, size, pointer, letter] = found
		parts.push(text.slice(from, found.index))
		parts.push(whole === '%%' ? '%' : { flags, width: Number(width ?? 0), size, pointer, letter })
		from = found.index + whole.length
	}
	parts.push(text.slice(from))
	if (formats.size >= MOST_FORMATS) formats.clear()
	formats.set(text, parts)
	return parts
}

/** A format of log_invalid with its values, as vsnprintf would put them together. */
export function fillFormat(
	format: string,
	valueAt: (index: number) => FormatValue | undefined,
): FilledFormat {
	let isWhole = true
	let count = 0
	let text = ''
	for (const part of formatOf(format)) {
		if (typeof part === 'string') {
			text += part
			continue
		}
		const value = valueAt(count++)
		const filled = value === undefined ? undefined : valueText(value, part)
		if (filled === undefined) isWhole = false
		text += padded(filled ?? MISSING, part.flags, part.width)
	}
	return { text, isWhole }
}

function valueText(value: FormatValue, { flags, size, pointer, letter }: Conversion): string | undefined {
	if (pointer !== undefined) {
		const family = pointer === 'I4' ? 4 : pointer === 'I6' ? 6 : undefined
		return family === undefined ? undefined : value.address(family) || undefined
	}
	switch (letter) {
		case 's':
			return value.text?.slice(0, LONGEST)
		case 'c':
			return String.fromCharCode(value.low & 0xff)
		case 'd':
		case 'i':
			return signed(value, size).toString()
		case 'u':
			return unsigned(value, size).toString()
		case 'x':
		case 'X': {
			const digits = `${flags.includes('#') ? '0x' : ''}${unsigned(value, size).toString(16)}`
			return letter === 'X' ? digits.toUpperCase() : digits
		}
		case 'o':
			return unsigned(value, size).toString(8)
		default:
			return undefined
	}
}

/** Only as many bits as the conversion takes: what is above them in a register is left over from something else. */
function unsigned({ low, high }: FormatValue, size: string | undefined): number | bigint {
	if (size === 'hh') return low & 0xff
	if (size === 'h') return low & 0xffff
	return isLong(size) && high !== 0 ? BigInt(high) * 0x1_0000_0000n + BigInt(low) : low
}

function signed({ low, high }: FormatValue, size: string | undefined): number | bigint {
	if (size === 'hh') return (low << 24) >> 24
	if (size === 'h') return (low << 16) >> 16
	if (!isLong(size)) return low | 0
	return BigInt.asIntN(64, BigInt(high) * 0x1_0000_0000n + BigInt(low))
}

const isLong = (size: string | undefined): boolean => size !== undefined && !size.startsWith('h')

function padded(text: string, flags: string, width: number): string {
	if (text.length >= width) return text
	if (flags.includes('-')) return text.padEnd(width)
	return text.padStart(width, flags.includes('0') ? '0' : ' ')
}
