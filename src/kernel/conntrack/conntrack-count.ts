/** The number of `conntrack -C`, of nf_conntrack_count and of nf_conntrack_max: decimal, alone on its line. */
export function parseCount(text: string): number | undefined {
	const found = /^\s*(\d{1,15})\s*$/.exec(text)
	return found === null ? undefined : Number(found[1])
}
