import type { Packet } from '../packet/packet.ts'
import { type PacketLine, parsePacketLine, parseRuleLine } from '../packet/packet-line.ts'
import type { KmsgRecord } from './kmsg-record.ts'

/** LOG_KERN of syslog(3): what programs write to /dev/kmsg has another one. */
const KERNEL_FACILITY = 0

/** `MTU=1400`, `RES=0x`, `URGP`: also a field of a kernel to come, and one that was cut. */
const FIELD = /^[A-Z][A-Z\d]*(?:=\S*)?$/

/**
 * The packet in a record of the running kernel. The kernel begins many messages with the name of a process
 * (`NAME[pid]: segfault at ... in FILE[base+size]`), and names and files are chosen by anybody: so conntrack's is only
 * what has the form of conntrack, from its prefix to its last field.
 */
export function recordLine({
	facility,
	text,
}: Pick<KmsgRecord, 'facility' | 'text'>): PacketLine | undefined {
	return facility === KERNEL_FACILITY ? kernelLine(text) : undefined
}

/** The same for the text of a record that the kernel itself has written. */
export function kernelLine(text: string): PacketLine | undefined {
	const line = parsePacketLine(text)
	return line === undefined || line.kind === 'rule' || isWhole(text, line.packet) ? line : parseRuleLine(text)
}

/** The first field is the device in, the next one the device out; both may be empty. */
const DEVICES = / IN=\S* OUT=/

/** As nf_log_ip_packet prints it: devices, then addresses, unless the packet has no room for them, and nothing else. */
function isWhole(text: string, packet: Packet): boolean {
	if (!DEVICES.test(text)) return false
	const hasAddresses = packet.src !== null && packet.dst !== null
	return (hasAddresses || packet.words.includes('TRUNCATED')) && isUnderstood(packet)
}

function isUnderstood({ rest, inner }: Packet): boolean {
	return [...rest, ...(inner?.rest ?? [])].every((word) => FIELD.test(word))
}
