/** Keeps bytes: answers a copy that stays as it is. */
export type Keep = (bytes: Uint8Array) => Uint8Array

/** A piece that is still needed holds its whole slab in memory, so they are small. */
const SLAB_BYTES = 1 << 14

/**
 * Copies into pieces of larger blocks. A block of its own for each packet costs ten times what the packet holds, most of it
 * in the garbage collector.
 */
export function createSlab(): Keep {
	let slab = new Uint8Array(0)
	let used = 0
	return (bytes) => {
		const { length } = bytes
		if (length > SLAB_BYTES / 4) return new Uint8Array(bytes)
		if (used + length > slab.length) {
			slab = new Uint8Array(SLAB_BYTES)
			used = 0
		}
		const piece = slab.subarray(used, used + length)
		piece.set(bytes)
		used += length
		return piece
	}
}

/** Answers the last copy again when the bytes are the same: headers of one wire differ little. */
export function createRepeater(): Keep {
	let last = new Uint8Array(0)
	return (bytes) => {
		if (!sameBytes(last, bytes)) last = new Uint8Array(bytes)
		return last
	}
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false
	for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
	return true
}
