/** Stands for bytes that are no character. */
const BROKEN = -1

/** Bytes that follow a first byte, and what the second one may be: RFC 3629, table 3-7 of Unicode. */
function formOf(first: number): { readonly more: number; readonly from: number; readonly to: number } {
	if (first >= 0xc2 && first <= 0xdf) return { more: 1, from: 0x80, to: 0xbf }
	if (first === 0xe0) return { more: 2, from: 0xa0, to: 0xbf }
	if (first === 0xed) return { more: 2, from: 0x80, to: 0x9f }
	if (first >= 0xe1 && first <= 0xef) return { more: 2, from: 0x80, to: 0xbf }
	if (first === 0xf0) return { more: 3, from: 0x90, to: 0xbf }
	if (first >= 0xf1 && first <= 0xf3) return { more: 3, from: 0x80, to: 0xbf }
	if (first === 0xf4) return { more: 3, from: 0x80, to: 0x8f }
	return { more: 0, from: 0, to: 0 }
}

/** 0x80 to 0x9f outside of a character are C1 controls, as terminals with eight bits send them. */
const alone = (byte: number): number => (byte < 0xa0 ? byte : BROKEN)

/**
 * Bytes of a terminal to code points, in pieces of any size. A raw C1 control comes out as its own number, so it is the
 * same as its UTF-8 form; of a character that breaks off the first byte is -1, and the others are looked at anew.
 */
export function createUtf8(): {
	push(byte: number): readonly number[]
	/** What has begun is not waited for any more. */
	reset(): void
	/** A character has begun. */
	isOpen(): boolean
} {
	let open: number[] = []

	const push = (byte: number): readonly number[] => {
		const [first] = open
		if (first === undefined) {
			if (byte < 0x80) return [byte]
			if (formOf(byte).more === 0) return [alone(byte)]
			open = [byte]
			return []
		}
		const { more, from, to } = formOf(first)
		const fits = open.length === 1 ? byte >= from && byte <= to : byte >= 0x80 && byte <= 0xbf
		const [, ...rest] = open
		if (!fits) {
			open = []
			return [BROKEN, ...rest.flatMap(push), ...push(byte)]
		}
		if (open.length < more) {
			open.push(byte)
			return []
		}
		open = []
		let code = first & (0x3f >> more)
		for (const next of [...rest, byte]) code = (code << 6) | (next & 0x3f)
		return [code]
	}
	return {
		push,
		reset() {
			open = []
		},
		isOpen: () => open.length > 0,
	}
}
