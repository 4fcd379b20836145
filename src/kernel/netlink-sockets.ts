/** One netlink socket of /proc/net/netlink (net/netlink/af_netlink.c, netlink_native_seq_show). */
export type NetlinkSocket = {
	/** NETLINK_ number; 12 is netfilter. */
	readonly protocol: number
	readonly portid: number
	/** Bytes that wait to be read, as the kernel counts them: about 800 for a packet of 60. */
	readonly waiting: number
	/** Messages that did not fit, since the socket was made. */
	readonly drops: number
}

export const NETLINK_NETFILTER = 12

/** Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode. */
const COLUMNS = { protocol: 1, portid: 2, waiting: 4, drops: 8 } as const

/** The socket of a reader, or undefined when there is none. Lines of another form are passed over. */
export function netlinkSocket(text: string, protocol: number, portid: number): NetlinkSocket | undefined {
	for (const line of text.split('\n')) {
		const words = line.trim().split(/\s+/)
		const number = (column: number) =>
			/^\d{1,10}$/.test(words[column] ?? '') ? Number(words[column]) : Number.NaN
		if (number(COLUMNS.protocol) !== protocol || number(COLUMNS.portid) !== portid) continue
		const waiting = number(COLUMNS.waiting)
		const drops = number(COLUMNS.drops)
		if (!Number.isNaN(waiting + drops)) return { protocol, portid, waiting, drops }
	}
	return undefined
}
