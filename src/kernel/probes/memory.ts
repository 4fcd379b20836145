import { shortAddress } from '../packet/flow.ts'

/** Numbers as the kernel has them in memory, in its byte order. What is beyond the end reads as 0. */
export function u16At(memory: Uint8Array, at: number, littleEndian: boolean): number {
	const [first, second] = [memory[at] ?? 0, memory[at + 1] ?? 0]
	return littleEndian ? first | (second << 8) : (first << 8) | second
}

export function u32At(memory: Uint8Array, at: number, littleEndian: boolean): number {
	const [low, high] = littleEndian ? [at, at + 2] : [at + 2, at]
	return ((u16At(memory, high, littleEndian) << 16) | u16At(memory, low, littleEndian)) >>> 0
}

/** The lower half of 64 bits. */
export const lowAt = (memory: Uint8Array, at: number, littleEndian: boolean): number =>
	u32At(memory, littleEndian ? at : at + 4, littleEndian)

export const highAt = (memory: Uint8Array, at: number, littleEndian: boolean): number =>
	u32At(memory, littleEndian ? at + 4 : at, littleEndian)

const NFPROTO_IPV6 = 10

/** %pI4 and %pI6 of the kernel: IPv6 in eight groups of four digits. */
export function fullAddress(memory: Uint8Array, at: number, family: number): string {
	if (family !== NFPROTO_IPV6) return [0, 1, 2, 3].map((index) => memory[at + index] ?? 0).join('.')
	const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((index) => u16At(memory, at + index, false))
	return groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
}

/** As conntrack(8) prints it. */
export const hostAddress = (memory: Uint8Array, at: number, family: number): string =>
	shortAddress(fullAddress(memory, at, family))
