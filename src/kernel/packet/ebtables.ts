import { emptyArp, emptyPacket, type Packet, type PacketDraft } from './packet.ts'
import { protocolName } from './protocol.ts'

/**
 * A packet as the log watcher of ebtables prints it (net/bridge/netfilter/ebt_log.c): names of two words, commas behind
 * some values, the sender before the receiver.
 */
const FRAME =
	/^IN=(\S{0,64}) OUT=(\S{0,64}) {1,2}MAC source = (\S{0,32}) {1,2}MAC dest = (\S{0,32}) {1,2}proto = 0x([\da-f]{1,4})(?= |$)/i

/** Two words at most and a value; its blank may be missing where people have cut the line. */
const FIELD = /(?:(?:IPv?6?|ARP|ARP MAC|ARP IP|MAC|Next) )?([A-Za-z]{2,10})=([^\s,]{0,64})(?:,|(?= |$))|\S+/g

const NUMBER = /^\d{1,10}$/

type Put = (packet: PacketDraft, value: string) => void

const PUT: Readonly<Record<string, Put>> = {
	'IP SRC': address('src', 4),
	'IP DST': address('dst', 4),
	'IPv6 SRC': address('src', 6),
	'IPv6 DST': address('dst', 6),
	'IP tos': field('TOS'),
	'IPv6 priority': field('TC'),
	'IP proto': protocol,
	'Next Header': protocol,
	SPT: port('spt'),
	DPT: port('dpt'),
	'ARP HTYPE': arp('hardware'),
	PTYPE: arp('protocol'),
	OPCODE: (packet, value) => {
		packet.arp ??= emptyArp()
		packet.arp.opcode = NUMBER.test(value) ? Number(value) : null
	},
	'ARP MAC SRC': arp('senderMac'),
	'ARP IP SRC': arp('senderIp'),
	'ARP MAC DST': arp('targetMac'),
	'ARP IP DST': arp('targetIp'),
}

function address(name: 'src' | 'dst', family: 4 | 6): Put {
	return (packet, value) => {
		packet[name] = value === '' ? null : value
		packet.family ??= family
	}
}

function field(name: string): Put {
	return (packet, value) => {
		packet.fields[name] = value
	}
}

function port(name: 'spt' | 'dpt'): Put {
	return (packet, value) => {
		packet[name] = NUMBER.test(value) && Number(value) <= 65_535 ? Number(value) : null
	}
}

function arp(name: 'hardware' | 'protocol' | 'senderMac' | 'senderIp' | 'targetMac' | 'targetIp'): Put {
	return (packet, value) => {
		packet.arp ??= emptyArp()
		packet.arp[name] = value === '' ? null : value
	}
}

/** A number here, and a name in every other line of a packet. */
function protocol(packet: PacketDraft, value: string): void {
	packet.protocol = NUMBER.test(value) && Number(value) <= 255 ? printedName(Number(value)) : value
}

/** As nf_log_syslog.c prints it: a name for those whose header it reads, and a number for all others. */
function printedName(number: number): string {
	const name = protocolName(number)
	return ['TCP', 'UDP', 'UDPLITE', 'ICMP', 'ICMPv6', 'AH', 'ESP'].includes(name) ? name : String(number)
}

/** The packet in a text from its `IN=` on; undefined when ebtables has not printed it. Reads the text once. */
export function ebtablesPacket(text: string): Packet | undefined {
	const frame = FRAME.exec(text)
	if (frame === null) return undefined
	const [whole, into = '', out = '', source = '', destination = '', type = ''] = frame
	const packet = emptyPacket()
	packet.in = into === '' ? null : into
	packet.out = out === '' ? null : out
	packet.fields.MACSRC = source
	packet.fields.MACDST = destination
	packet.fields.MACPROTO = type.padStart(4, '0')
	for (const [word, , value = ''] of text.slice(whole.length).matchAll(FIELD)) put(packet, word, value)
	return packet
}

function put(packet: PacketDraft, word: string, value: string): void {
	const name = word.split('=', 1)[0] ?? ''
	const known = word.includes('=') && Object.hasOwn(PUT, name) ? PUT[name] : undefined
	if (known !== undefined) known(packet, value)
	// ` INCOMPLETE IP header`: what it says is in the next words.
	else if (word === 'INCOMPLETE') packet.words.push(word)
	else packet.rest.push(word)
}
