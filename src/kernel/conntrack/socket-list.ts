/** A socket of this network namespace, as ss(8) prints it. Untrusted text. */
export type SocketLine = {
	/** As ss names it: ESTAB, FIN-WAIT-1, LAST-ACK, LISTEN, UNCONN. */
	readonly state: string
	readonly receiveQueue: number
	readonly sendQueue: number
	readonly local: SocketEnd
	readonly peer: SocketEnd
	/** Empty for one that no process has any more, or when we may not see whose it is. */
	readonly processes: readonly { readonly name: string; readonly pid: number }[]
	/** What its timer is for and how often it has tried: `on,1.2sec,3`; empty without one. */
	readonly timer: string
}

export type SocketEnd = { readonly address: string; readonly port: number | null }

const HEAD = /^(\S+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/
const STATE =
	/^(?:ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING|CLOSE)$/

/** The arguments that give such lines: no header, tcp or udp, all states, numbers, processes, timers. */
export const SS_ARGS = { tcp: ['-Htanpo'], udp: ['-Huanpo'] } as const

/** One line; undefined for anything else: details of ss that go on below a line, errors. Never throws. */
export function parseSocketLine(line: string): SocketLine | undefined {
	const [, state = '', receive, send, local, peer, rest = ''] = HEAD.exec(line.trim()) ?? []
	if (!STATE.test(state) || local === undefined || peer === undefined) return undefined
	return {
		state,
		receiveQueue: Number(receive),
		sendQueue: Number(send),
		local: endOf(local),
		peer: endOf(peer),
		processes: processesIn(rest),
		timer: /timer:\(([^)]*)\)/.exec(rest)?.[1] ?? '',
	}
}

/** `10.0.0.1:22`, `[2001:db8::1]:22`, `[::ffff:10.0.0.1]:22`, `127.0.0.1%lo:53`, `[fe80::1]%eth0:546`, `*:22`. */
function endOf(text: string): SocketEnd {
	const at = text.lastIndexOf(':')
	const port = text.slice(at + 1)
	const address = text
		.slice(0, Math.max(0, at))
		.replace(/%.*$/, '')
		.replace(/^\[|\]$/g, '')
		.replace(/^::ffff:(?=\d+\.)/i, '')
	return { address, port: /^\d+$/.test(port) ? Number(port) : null }
}

/** A name may hold anything but a quote: the kernel's comm is 15 bytes of any kind. */
function processesIn(text: string): SocketLine['processes'] {
	return [...text.matchAll(/\("([^"]*)",pid=(\d+),fd=\d+\)/g)].map(([, name = '', pid]) => ({
		name,
		pid: Number(pid),
	}))
}
