import { WINDOW_EFFECTS, WINDOW_HIDES } from '../shape/knob-effects.ts'
import type { ExplanationText } from '../shape/reason.ts'

/** Why conntrack's idea of the window goes wrong: the same for all window texts. */
const STALE_WINDOW = [
	'this host sees only one direction of the connection (asymmetric routing)',
	'conntrack came in late (restart, flush, failover) and never saw the window scale of the handshake',
	'packets that went through a flowtable or hardware offload, so the numbers here are old',
	'a device on the path that rewrites sequence numbers or TCP options',
]

const LOOK_AT_THE_ENTRY =
	'find the entry with conntrack -L: [UNREPLIED] means one direction only, [OFFLOAD] means a flowtable carries it'

const LIBERAL_AS_A_TEST =
	'as a test for minutes: nf_conntrack_tcp_be_liberal=1; if the rate falls to nothing, the window tracking is the cause, not the packets'

const NOTRACK = 'traffic that is meant to pass here in one direction only: exempt it with notrack'

export const WINDOW_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
	'tcp-win-seq-over': {
		meaning:
			'The packet lies beyond the window that the receiver offered, as far as this host has seen. The entry stays as it is.',
		causes: STALE_WINDOW,
		next: [
			LOOK_AT_THE_ENTRY,
			'tcpdump both directions of one flow here: are the ACKs of the receiver there?',
			LIBERAL_AS_A_TEST,
			NOTRACK,
		],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-ack-over': {
		meaning: 'The packet acknowledges data that this host has never seen from the other side.',
		causes: [
			'the data takes another path than its ACKs (asymmetric routing, bonding, offload)',
			...STALE_WINDOW.slice(1),
		],
		next: [
			LOOK_AT_THE_ENTRY,
			'tcpdump one flow here: is the data that is acknowledged there at all?',
			LIBERAL_AS_A_TEST,
			NOTRACK,
		],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-seq-under': {
		meaning:
			'Old data that the receiver has long acknowledged. This text is from 6.1 or later, where the packet keeps its entry and passes: not an INVALID packet.',
		causes: ['data retransmitted late, or duplicated on the path', 'keepalive packets'],
		next: ['nothing, unless one flow has very many: then look for loss or a second path between its ends'],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-ack-under': {
		meaning:
			'An ACK far behind the newest data, more than 66 000 bytes or the largest window. Let through: not an INVALID packet.',
		causes: ['ACKs that were overtaken or held up on the path'],
		next: ['nothing, unless it comes with stalls: then look for a path that reorders packets'],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-seq-under-old': {
		meaning:
			'Old data that the receiver has long acknowledged. A kernel that prints this text without a number treats the packet as INVALID; from 6.1 on it is let through.',
		causes: ['data retransmitted late, or duplicated on the path', ...STALE_WINDOW],
		next: [LOOK_AT_THE_ENTRY, LIBERAL_AS_A_TEST, 'a newer kernel accepts these packets'],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-ack-under-old': {
		meaning:
			'An ACK far behind the newest data. A kernel that prints this text treats the packet as INVALID; from 6.1 on it is let through.',
		causes: ['ACKs that were overtaken or held up on the path', ...STALE_WINDOW],
		next: [LOOK_AT_THE_ENTRY, LIBERAL_AS_A_TEST, 'a newer kernel accepts these packets'],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-overshot': {
		meaning:
			'The sender wrote somewhat past the window, everything else fits. 5.15 LTS and 6.0 treat the packet as INVALID; from 6.1 on it is let through. The text is the same: other window lines, or the invalid counter, show which kind this kernel is.',
		causes: [
			'the receiver made its window smaller',
			'packets merged by the network card (GRO, LRO), probes into a closed window',
			'a window that was announced on another path',
		],
		next: [
			'where it is let through: nothing',
			'where it is INVALID: nf_conntrack_tcp_be_liberal=1 as a test; a newer kernel accepts these packets',
		],
		settings: WINDOW_EFFECTS,
		hides: WINDOW_HIDES,
	},
	'tcp-win-bug': {
		meaning: 'A branch of the old window check that should never be reached.',
		causes: ['a fault in the kernel'],
		next: ['tell the maintainers of your kernel, with the line and the kernel version'],
		settings: WINDOW_EFFECTS,
	},
	'tcp-lower-timeout': {
		meaning:
			'Second line of the packet before. Both sides have sent a FIN or RST outside the window; conntrack does not trust them, but shortens the timeout of the entry.',
		causes: ['a connection that is really over, but conntrack has lost track of its numbers'],
		next: [
			'read the line before: it has the reason',
			'nf_conntrack_tcp_timeout_unacknowledged says how long the entry still stays',
		],
		settings: [
			{
				knob: 'tcp_timeout_unacknowledged',
				effect: 'seconds that such an entry has left, 300 by default',
				cost: 'when shorter, a living connection that stalls may lose its entry',
			},
		],
		hides: WINDOW_HIDES.slice(0, 3),
	},
}
