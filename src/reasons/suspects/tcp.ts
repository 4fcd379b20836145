import type { Packet } from '../../kernel/packet/packet.ts'
import { filterOf, flowBeside, isForwarded, isFromHere, isHairpin } from './flow.ts'
import type { Asked, Suspect } from './suspect.ts'

const LOG =
	'sysctl net.netfilter.nf_conntrack_log_invalid=6 for a minute: the line of conntrack names the reason'
const EVENTS = 'conntrack -E -p tcp: did the entry end right before?'

/** tcp_valid_flags of nf_conntrack_proto_tcp.c, behind which PSH, ECE, CWR and AE do not count. */
const VALID = new Set([
	'SYN',
	'SYN URG',
	'SYN ACK',
	'RST',
	'RST ACK',
	'FIN ACK',
	'FIN ACK URG',
	'ACK',
	'ACK URG',
])

/** A server's port answers; a port of a client asks. */
const FIRST_EPHEMERAL = 1024

export function ofTcp(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const has = (flag: string) => packet.flags.includes(flag)
	// Shortened lines have no flags: then nothing can be said of them.
	if (packet.flags.length === 0 && packet.seq === null && packet.window === null) return ofUnknownFlags(asked)
	const core = ['SYN', 'RST', 'FIN', 'ACK', 'URG'].filter(has).join(' ')
	if (!VALID.has(core)) return [badFlags(packet)]
	if (has('SYN')) return has('ACK') ? ofSynAck(asked) : ofSyn(asked)
	if (has('RST')) return ofRst(asked)
	return has('FIN') ? ofFin(asked) : ofAck(asked)
}

function badFlags({ flags }: Packet): Suspect {
	return {
		id: 'bad-flags',
		standing: 'shown',
		says: `The flags (${flags.join(' ') || 'none'}) are not a combination that conntrack accepts: a scan, a broken stack, or damage on the path.`,
		because: 'it accepts SYN, SYN ACK, ACK, FIN ACK, RST and RST ACK, with URG in some',
		decides: ['log_invalid says "invalid tcp flag combination"', 'drop it: no setting changes this verdict'],
	}
}

const windowOrChecksum = (packet: Packet): readonly Suspect[] => [
	{
		id: 'outside-window',
		standing: 'possible',
		says: 'The entry is there and the numbers of the packet lie outside of what conntrack expects: packets were seen in one direction only, or out of order, or rewritten on the path.',
		because: '',
		decides: [
			LOG,
			'sysctl net.netfilter.nf_conntrack_tcp_be_liberal=1 for a minute: does it stop?',
			'offloads and tunnels: ethtool -k, nft list flowtables',
		],
	},
	...(isFromHere(packet)
		? []
		: [
				{
					id: 'checksum',
					standing: 'possible',
					says: 'The checksum is wrong: damage on the path, or checksum offload that left it unfinished.',
					because: '',
					decides: [
						'tcpdump -vvni any: "incorrect" after cksum of packets that come in',
						'log_invalid says "bad checksum"',
					],
				} as const,
			]),
]

function oneDirection(packet: Packet, otherSeen: boolean): readonly Suspect[] {
	if (otherSeen || isFromHere(packet)) return []
	const hairpin = isHairpin(packet)
	return [
		{
			id: 'one-direction',
			standing: hairpin ? 'likely' : 'possible',
			says: 'Only one direction of the connection passes here, and the other takes another path (asymmetric routing).',
			because: hairpin
				? `it comes in and leaves on ${packet.in}: a one-armed host often sees one direction only`
				: isForwarded(packet)
					? 'it is forwarded'
					: '',
			decides: [
				`tcpdump -ni any '${filterOf(packet)}': do both directions show?`,
				`ip route get ${packet.src ?? 'SOURCE'} and ip rule: does the reply path match the way in?`,
			],
		},
	]
}

function ofSynAck(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const { other } = flowBeside(asked)
	const syn = other.find(({ flags }) => flags.includes('SYN') && !flags.includes('ACK'))
	const decides = [
		`tcpdump -ni any '${filterOf(packet)}': does the SYN pass here before it?`,
		'rules with notrack, flowtables and bypasses for the SYN: iptables-save -t raw, nft list ruleset',
		`${LOG} ("invalid new": there is no entry)`,
	]
	if (syn !== undefined)
		return [
			{
				id: 'syn-ack-without-syn',
				standing: 'possible',
				says: 'The SYN was seen here, and has no entry that fits: it was dropped after it had been logged, was not tracked, was rewritten by NAT, or its entry had ended (120 s).',
				because: 'a SYN of the same connection is logged next to it',
				decides,
			},
			...windowOrChecksum(packet),
		]
	return [
		{
			id: 'syn-ack-without-syn',
			standing: 'likely',
			says: 'A SYN/ACK without a SYN that was seen here: only the answers pass this host, or the SYN was let through elsewhere (another router, notrack, a bridge, an offload).',
			because: 'SYN ACK is the second packet of a connection: an entry is made by the first',
			decides,
		},
		{
			id: 'syn-ack-backscatter',
			standing: 'possible',
			says: 'Nobody here has asked: someone sends SYNs with a forged address of this network, and the replies come here.',
			because:
				(packet.spt ?? FIRST_EPHEMERAL) < FIRST_EPHEMERAL
					? `it comes from a server's port (${packet.spt})`
					: '',
			decides: [
				'many sources or ports in a short time, and no program here that knows them: drop and forget',
			],
		},
		...oneDirection(packet, false).map((one) => ({
			...one,
			standing: isHairpin(packet) ? one.standing : ('possible' as const),
		})),
	]
}

function ofSyn(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	return [
		{
			id: 'syn-on-open-connection',
			standing: 'likely',
			says: 'A SYN is INVALID when an entry of the same addresses and ports is still there in a state that does not allow it, such as a SYN from the server side.',
			because: 'without an entry a SYN is a new connection',
			decides: [
				`conntrack -L -p tcp | grep ${packet.spt === null ? 'PORT' : `port=${packet.spt}`}: which state has it?`,
				LOG,
			],
		},
		...windowOrChecksum(packet).filter(({ id }) => id === 'checksum'),
	]
}

function ofRst(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const { same, other } = flowBeside(asked)
	const times = same.filter(({ flags }) => flags.includes('RST')).length
	const isOwn = isFromHere(packet)
	const late: Suspect = {
		id: 'late-rst',
		standing: isOwn ? 'possible' : 'likely',
		says: `An RST after the entry had ended: late, harmless unless it repeats.${times > 1 ? ` It repeats here: ${times + 1} of this connection.` : ''}`,
		because: 'an RST never makes an entry, and the first one ends it within 10 s',
		decides: [
			EVENTS,
			'does it repeat for the same ports? Then one side still sends into a connection that the other has ended',
		],
	}
	const outside: Suspect = {
		id: 'rst-outside-window',
		standing: 'possible',
		says: 'The entry is open, and the number of the RST lies outside of the window: forged, or from a host between that had no better number.',
		because: packet.seq === 0 || packet.seq === 1 ? `its number is ${packet.seq}` : '',
		decides: [`${LOG} ("invalid rst")`, 'its TTL against that of other packets of the same host'],
	}
	if (!isOwn) return [late, outside, ...oneDirection(packet, other.length > 0)]
	return [
		{
			id: 'own-rst',
			standing: 'likely',
			says: 'This host answers a packet that belongs to no connection of its own. That packet was INVALID already, and reached the host all the same.',
			because:
				other.length > 0
					? 'IN= is empty, and a packet of the other direction is logged next to it'
					: 'IN= is empty: it leaves here',
			decides: [
				'drop INVALID in input: then nothing answers it, and the other side sees no reset',
				'why the packet before was INVALID: its line, and log_invalid',
			],
		},
		late,
	]
}

function ofFin(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const { same, other } = flowBeside(asked)
	const repeats = same.some((one) => one.flags.includes('FIN') && one.seq === packet.seq)
	return [
		{
			id: 'late-end',
			standing: 'likely',
			says: `A FIN after the entry had ended: the other side was reset, or was quiet for longer than the timeout of its state (close wait 60 s, last ACK 30 s, close 10 s). ${repeats ? 'It is retransmitted, so nobody answers: the program of that side waits.' : 'Late, harmless unless it repeats.'}`,
			because: repeats ? 'the same FIN is logged next to it' : 'a FIN never makes an entry',
			decides: [EVENTS, 'sysctl net.netfilter | grep tcp_timeout: longer for half-closed connections?'],
		},
		...oneDirection(packet, other.length > 0),
		...windowOrChecksum(packet),
	]
}

function ofAck(asked: Asked): readonly Suspect[] {
	const { packet } = asked.line
	const { same, other } = flowBeside(asked)
	const repeats =
		packet.seq !== null && same.some((one) => one.seq === packet.seq && one.length === packet.length)
	return [
		...oneDirection(packet, other.length > 0),
		...windowOrChecksum(packet),
		{
			id: 'no-entry',
			standing: 'possible',
			says: `There is no entry (any more): the connection was quiet for longer than its timeout, was reset, or the table was emptied (restart, failover, conntrack -F). With tcp_loose 1 such a packet is picked up instead, so this is for tcp_loose 0.${repeats ? ' It is retransmitted: someone waits for an answer.' : ''}`,
			because: repeats ? 'the same segment is logged next to it' : '',
			decides: [
				'sysctl net.netfilter.nf_conntrack_tcp_loose: with 1, the default, this is not it',
				'sysctl net.netfilter.nf_conntrack_tcp_timeout_established against the quiet times of the program',
				EVENTS,
			],
		},
	]
}

function ofUnknownFlags({ line: { packet } }: Asked): readonly Suspect[] {
	return [
		{
			id: 'no-entry',
			standing: 'possible',
			says: 'The line has no flags: whether it begins, continues or ends a connection is not known.',
			because: '',
			decides: ['the whole line, up to URGP=', LOG],
		},
		...oneDirection(packet, false),
	]
}
