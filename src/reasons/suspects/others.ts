import type { Asked, Suspect } from './suspect.ts'

/** Everything but TCP and ICMP. UDP is never INVALID for being late: its next packet is a new flow. */
export function ofOthers({ line: { packet } }: Asked): readonly Suspect[] {
	switch (packet.protocol) {
		case 'UDP':
		case 'UDPLITE':
			return [
				{
					id: 'udp-damaged',
					standing: 'likely',
					says: 'UDP is INVALID only when the packet itself is: wrong checksum, or a length that does not fit. Being late makes it a new flow.',
					because: 'the tracker of UDP has no states',
					decides: [
						'sysctl net.netfilter.nf_conntrack_log_invalid=17 for a minute: "bad checksum", "truncated/malformed packet", "short packet"',
						'tcpdump -vvni any udp: "bad udp cksum" of packets that come in',
						'a tunnel or a card that leaves the checksum unfinished: ethtool -k',
					],
				},
			]
		case '132':
		case 'SCTP':
			return [
				{
					id: 'sctp-out-of-the-blue',
					standing: 'likely',
					says: 'A chunk of an association that is not in the table, or with a tag that is not its own: it has ended, takes another path (multihoming), or only one direction passes here.',
					because: '',
					decides: [
						'sysctl net.netfilter.nf_conntrack_log_invalid=132 for a minute',
						"tcpdump -ni any 'ip proto 132': do both directions and all paths pass here?",
					],
				},
			]
		case '47':
			return [
				{
					id: 'gre-without-helper',
					standing: 'possible',
					says: 'GRE of version 1 that does not carry PPP, or with a header that is cut.',
					because: '',
					decides: ["tcpdump -vni any 'ip proto 47'"],
				},
			]
		default:
			return [
				{
					id: 'other-protocol',
					standing: 'possible',
					says: 'For other protocols conntrack looks at the addresses alone: INVALID is a packet whose header it cannot read, or one that the table had no room for.',
					because: '',
					decides: [
						'sysctl net.netfilter.nf_conntrack_log_invalid=255 for a minute',
						'conntrack -S: which counter moves?',
					],
				},
			]
	}
}
