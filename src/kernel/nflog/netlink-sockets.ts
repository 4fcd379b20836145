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

const NETLINK_ROUTE = 0

/** Columns: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode. */
const COLUMNS = { protocol: 1, portid: 2, waiting: 4, drops: 8, inode: 9 } as const

/**
 * Inode number of the kernel's own rtnetlink socket: each network namespace has one from its first to its last moment
 * (net/core/rtnetlink.c, rtnetlink_net_init), and get_next_ino gives its number again only after 4 thousand million
 * others. A program cannot have port 0, so the row is the kernel's. Undefined when it is not there.
 */
export function kernelRouteSocket(text: string): number | undefined {
	for (const line of text.split('\n')) {
		const words = line.trim().split(/\s+/)
		const isKernels =
			words[COLUMNS.protocol] === `${NETLINK_ROUTE}` && words[COLUMNS.portid] === `${KERNEL_PORT}`
		const inode = words[COLUMNS.inode] ?? ''
		if (isKernels && /^[1-9]\d{0,9}$/.test(inode)) return Number(inode)
	}
	return undefined
}

const KERNEL_PORT = 0

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
