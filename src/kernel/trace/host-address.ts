import { shortAddress } from '../packet/flow.ts'

const NFPROTO_IPV6 = 10

/** %pI4 and %pI6 of the kernel: IPv6 in eight groups of four digits. `memory` must have the bytes. */
export function fullAddress(memory: DataView, at: number, family: number): string {
	if (family !== NFPROTO_IPV6) return [0, 1, 2, 3].map((index) => memory.getUint8(at + index)).join('.')
	const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((index) => memory.getUint16(at + index, false))
	return groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
}

/** As conntrack(8) prints it. */
export const hostAddress = (memory: DataView, at: number, family: number): string =>
	shortAddress(fullAddress(memory, at, family))
