import { CHECKSUM, CHECKSUM_HIDES, ICMPV6_HIDES } from '../shape/knob-effects.ts'
import type { ExplanationText } from '../shape/reason.ts'
import { BROKEN_SENDER, CHECKSUM_NEXT, SHORT_NEXT } from './explain-words.ts'

/** Of the counters of `conntrack -S`. */
const COUNTED_AS_ERROR = 'Counted as error (up to 5.0 as invalid too).'

export const ICMP_EXPLANATIONS: Readonly<Record<string, ExplanationText>> = {
	'icmp-short': {
		meaning: `Fewer than 8 bytes are left for the ICMP header. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
	},
	'icmp-csum': {
		meaning: `The ICMP checksum is wrong. The word hw says nothing about the network card. ${COUNTED_AS_ERROR}`,
		causes: [
			'a NAT that changed the quoted packet and not the checksum around it',
			'unfinished offload, real damage',
		],
		next: ['which SRC: one router points at its NAT', ...CHECKSUM_NEXT.slice(1)],
		settings: [CHECKSUM],
		hides: CHECKSUM_HIDES,
	},
	'icmp-type': {
		meaning: `An ICMP type above 18, which conntrack does not know. ${COUNTED_AS_ERROR}`,
		causes: ['extended echo (types 42 and 43)', 'scanners'],
		next: ['drop it, or exempt it with notrack when extended echo is wanted'],
	},
	'icmp-outer': {
		meaning: `An ICMP error quotes a known connection, but is sent to another address than that connection has. ${COUNTED_AS_ERROR}`,
		causes: [
			'NAT with several addresses, or NAT towards the own network: the error goes to the wrong one',
			'policy routing',
			'forged ICMP errors',
		],
		next: [
			'conntrack -L for the quoted packet: which address does NAT give it?',
			'a SRC that has no business on this path: keep dropping',
		],
		hides: ['an error about a connection that conntrack does not know has no line at all', ...ICMPV6_HIDES],
	},
	'icmp6-short': {
		meaning: `Fewer than 8 bytes are left for the ICMPv6 header. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: SHORT_NEXT,
		hides: ICMPV6_HIDES,
	},
	'icmp6-csum': {
		meaning: `The ICMPv6 checksum is wrong. Neighbour discovery is hit too, so neighbours can vanish. ${COUNTED_AS_ERROR}`,
		causes: ['a virtual switch or network card that left the checksum unfinished', 'real damage'],
		next: CHECKSUM_NEXT,
		settings: [CHECKSUM],
		hides: [...CHECKSUM_HIDES, ...ICMPV6_HIDES],
	},
	'icmp6-redir-short': {
		meaning: `A redirect shorter than its fixed part of 40 bytes. ${COUNTED_AS_ERROR}`,
		causes: BROKEN_SENDER,
		next: ['drop it'],
		hides: ICMPV6_HIDES,
	},
	'icmp6-redir-src': {
		meaning: `A redirect must come from a link-local address with hop limit 255. This one came from further away, or is forged. ${COUNTED_AS_ERROR}`,
		causes: ['forged redirects from another network', 'a router that sends from the wrong address'],
		next: ['MAC of the line: is it your router?', 'not your router: keep dropping, and find who sends it'],
		hides: ICMPV6_HIDES,
	},
	'icmp6-redir-opt': {
		meaning: `A redirect without options, or with an option of length zero. ${COUNTED_AS_ERROR}`,
		causes: ['routers that leave the redirected packet out', 'fuzzers'],
		next: ['your own router: look for a newer version of it; otherwise drop'],
		hides: ICMPV6_HIDES,
	},
}
