/**
 * The packet part of a line that nf_log prints (net/netfilter/nf_log_syslog.c). What a line does not say is null or
 * empty, never guessed.
 */
export type Packet = {
	readonly in: string | null
	readonly out: string | null
	readonly mac: string | null
	/** As printed: IPv6 in its full form, and whatever somebody has put in its place: `10.x.x.x`, `...`, `<name>`. */
	readonly src: string | null
	readonly dst: string | null
	readonly family: 4 | 6 | null
	/** As printed: TCP, UDP, ICMP, ICMPv6, UDPLITE, AH, ESP, or a number. */
	readonly protocol: string | null
	readonly spt: number | null
	readonly dpt: number | null
	/** Of TCP. */
	readonly seq: number | null
	/** The acknowledgement number; the ACK flag is in `flags`. */
	readonly ack: number | null
	readonly window: number | null
	/** TCP flags in the order of the line. */
	readonly flags: readonly string[]
	/** Length of the IP packet, bytes; above the MTU for packets that are merged or not yet cut. */
	readonly length: number | null
	/** TTL or hop limit. */
	readonly ttl: number | null
	readonly icmp: Icmp | null
	/** The packet that an ICMP error quotes. */
	readonly inner: Packet | null
	/** Only of ARP, which no log_invalid line is about. */
	readonly arp: Arp | null
	/** `0x1`; ulogd writes `1`. */
	readonly mark: string | null
	/** Only of packets of a local socket; numbered as in the initial user namespace. */
	readonly uid: number | null
	/** Every other NAME=value of the grammar: TOS, ID, TC, RES, URGP, GID, MTU, SPI, MACSRC, VID, LEN (that of UDP) and so on. */
	readonly fields: Readonly<Record<string, string>>
	/** What the grammar has without `=`: DF, MF, CE, FRAG:185, OPT (0204...), INCOMPLETE [5 bytes], TRUNCATED. */
	readonly words: readonly string[]
	/** Tokens that were not understood, in their order. */
	readonly rest: readonly string[]
}

export type Icmp = {
	readonly type: number
	readonly code: number | null
	/** Echo only, as is `seq`. */
	readonly id: number | null
	readonly seq: number | null
}

/** Numbers as printed: HTYPE decimal, PTYPE `0x0800`. Addresses only for Ethernet and IPv4. */
export type Arp = {
	readonly hardware: string | null
	readonly protocol: string | null
	readonly opcode: number | null
	readonly senderMac: string | null
	readonly senderIp: string | null
	readonly targetMac: string | null
	readonly targetIp: string | null
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

/** A packet while its line is read. */
export type PacketDraft = Writable<Omit<Packet, 'icmp' | 'arp'>> & {
	icmp: Writable<Icmp> | null
	arp: Writable<Arp> | null
	flags: string[]
	fields: Record<string, string>
	words: string[]
	rest: string[]
}

export function emptyPacket(): PacketDraft {
	return {
		in: null,
		out: null,
		mac: null,
		src: null,
		dst: null,
		family: null,
		protocol: null,
		spt: null,
		dpt: null,
		seq: null,
		ack: null,
		window: null,
		flags: [],
		length: null,
		ttl: null,
		icmp: null,
		inner: null,
		arp: null,
		mark: null,
		uid: null,
		fields: {},
		words: [],
		rest: [],
	}
}

export function emptyArp(): Writable<Arp> {
	return {
		hardware: null,
		protocol: null,
		opcode: null,
		senderMac: null,
		senderIp: null,
		targetMac: null,
		targetIp: null,
	}
}

/** What tells one packet from others, wherever it is seen: the same for two lines about it at two hooks. */
export function packetKey(packet: Packet): string {
	const { src, dst, protocol, spt, dpt, seq, ack, flags, length, icmp, fields } = packet
	return [
		...[src, dst, protocol, spt, dpt, fields.ID, seq, ack, flags.join(), length],
		...(icmp === null ? [] : [icmp.type, icmp.code, icmp.id, icmp.seq]),
	].join(' ')
}
