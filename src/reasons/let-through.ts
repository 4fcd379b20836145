import { explain } from './explain/explain.ts'
import type { Reason } from './shape/reason.ts'
import type { KernelTraits } from './traits.ts'

/**
 * What a packet with a reason would be with a setting changed, by itself: what passes moves the window that later ones are judged by.
 * `passes`: no longer INVALID. `stays`: INVALID all the same. `unknown`: the setting takes this check away, and its line does not say what
 * the checks behind it would find; or nobody knows the text.
 */
export type LetThrough = 'passes' | 'stays' | 'unknown'

export function letThrough(
	{ id, verdict }: Pick<Reason, 'id' | 'verdict'>,
	knob: string,
	traits: KernelTraits,
): LetThrough {
	const known = explain(id)
	if (known === undefined) return 'unknown'
	if (!known.settings.some((setting) => setting.knob === knob)) return 'stays'
	// Where such packets are let through as it is, nothing would be another.
	if (verdict === 'depends') return 'unknown'
	return WITH[knob]?.(id, traits) ?? 'unknown'
}

/** Only what no other check comes behind is sure to pass. */
const WITH: Readonly<Record<string, (id: string, traits: KernelTraits) => LetThrough>> = {
	// The window is looked at last (net/netfilter/nf_conntrack_proto_tcp.c, nf_conntrack_tcp_packet).
	tcp_be_liberal: () => 'passes',
	// Then the window is: such an RST lies below it, which is let through from 6.1 on alone (tcp_in_window).
	tcp_ignore_invalid_rst: (_, { windowVerdict }) => (windowVerdict === 'accepted' ? 'passes' : 'unknown'),
	// Behind it come flags, state and window, the type of an ICMP message, the tag of SCTP; of UDP nothing does (nf_conntrack_udp_packet).
	checksum: (id) => (/(?:^|-)udp(?:lite)?-csum$/.test(id) ? 'passes' : 'unknown'),
}
