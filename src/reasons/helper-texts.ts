/**
 * Helpers drop a packet themselves (nf_ct_helper_log of net/netfilter/nf_conntrack_helper.c), whatever log_invalid is.
 * Several helpers share a text; `kind` is the end of the id and names the explanation.
 */
export type HelperText = { readonly kind: string; readonly text: RegExp }

/** net/netfilter/nf_conntrack_{amanda,ftp,h323_main,irc,sane,sip,snmp,tftp}.c and nf_nat_*.c. The first that fits counts. */
export const HELPER_TEXTS: readonly HelperText[] = [
	{ kind: 'alloc', text: /^cannot alloc expectation$/ },
	{ kind: 'add', text: /^cannot add expectation(?: for voice)?$/ },
	{ kind: 'ports', text: /^all ports in use(?: for SDP media| for SIP)?$/ },
	{ kind: 'partial', text: /^partial matching of / },
	{ kind: 'mangle', text: /^cannot (?:mangle|NAT) / },
	{
		kind: 'parse',
		text: /^(?:cannot (?:parse|get|process) |wrong port |dropping malformed packet|parser failed)/,
	},
]

/** For texts of helpers that are not in the list. */
export const OTHER_HELPER_TEXT = 'other'
