import type { KernelText } from '../shape/reason.ts'

/**
 * Helpers drop a packet themselves (nf_ct_helper_log of net/netfilter/nf_conntrack_helper.c), whatever log_invalid is.
 * `kind` names the explanation that several texts share.
 */
export type HelperText = { readonly helper: string; readonly kind: HelperKind } & Pick<
	KernelText,
	'id' | 'format' | 'title'
>

export type HelperKind = 'alloc' | 'add' | 'ports' | 'partial' | 'mangle' | 'parse' | 'other'

const text = (helper: string, id: string, format: string, kind: HelperKind, title?: string): HelperText => ({
	helper,
	id: `helper-${id}`,
	format,
	kind,
	...(title === undefined ? {} : { title }),
})

const expectation = (helper: string): readonly HelperText[] => [
	text(helper, `${helper}-alloc`, 'cannot alloc expectation', 'alloc'),
	text(helper, `${helper}-add`, 'cannot add expectation', 'add'),
]

const nat = (helper: string): readonly HelperText[] => [
	text(helper, `${helper}-nat-ports`, 'all ports in use', 'ports'),
	text(helper, `${helper}-nat-mangle`, 'cannot mangle packet', 'mangle'),
]

const SIP: readonly (readonly [string, HelperKind])[] = [
	['cannot NAT SIP message', 'mangle'],
	['cannot add expectation for voice', 'add'],
	['cannot add expectation', 'add'],
	['cannot alloc expectation', 'alloc'],
	['cannot get code', 'parse'],
	['cannot get cseq', 'parse'],
	['cannot mangle SDP', 'mangle'],
	['cannot parse SDP message', 'parse'],
	['cannot parse contact', 'parse'],
	['cannot parse cseq', 'parse'],
	['cannot parse expires', 'parse'],
	['wrong port %u', 'parse'],
]

const SIP_NAT: readonly (readonly [string, HelperKind])[] = [
	['all ports in use for SDP media', 'ports'],
	['all ports in use for SIP', 'ports'],
	['cannot mangle SDP message', 'mangle'],
	['cannot mangle SIP from/to', 'mangle'],
	['cannot mangle SIP message', 'mangle'],
	['cannot mangle Via header', 'mangle'],
	['cannot mangle contact', 'mangle'],
	['cannot mangle maddr', 'mangle'],
	['cannot mangle packet', 'mangle'],
	['cannot mangle received', 'mangle'],
	['cannot mangle rport', 'mangle'],
]

/** net/netfilter/nf_conntrack_{amanda,ftp,h323_main,irc,sane,sip,snmp,tftp}.c and nf_nat_*.c: the same from 4.18 to 7.3. */
export const HELPER_TEXTS: readonly HelperText[] = [
	...['amanda', 'ftp', 'irc', 'sane', 'tftp'].flatMap(expectation),
	...['amanda', 'ftp', 'irc'].flatMap(nat),
	text('ftp', 'ftp-partial', "partial matching of `%s'", 'partial', 'partial matching'),
	text('H.245', 'h323-h245', 'cannot process H.245 message', 'parse'),
	text('Q.931', 'h323-q931', 'cannot process Q.931 message', 'parse'),
	text('RAS', 'h323-ras', 'cannot process RAS message', 'parse'),
	...SIP.map(([format, kind], index) =>
		text('sip', `sip-${index + 1}`, format, kind, format.replace(' %u', '')),
	),
	...SIP_NAT.map(([format, kind], index) => text('sip', `sip-nat-${index + 1}`, format, kind)),
	text('snmp_trap', 'snmp-1', 'cannot mangle packet', 'mangle'),
	text('snmp_trap', 'snmp-2', 'dropping malformed packet', 'parse'),
	text('snmp_trap', 'snmp-3', 'parser failed', 'parse'),
]

/** For helpers and texts that are not in the list: what it sounds like. The first that fits counts. */
const KINDS: readonly { readonly kind: HelperKind; readonly text: RegExp }[] = [
	{ kind: 'alloc', text: /^cannot alloc expectation/ },
	{ kind: 'add', text: /^cannot add expectation/ },
	{ kind: 'ports', text: /^all ports in use/ },
	{ kind: 'partial', text: /^partial matching of / },
	{ kind: 'mangle', text: /^cannot (?:mangle|NAT) / },
	{
		kind: 'parse',
		text: /^(?:cannot (?:parse|get|process) |wrong port |dropping malformed packet|parser failed)/,
	},
]

export const kindOf = (body: string): HelperKind => KINDS.find((one) => one.text.test(body))?.kind ?? 'other'

/** What lines of a kind are called when their own text is not in the list. */
export const KIND_TITLES: Readonly<Record<HelperKind, string>> = {
	alloc: 'cannot alloc expectation',
	add: 'cannot add expectation',
	ports: 'all ports in use',
	partial: 'partial matching',
	mangle: 'cannot mangle packet',
	parse: 'cannot parse message',
	other: 'packet dropped',
}
