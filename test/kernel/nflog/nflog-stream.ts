/** Pieces of what `tcpdump -i nflog:0 -w -` writes, in the byte order of either kind of host. */

export type StreamOptions = {
	readonly littleEndian?: boolean
	readonly nanoseconds?: boolean
	readonly linkType?: number
}

export function pcapHeader({
	littleEndian = true,
	nanoseconds = false,
	linkType = 239,
}: StreamOptions = {}): Buffer {
	const header = Buffer.alloc(24)
	const put32 = (value: number, at: number) =>
		littleEndian ? header.writeUInt32LE(value, at) : header.writeUInt32BE(value, at)
	put32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0)
	put32(262_144, 16)
	put32(linkType, 20)
	return header
}

export function pcapRecord(
	seconds: number,
	fraction: number,
	bytes: Uint8Array,
	{ littleEndian = true }: StreamOptions = {},
): Buffer {
	const header = Buffer.alloc(16)
	for (const [at, value] of [seconds, fraction, bytes.length, bytes.length].entries())
		littleEndian ? header.writeUInt32LE(value, at * 4) : header.writeUInt32BE(value, at * 4)
	return Buffer.concat([header, bytes])
}

/** A message of nfnetlink_log: attributes by their number. */
export function nflogRecord(
	family: number,
	attributes: readonly (readonly [type: number, value: Uint8Array])[],
	{ littleEndian = true }: StreamOptions = {},
): Buffer {
	const parts = [Buffer.from([family, 0, 0, 0])]
	for (const [type, value] of attributes) {
		const head = Buffer.alloc(4)
		if (littleEndian) {
			head.writeUInt16LE(4 + value.length, 0)
			head.writeUInt16LE(type, 2)
		} else {
			head.writeUInt16BE(4 + value.length, 0)
			head.writeUInt16BE(type, 2)
		}
		parts.push(head, Buffer.from(value), Buffer.alloc((4 - (value.length % 4)) % 4))
	}
	return Buffer.concat(parts)
}

export const be32 = (value: number): Buffer => {
	const bytes = Buffer.alloc(4)
	bytes.writeUInt32BE(value >>> 0)
	return bytes
}

const PREFIX = Buffer.from('nf_ct_proto_6: invalid tcp flag combination \0')
export const LINK = Buffer.from('6abff7113b41925dc27b40bb0800', 'hex')
export const SYN_FIN = Buffer.from(
	'45000028d457000040068fda0a4e01010a4e01020a82005048fa17f876bc6a4b500302004a770000',
	'hex',
)

/** What Linux 6.18 sends for a TCP packet with SYN and FIN. */
export const SYN_FIN_ATTRIBUTES: readonly (readonly [number, Uint8Array])[] = [
	[1, Buffer.from('08000000', 'hex')],
	[10, PREFIX],
	[4, be32(2)],
	[8, Buffer.from('00060000925dc27b40bb0000', 'hex')],
	[15, Buffer.from('0001', 'hex')],
	[17, Buffer.from('000e', 'hex')],
	[16, LINK],
	[3, Buffer.from('000000006b047b690000000000092863', 'hex')],
	[9, SYN_FIN],
]

export const SYN_FIN_TEXT =
	'nf_ct_proto_6: invalid tcp flag combination IN=eth0 OUT= MAC=6a:bf:f7:11:3b:41:92:5d:c2:7b:40:bb:08:00 ' +
	'SRC=10.78.1.1 DST=10.78.1.2 LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=54359 PROTO=TCP SPT=2690 DPT=80 ' +
	'SEQ=1224349688 ACK=1992059467 WINDOW=512 RES=0x00 SYN FIN URGP=0 '
