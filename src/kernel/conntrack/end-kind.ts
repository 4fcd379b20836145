/** How an entry came to its end. */
export type EndKind = 'deleted' | 'timed-out' | 'evicted' | 'replaced' | 'cleaned-up' | 'kernel'

/** By the function that has ended it (net/netfilter), where nobody has asked for it by netlink. */
const KINDS: readonly (readonly [RegExp, EndKind])[] = [
	[/^nf_ct_gc_expired$/, 'timed-out'],
	// gc_worker takes living entries only when the table is nearly full; expired ones go by nf_ct_gc_expired.
	[/^(?:early_drop|early_drop_list|gc_worker)$/, 'evicted'],
	[
		/^(?:nf_conntrack_tcp_packet|nf_ct_kill_acct|nf_conntrack_dccp_packet|nf_conntrack_sctp_packet)$/,
		'replaced',
	],
	[/^nf_ct_iterate_cleanup(?:_net)?$/, 'cleaned-up'],
]

/** `portId`: of netlink, 0 or null where nobody has asked by it; `caller`: of nf_ct_delete. */
export const endKind = ({
	portId,
	caller,
}: {
	readonly portId: number | null
	readonly caller: string
}): EndKind =>
	portId !== null && portId !== 0
		? 'deleted'
		: (KINDS.find(([pattern]) => pattern.test(caller))?.[1] ?? 'kernel')
