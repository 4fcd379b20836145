import type { Reason } from './shape/reason.ts'
import type { KernelTraits } from './traits.ts'

/**
 * What a packet with a reason would be with a setting changed, by itself: what passes moves the window that later ones are judged by.
 * `passes`: no longer INVALID. `stays`: INVALID all the same. `unknown`: the setting takes this check away, and its line does not say what
 * the checks behind it would find; or nobody knows the text.
 */
export type LetThrough = 'passes' | 'stays' | 'unknown'

type Effect = {
	/** Ids of the reasons whose check it takes away: those whose explanation names it. */
	readonly of: RegExp
	readonly does: (id: string, traits: KernelTraits) => LetThrough
}

/** Only what no other check comes behind is sure to pass. */
const EFFECTS: Readonly<Record<string, Effect>> = {
	// The window is looked at last (net/netfilter/nf_conntrack_proto_tcp.c, nf_conntrack_tcp_packet).
	tcp_be_liberal: {
		of: /^(?:legacy-tcp-)?tcp-(?:win-|overshot$)|^legacy-tcp-(?:seq|ack)-(?:over|under)$/,
		does: () => 'passes',
	},
	// Then the window is: such an RST lies below it, which is let through from 6.1 on alone (tcp_in_window).
	tcp_ignore_invalid_rst: {
		of: /^(?:legacy-tcp-)?tcp-rst$/,
		does: (_, { windowVerdict }) => (windowVerdict === 'accepted' ? 'passes' : 'unknown'),
	},
	// Behind it come flags, state and window, the type of an ICMP message, the tag of SCTP; of UDP nothing does (nf_conntrack_udp_packet).
	checksum: {
		of: /-csum$|-sctp-3$|^sctp-3$/,
		does: (id) => (/(?:^|-)udp(?:lite)?-csum$/.test(id) ? 'passes' : 'unknown'),
	},
}

export function letThrough(
	{ id, verdict }: Pick<Reason, 'id' | 'verdict'>,
	knob: string,
	traits: KernelTraits,
): LetThrough {
	if (verdict === 'unknown') return 'unknown'
	const effect = EFFECTS[knob]
	if (effect === undefined || !effect.of.test(id)) return 'stays'
	// Where such packets are let through as it is, nothing would be another.
	return verdict === 'depends' ? 'unknown' : effect.does(id, traits)
}
