/** An interface as `ip -j -d link show` prints it (iproute2, ip/ipaddress.c). */
export type Link = {
	readonly name: string
	/** It is of hardware, or of a hypervisor: nothing in this kernel makes it. */
	readonly isDevice: boolean
	/** It is a port of a bridge. */
	readonly isPort: boolean
	/** A program looks at its packets before the network stack does (XDP). */
	readonly hasXdp: boolean
}

/** Undefined when it is not what `ip -j` prints: BusyBox and old releases have no JSON. */
export function parseLinks(text: string): readonly Link[] | undefined {
	return rowsOf(text)?.flatMap((row) => {
		const { ifname, link_type, linkinfo, xdp } = row
		if (typeof ifname !== 'string') return []
		const made = isRecord(linkinfo) ? linkinfo : {}
		return {
			name: ifname,
			isDevice: link_type === 'ether' && made.info_kind === undefined,
			isPort: made.info_slave_kind === 'bridge',
			hasXdp: isRecord(xdp),
		}
	})
}

/** Interfaces whose packets pass filters of tc when they come in: a qdisc `ingress` or `clsact`, of `tc -j qdisc show`. */
export function parseIngress(text: string): readonly string[] | undefined {
	return rowsOf(text)?.flatMap(({ kind, dev }) =>
		(kind === 'ingress' || kind === 'clsact') && typeof dev === 'string' ? [dev] : [],
	)
}

/** `rx-checksumming: off [fixed]` of `ethtool -k` (ethtool, ethtool.c), by name; true is on. */
export function parseFeatures(text: string): Readonly<Record<string, boolean>> {
	return Object.fromEntries(
		[...text.matchAll(/^[ \t]*([a-z0-9-]{1,40}): (on|off)\b/gm)].map(([, name, is]) => [name, is === 'on']),
	)
}

/**
 * Packets that a limit of the cloud on tracked connections has taken, of `ethtool -S`: `conntrack_allowance_exceeded`
 * (drivers/net/ethernet/amazon/ena/ena_ethtool.c). Undefined where the driver does not count them.
 */
export function parseAllowance(text: string): number | undefined {
	const [, count] = /^[ \t]*conntrack_allowance_exceeded: (\d{1,20})[ \t]*$/m.exec(text) ?? []
	return count === undefined ? undefined : Number(count)
}

type Row = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Row =>
	typeof value === 'object' && value !== null && !Array.isArray(value)

function rowsOf(text: string): readonly Row[] | undefined {
	try {
		const value: unknown = JSON.parse(text)
		return Array.isArray(value) ? value.filter(isRecord) : undefined
	} catch {
		return undefined
	}
}
