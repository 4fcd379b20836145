/** One reader of a netlink group of nfnetlink_log (seq_show of net/netfilter/nfnetlink_log.c). */
export type NflogListener = {
	readonly group: number
	/** Netlink port: mostly the pid of the reader. */
	readonly portid: number
	/** Messages that wait in the kernel to be sent together. */
	readonly queued: number
	/** 0 nothing, 1 headers, 2 the packet. */
	readonly copyMode: number
	readonly copyRange: number
	/** Hundredths of a second. */
	readonly flushTimeout: number
	readonly uses: number
}

/** /proc/net/netfilter/nfnetlink_log. Lines that are no such row are left out. */
export function parseNfnetlinkLog(text: string): readonly NflogListener[] {
	return text.split('\n').flatMap((line): NflogListener[] => {
		const words = line.trim().split(/\s+/)
		if (words.length < 7 || !words.every((word) => /^\d{1,10}$/.test(word))) return []
		const [group = 0, portid = 0, queued = 0, copyMode = 0, copyRange = 0, flushTimeout = 0, uses = 0] =
			words.map(Number)
		return [{ group, portid, queued, copyMode, copyRange, flushTimeout, uses }]
	})
}
