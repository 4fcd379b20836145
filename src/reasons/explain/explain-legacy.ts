import type { ExplanationText } from '../shape/reason.ts'

/** Texts of kernels before 4.18 that have no successor. */
export const LEGACY_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
	'legacy-tcp-out-of-sync': {
		meaning:
			'A SYN/ACK answered a SYN that conntrack had let through without trusting it: the ends agree, the entry is wrong. conntrack removed the entry and dropped the SYN/ACK, so that the client tries again.',
		causes: [
			'a port used again while the old entry lived',
			'a connection that changed while this host did not see it',
		],
		next: [
			'nothing, when the connection then works',
			'when it repeats: look for a second path between the two ends',
		],
	},
	'legacy-icmpv6-newtype': {
		meaning:
			'There is no entry for this ICMPv6 message, and its type cannot open one: only echo requests and node information queries can.',
		causes: [
			'a reply whose request did not pass this host, or came too late',
			'the entry of the request was gone',
		],
		next: [
			'is it a reply? Look for its request with tcpdump icmp6',
			'types that are wanted without a request: exempt them with notrack',
		],
		settings: [
			{
				knob: 'icmpv6_timeout',
				effect: 'when longer, a slow reply still finds the entry of its request',
				cost: 'more entries in the table',
			},
		],
		hides: ['kernels after 3.10 count these packets and print nothing'],
	},
}
