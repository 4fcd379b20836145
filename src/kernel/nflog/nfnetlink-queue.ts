/** One queue of /proc/net/netfilter/nfnetlink_queue (net/netfilter/nfnetlink_queue.c, seq_show). */
export type NfQueueRow = {
	readonly queue: number
	/** Netlink port of the reader; most programs use their process id. */
	readonly portid: number
	/** Packets that wait for a verdict. */
	readonly waiting: number
	/** 0 none, 1 header only, 2 packet. */
	readonly copyMode: number
	/** Bytes of a packet that are copied to the reader. */
	readonly copyRange: number
	/** Packets lost because the queue was full. */
	readonly queueDropped: number
	/** Packets lost because the socket of the reader was full. */
	readonly userDropped: number
	readonly lastId: number
}

/** Rows in the order of the file; lines with fewer than eight numbers are passed over, further columns are not read. */
export function parseNfQueue(text: string): NfQueueRow[] {
	const rows: NfQueueRow[] = []
	for (const line of text.split('\n')) {
		const cells = line.trim().split(/\s+/, 8)
		if (cells.length < 8 || !cells.every((cell) => /^\d{1,15}$/.test(cell))) continue
		const [queue, portid, waiting, copyMode, copyRange, queueDropped, userDropped, lastId] = cells.map(Number)
		rows.push({
			queue: queue ?? 0,
			portid: portid ?? 0,
			waiting: waiting ?? 0,
			copyMode: copyMode ?? 0,
			copyRange: copyRange ?? 0,
			queueDropped: queueDropped ?? 0,
			userDropped: userDropped ?? 0,
			lastId: lastId ?? 0,
		})
	}
	return rows
}
