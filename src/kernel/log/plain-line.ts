import { type Neighbour, parseNeighbour } from '../conntrack/neighbour.ts'
import { type PacketLine, packetLineAt, ruleLineAt } from '../packet/packet-line.ts'
import type { Head, Stamp } from './head.ts'

/** One line of any log. `raw` is the line as it was given, and not safe to print; everything else is. */
export type LogLine = {
	readonly stamp: Stamp
	readonly raw: string
	/** How many messages a logger has put into this line, where it says so: "message repeated 28 times: [ ... ]". */
	readonly times?: number
} & (
	| { readonly kind: 'conntrack' | 'helper' | 'rule'; readonly line: PacketLine }
	| { readonly kind: 'neighbour'; readonly neighbour: Neighbour }
	/** "last message repeated 7 times": the line before stands for `times` more. */
	| { readonly kind: 'repeat'; readonly times: number; readonly text: string }
	/** `printk`: another message of the kernel. `other`: everything that is not understood. `text` is without the stamp. */
	| { readonly kind: 'printk' | 'other'; readonly text: string }
)

/** Messages of netfilter without anything that says that the kernel wrote them. */
const NETFILTER =
	/^(?:(?:nf|xt|nft|ip|ip6|ipt|ip6t|ebt)_[a-z0-9_]{1,40}(?:\[\d+\])?:|(?:nf|ip)_conntrack |tcp_(?:in_window|new|error|packet):|x_tables:|nfnetlink)/

/** What stands behind a head. */
export function lineOf(raw: string, { stamp, scan, at, ahead, origin }: Head): LogLine {
	const found = origin === 'program' ? ruleLineAt(scan, at) : packetLineAt(scan, at)
	if (found !== undefined) {
		const line = ahead === '' ? found : { ...found, prefix: `${ahead} ${found.prefix}`.trim() }
		return { stamp, raw, kind: line.kind, line }
	}
	const text = scan.text.slice(at)
	const neighbour = parseNeighbour(text)
	if (neighbour !== undefined) return { stamp, raw, kind: 'neighbour', neighbour }
	return { stamp, raw, kind: origin === 'kernel' || NETFILTER.test(text) ? 'printk' : 'other', text }
}

/** `SRC=3D192.0.2.1`: no address and no device begins so. */
export function isQuotedPrintable(found: LogLine): boolean {
	if (!('line' in found)) return false
	const { packet } = found.line
	return packet.src?.startsWith('3D') === true || packet.in?.startsWith('3D') === true
}
