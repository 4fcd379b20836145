import { ipPackets } from '../../kernel/conntrack/ip-packets.ts'
import { netnsInode } from '../process/identity.ts'
import { entriesOf, textOf } from '../tools/proc-fs.ts'

/** How long packets are counted. */
const MEASURED_MS = 400

type Host = {
	/** Packets that IP has taken in or begun to send, by network namespace; one for each that has a process. */
	readonly packets: () => ReadonlyMap<number, number>
	/** ms, of a clock that only goes on. */
	readonly now: () => number
	readonly wait: (ms: number) => Promise<void>
}

/**
 * Packets a second that connection tracking may look at, in all network namespaces together, as counters say that are kept
 * anyway (/proc/PID/net/snmp and snmp6). An upper bound: where a namespace has no rule that needs conntrack, it looks at none
 * there. Namespaces without a process are left out. Undefined where nothing is counted.
 */
export async function packetRate(host: Host = HOST): Promise<number | undefined> {
	const [before, from] = [host.packets(), host.now()]
	await host.wait(MEASURED_MS)
	const [after, to] = [host.packets(), host.now()]
	if (after.size === 0 || to <= from) return undefined
	// One that came meanwhile is counted from the next time on.
	const came = [...after].map(([netns, count]) => Math.max(0, count - (before.get(netns) ?? count)))
	return Math.round((came.reduce((sum, one) => sum + one, 0) * 1000) / (to - from))
}

const HOST: Host = {
	packets() {
		const found = new Map<number, number>()
		for (const pid of ['self', ...entriesOf('/proc').filter((name) => /^\d+$/.test(name))]) {
			const netns = netnsInode(`/proc/${pid}/ns/net`)
			if (netns === undefined || found.has(netns)) continue
			const count = ipPackets(textOf(`/proc/${pid}/net/snmp`), textOf(`/proc/${pid}/net/snmp6`))
			if (count !== undefined) found.set(netns, count)
		}
		return found
	},
	now: performance.now.bind(performance),
	wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
