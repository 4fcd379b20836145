/**
 * Names of the NAME=value tokens of net/netfilter/nf_log_syslog.c, the most frequent of one letter and length first.
 * IPSRC and IPDST belong to ARP; DESCR and other additions of vendors stand before IN= and are a part of the prefix.
 */
const NAMES =
	`IN OUT PHYSIN PHYSOUT MAC TUNNEL MACSRC MACDST VPROTO VID MACPROTO SRC DST LEN TOS PREC TTL ID TC HOPLIMIT FLOWLBL
	PROTO SPT DPT SEQ ACK WINDOW RES URGP TYPE CODE PARAMETER GATEWAY POINTER MTU SPI UID GID MARK
	HTYPE PTYPE OPCODE IPSRC IPDST`.split(/\s+/)

export type FieldName = { readonly name: string; readonly bit: number }

const LONGEST_NAME = 9

const A = 0x41
const Z = 0x5a

/** By first letter and length: at most three names are in one place. */
const PLACES: readonly (readonly FieldName[])[] = Array.from(
	{ length: 26 * (LONGEST_NAME + 1) },
	(_, place) =>
		NAMES.map((name, bit) => ({ name, bit })).filter(
			({ name }) => placeOf(name.charCodeAt(0), name.length) === place,
		),
)

function placeOf(first: number, length: number): number {
	return (first - A) * (LONGEST_NAME + 1) + length
}

/** The name in text[from, to); undefined when it is none of the grammar. */
export function fieldName(text: string, from: number, to: number): FieldName | undefined {
	const first = text.charCodeAt(from)
	const length = to - from
	if (first < A || first > Z || length > LONGEST_NAME) return undefined
	const place = PLACES[placeOf(first, length)]
	if (place === undefined) return undefined
	for (const field of place) if (text.startsWith(field.name, from)) return field
	return undefined
}

/** Which names have been read; a second one is not understood. There are more names than an integer has bits. */
export class SeenNames {
	#low = 0
	#high = 0
	#again = 0

	/** `again`: the name stands for another thing now, behind PROTO= or ARP. */
	has(bit: number, again: boolean): boolean {
		const mask = 1 << (bit % 31)
		return ((again ? this.#again : bit < 31 ? this.#low : this.#high) & mask) !== 0
	}

	add(bit: number, again: boolean): void {
		const mask = 1 << (bit % 31)
		if (again) this.#again |= mask
		else if (bit < 31) this.#low |= mask
		else this.#high |= mask
	}
}
