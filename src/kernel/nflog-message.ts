/** One packet that conntrack handed to nfnetlink_log, with its reason (net/netfilter/nfnetlink_log.c). */
export type NflogMessage = {
	/** Ours: 1, 2, 3 and so on in the order of arrival. */
	readonly number: number
	/** CLOCK_MONOTONIC ms when it was read: the kernel puts no stamp on these. */
	readonly at: number
	/** Microseconds since 1970, when its reader got it. */
	readonly wallMicros: number
	/** The line that nf_log_syslog would have printed for it, so that one parser reads both sources. Not safe to print. */
	readonly text: string
	/** NFPROTO_: 2 IPv4, 10 IPv6. */
	readonly family: number
	readonly indev: string | null
	readonly outdev: string | null
	/** Link-layer header, where the packet has one. */
	readonly link: Uint8Array | null
	/** From the IP header on. */
	readonly packet: Uint8Array
}
