/** Numbers and addresses out of the bytes of a packet. Offsets must lie inside; what is beyond the end reads as 0. */

export const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

export const u32 = (bytes: Uint8Array, at: number): number =>
	(((bytes[at] ?? 0) << 24) |
		((bytes[at + 1] ?? 0) << 16) |
		((bytes[at + 2] ?? 0) << 8) |
		(bytes[at + 3] ?? 0)) >>>
	0

const LOWER: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const UPPER: readonly string[] = LOWER.map((hex) => hex.toUpperCase())

/** `0a`, as printf's %02x. */
export const hexByte = (byte: number): string => LOWER[byte & 0xff] ?? ''
/** `0A`, as printf's %02X. */
export const hexByteUpper = (byte: number): string => UPPER[byte & 0xff] ?? ''

/** Bytes from `at` to before `end`, `separator` between them, lower case. */
export function hexBytes(bytes: Uint8Array, at: number, end: number, separator: string): string {
	let text = ''
	for (let index = at; index < end; index++)
		text += (index > at ? separator : '') + hexByte(bytes[index] ?? 0)
	return text
}

export function hexBytesUpper(bytes: Uint8Array, at: number, end: number): string {
	let text = ''
	for (let index = at; index < end; index++) text += hexByteUpper(bytes[index] ?? 0)
	return text
}

/** `10.0.0.1`, as the kernel's %pI4. */
export const ipv4Address = (bytes: Uint8Array, at: number): string =>
	`${bytes[at] ?? 0}.${bytes[at + 1] ?? 0}.${bytes[at + 2] ?? 0}.${bytes[at + 3] ?? 0}`

/** Eight groups of four digits, nothing left out, as the kernel's %pI6. */
export function ipv6Address(bytes: Uint8Array, at: number): string {
	let text = ''
	for (let index = 0; index < 16; index++) {
		if (index > 0 && index % 2 === 0) text += ':'
		text += hexByte(bytes[at + index] ?? 0)
	}
	return text
}
