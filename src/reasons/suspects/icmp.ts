import { shortAddress } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import type { Asked, Suspect } from './suspect.ts'

/** Errors quote the packet that they are about: RFC 792, RFC 4443. */
const ERRORS_4 = new Set([3, 4, 5, 11, 12])
const LAST_ERROR_6 = 127
const REPLIES: Readonly<Record<'ICMP' | 'ICMPv6', ReadonlySet<number>>> = {
	ICMP: new Set([0, 14, 16, 18]),
	ICMPv6: new Set([129]),
}
/** nf_conntrack_proto_icmp.c: NR_ICMP_TYPES. */
const LAST_TYPE_4 = 18

export function ofIcmp({ line: { packet } }: Asked): readonly Suspect[] {
	const version = packet.protocol === 'ICMPv6' ? 'ICMPv6' : 'ICMP'
	const number = version === 'ICMP' ? 1 : 58
	const log = `sysctl net.netfilter.nf_conntrack_log_invalid=${number} for a minute`
	const type = packet.icmp?.type
	if (type === undefined) return [typeUnknown(log)]
	const isError = version === 'ICMP' ? ERRORS_4.has(type) : type <= LAST_ERROR_6
	if (isError) return ofError(packet, log)
	if (REPLIES[version].has(type)) return [lateReply()]
	if (version === 'ICMP' && type > LAST_TYPE_4)
		return [
			{
				id: 'icmp-type',
				standing: 'shown',
				says: `Conntrack does not know type ${type}.`,
				because: 'it knows 0 to 18',
				decides: [`${log}: "invalid icmp type"`],
			},
		]
	return [
		{
			id: 'icmp-type',
			standing: 'possible',
			says: 'Only requests (echo, timestamp, address mask) and their answers make entries; other types are INVALID on their own.',
			because: '',
			decides: [log],
		},
		checksum(log),
	]
}

function typeUnknown(log: string): Suspect {
	return {
		id: 'icmp-type',
		standing: 'possible',
		says: 'The line has no type: whether it is an error, a request or a reply is not known.',
		because: '',
		decides: ['the whole line', log],
	}
}

function ofError(packet: Packet, log: string): readonly Suspect[] {
	const { inner, dst } = packet
	const sent = inner?.src ?? null
	// nf_conntrack_proto_icmp.c, nf_conntrack_inet_error(): an error goes to who sent what it quotes.
	if (sent !== null && dst !== null && isAddress(sent) && isAddress(dst) && sent !== dst)
		return [
			{
				id: 'quote-not-ours',
				standing: 'shown',
				says: `The error goes to ${shortAddress(dst)} and quotes a packet that ${shortAddress(sent)} has sent: forged, or a NAT on the path has rewritten one of them and not the other.`,
				because: 'an error goes back to the sender of what it quotes',
				decides: [
					`${log}: "outer daddr ... != inner ..."`,
					'which NAT lies between the sender of the error and here?',
				],
			},
		]
	return [
		{
			id: 'quote-unknown',
			standing: 'likely',
			says: 'The error quotes a packet of a connection that is not in the table: it has ended, it takes another path, or someone forged the error. The kernel prints no line for this.',
			because: inner === null ? 'an error is looked up by what it quotes' : `it quotes ${quoted(inner)}`,
			decides: [
				inner === null
					? 'the whole line: what is in brackets?'
					: `conntrack -L | grep ${inner.dst ?? 'ADDRESS'}: is that connection there?`,
				'the counter error of conntrack -S, which counts it',
				'type 3 code 4 (ICMPv6: 2) is path MTU: dropped, connections hang. Is the connection offloaded or not tracked?',
			],
		},
		checksum(log),
	]
}

const isAddress = (text: string): boolean => /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:.]*)$/i.test(text)

function quoted({ src, dst, protocol, spt, dpt }: Packet): string {
	const end = (address: string | null, port: number | null) =>
		`${address ?? '?'}${port === null ? '' : ` port ${port}`}`
	return `${protocol ?? 'a packet'} from ${end(src, spt)} to ${end(dst, dpt)}`
}

function lateReply(): Suspect {
	return {
		id: 'late-echo-reply',
		standing: 'likely',
		says: 'An answer without a request that was seen here: it comes later than 30 s, the request took another path, it answers a broadcast, or it is unsolicited. The kernel prints no line for this.',
		because: 'only the request makes an entry',
		decides: [
			'tcpdump -ni any icmp or icmp6: does the request with the same id pass here?',
			'sysctl net.netfilter.nf_conntrack_icmp_timeout',
		],
	}
}

function checksum(log: string): Suspect {
	return {
		id: 'checksum',
		standing: 'possible',
		says: 'The checksum is wrong.',
		because: '',
		decides: [`${log}: "bad hw icmp checksum", "ICMPv6 checksum failed"`],
	}
}
