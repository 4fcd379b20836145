import { u16 } from '../bytes/packet-bytes.ts'
import { nflogMessage } from '../nflog/nflog-message.ts'
import { parseNflogPacket } from '../nflog/nflog-packet.ts'
import { packetText } from '../packet/packet-text.ts'
import type { CaptureRecord } from './capture-reader.ts'

/** LINKTYPE_ of the list of tcpdump.org, and how many bytes of a link's header stand before the packet. */
const NFLOG = 239
const ETHERNET = 1
const RAW: ReadonlySet<number> = new Set([12, 101, 228, 229])
const COOKED = 113
const COOKED_2 = 276
const NULL_LINK: ReadonlySet<number> = new Set([0, 108])
const VLAN: ReadonlySet<number> = new Set([0x8100, 0x88a8])

const IPV4 = 0x0800
const IPV6 = 0x86dd

export type CapturedLine = {
	/** The line that the kernel log would have, with the time in front. */
	readonly text: string
	/** A rule or conntrack has told of it: it came by NFLOG. */
	readonly isTold: boolean
}

/** A packet of a capture as a line of the log; undefined for links and packets that are not read. */
export function captureLine(record: CaptureRecord): CapturedLine | undefined {
	const head = headOf(record.micros)
	if (record.link === NFLOG) {
		const said = parseNflogPacket(record.bytes, record.littleEndian)
		if (said === undefined) return undefined
		const keep = (bytes: Uint8Array): Uint8Array => bytes
		const { text, wallMicros } = nflogMessage(said, {
			number: 0,
			at: 0,
			micros: record.micros,
			nameOf: (index) => `if${index}`,
			keep,
			keepLink: keep,
		})
		return { text: `${headOf(wallMicros)}${text}`, isTold: true }
	}
	const packet = packetIn(record)
	if (packet === undefined) return undefined
	const family = (packet[0] ?? 0) >> 4 === 6 ? 10 : 2
	const text = packetText({ family, indev: null, outdev: null, link: null, packet })
	return { text: `${head}${text}`, isTold: false }
}

/** As `dmesg --time-format iso` writes it: no host stands in it. */
function headOf(micros: number): string {
	if (micros <= 0 || micros > 8e15) return ''
	return `${new Date(Math.floor(micros / 1000)).toISOString().replace('.', ',').replace('Z', '000+00:00')} `
}

function packetIn({ link, bytes }: CaptureRecord): Uint8Array | undefined {
	if (RAW.has(link)) return ofVersion(bytes, 0)
	if (NULL_LINK.has(link)) return ofVersion(bytes, 4)
	if (link === COOKED) return ofType(bytes, 14)
	if (link === COOKED_2) return isIp(u16(bytes, 0)) ? ofVersion(bytes, 20) : undefined
	return link === ETHERNET ? ofType(bytes, 12) : undefined
}

function ofType(bytes: Uint8Array, from: number): Uint8Array | undefined {
	let at = from
	for (let tags = 0; tags < 2 && VLAN.has(u16(bytes, at)); tags++) at += 4
	return isIp(u16(bytes, at)) ? ofVersion(bytes, at + 2) : undefined
}

const isIp = (type: number): boolean => type === IPV4 || type === IPV6

function ofVersion(bytes: Uint8Array, at: number): Uint8Array | undefined {
	const version = (bytes[at] ?? 0) >> 4
	return version === 4 || version === 6 ? bytes.subarray(at) : undefined
}
