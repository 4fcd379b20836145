/** One line of /proc/net/netfilter/nf_log (net/netfilter/nf_log.c, seq_show). */
export type NfLogRow = {
	/** NFPROTO number: 2 IPv4, 10 IPv6. */
	readonly family: number
	/** Logger bound in this network namespace; null for NONE: lines of this family are lost. */
	readonly bound: string | null
	/** Loggers that could be bound, the same in every network namespace. */
	readonly available: readonly string[]
}

const ROW = /^\s*(\d{1,3}) (\S+) \(([^)]*)\)\s*$/

/** Rows in the order of the file; lines of another form are passed over. */
export function parseNfLog(text: string): NfLogRow[] {
	const rows: NfLogRow[] = []
	for (const line of text.split('\n')) {
		const found = ROW.exec(line)
		if (found === null) continue
		const bound = found[2] ?? ''
		rows.push({
			family: Number(found[1]),
			bound: bound === 'NONE' ? null : bound,
			available: (found[3] ?? '').split(',').filter((name) => name !== ''),
		})
	}
	return rows
}

const FAMILIES: ReadonlyMap<number, string> = new Map([
	[0, 'unspec'],
	[1, 'inet'],
	[2, 'IPv4'],
	[3, 'ARP'],
	[5, 'netdev'],
	[7, 'bridge'],
	[10, 'IPv6'],
	[12, 'DECnet'],
])

/** `IPv4`, `bridge`, or `family 4` for a number that netfilter does not use. */
export function familyName(family: number): string {
	return FAMILIES.get(family) ?? `family ${family}`
}
