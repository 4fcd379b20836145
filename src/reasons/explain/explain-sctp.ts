import { CHECKSUM, CHECKSUM_HIDES } from '../shape/knob-effects.ts'
import type { ExplanationText, SettingEffect } from '../shape/reason.ts'
import { BROKEN_SENDER, CHECKSUM_NEXT, SHORT_NEXT } from './explain-words.ts'

const DCCP_CAUSES = ['DCCP is rare: tests, fuzzers, connections seen half']

/** An entry of a second path lives from HEARTBEAT to HEARTBEAT. */
const HEARTBEAT: readonly SettingEffect[] = [
	{
		knob: 'sctp_timeout_heartbeat_sent',
		effect: 'when longer, the entry of a second path lives until its next HEARTBEAT',
		cost: 'entries of dead paths stay longer',
	},
	{
		knob: 'sctp_timeout_established',
		effect: 'when longer, an idle association keeps its entry and its tags',
		cost: 'more entries in the table',
	},
]

export const SCTP_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
	'sctp-1': {
		meaning: 'Fewer than 12 bytes are left for the SCTP header.',
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'sctp-2': {
		meaning: 'The kernel could not read the SCTP header to verify its CRC.',
		causes: ['too little memory', 'a malformed packet'],
		next: ['look for allocation failures in the kernel log at the same time'],
	},
	'sctp-3': {
		meaning:
			'The CRC32c of the packet is wrong. Verified for packets that arrive, while nf_conntrack_checksum is 1.',
		causes: [
			'a sender whose network card should have filled it in',
			'a NAT that changed ports and not the CRC',
		],
		next: ['on the sender: ethtool -K IF tx-checksum-sctp off', ...CHECKSUM_NEXT.slice(2)],
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
	'sctp-basic': {
		meaning:
			'The chunks of the packet break the rules of SCTP: one of length 0, a COOKIE ECHO that is not first, or other chunks beside INIT, INIT ACK or SHUTDOWN COMPLETE.',
		causes: ['a broken SCTP stack', 'fuzzers'],
		next: ['capture one such packet; if its sender is right, exempt it with notrack'],
		hides: ['before 6.3 these packets are INVALID without a log line'],
	},
	'sctp-vtag': {
		meaning: 'The verification tag is not the one that conntrack learned for this direction.',
		causes: [
			'INIT or INIT ACK did not pass this host (several paths, restart)',
			'ports used again for a new association',
			'forged packets',
		],
		next: [
			'several addresses at one end: HEARTBEATs must pass this host on every path',
			'one stale entry: conntrack -D -p sctp with its addresses and ports',
		],
		settings: HEARTBEAT,
		hides: [
			'wrong tags of INIT, ABORT, SHUTDOWN COMPLETE, COOKIE ECHO and HEARTBEAT have no line',
			'before 6.3 no wrong tag has a line',
		],
	},
	'sctp-state': {
		meaning: 'A chunk of this type cannot come from this side in the state of the entry.',
		causes: ['a second path of an association, seen first from the side that did not open it'],
		next: [
			'let the side that opened the association send a HEARTBEAT first',
			'look at nf_conntrack_sctp_timeout_heartbeat_sent: the entry may be gone between two HEARTBEATs',
		],
		settings: HEARTBEAT,
		hides: ['before 6.3 these packets are INVALID without a log line'],
	},
	'dccp-loose': {
		meaning: 'A packet from the middle of an unknown connection, while nf_conntrack_dccp_loose is 0.',
		causes: DCCP_CAUSES,
		next: ['nf_conntrack_dccp_loose=1 lets conntrack pick up running connections'],
		settings: [
			{
				knob: 'dccp_loose',
				effect: 'at 1, running connections are picked up',
				cost: 'what came before is not known: packets are judged from the middle on',
			},
		],
	},
	'dccp-state': {
		meaning: 'A DCCP packet of this type cannot come now, or cannot open a connection.',
		causes: DCCP_CAUSES,
		next: ['drop it, or exempt it with notrack'],
	},
	'dccp-ign': {
		meaning:
			'Let through although the text says invalid: conntrack may be out of step and waits for the answer.',
		causes: DCCP_CAUSES,
		next: ['nothing'],
	},
	'dccp-malformed': {
		meaning: 'The DCCP header is too short, or its lengths or its type cannot be.',
		causes: DCCP_CAUSES,
		next: ['drop it; look at the program on the sender'],
	},
	'dccp-csum': {
		meaning:
			'The DCCP checksum is wrong. Verified for packets that arrive, while nf_conntrack_checksum is 1.',
		causes: DCCP_CAUSES,
		next: CHECKSUM_NEXT,
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
}
