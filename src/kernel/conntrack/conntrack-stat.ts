/** Per-CPU counters of conntrack. Column names are those of `conntrack -S`, whatever the source calls them. */
export type StatTable = {
	/** Names in the order of the source. */
	readonly columns: readonly string[]
	/** One record for each CPU; a name that the line did not have is absent. */
	readonly cpus: readonly Readonly<Record<string, number>>[]
	/** CPU number of each record; absent when the records are CPU 0, 1, 2 and so on. */
	readonly ids?: readonly number[]
}

/** The same counter has two names: left that of /proc/net/stat/nf_conntrack, right that of conntrack(8). */
const CANONICAL: ReadonlyMap<string, string> = new Map([
	['clashres', 'clash_resolve'],
	['chainlength', 'chaintoolong'],
	['icmp_error', 'error'],
])

/** The number of entries of the network namespace, repeated on every line: not a counter of a CPU. */
const ENTRIES = 'entries'

/**
 * /proc/net/stat/nf_conntrack (net/netfilter/nf_conntrack_standalone.c, ct_cpu_seq_show): one header line, then one
 * line of hexadecimal numbers for each possible CPU. Columns are found by their header; cells beyond the header are
 * kept as unknown1, unknown2 and so on. Undefined when there is no header.
 */
export function parseConntrackStat(text: string): StatTable | undefined {
	const lines = text.split('\n').filter((line) => line.trim() !== '')
	const header = lines[0]?.trim().split(/\s+/)
	if (header === undefined || !header.every((name) => /^[a-z_]\w*$/i.test(name))) return undefined
	const columns = header.map(canonicalName)
	const cpus: Record<string, number>[] = []
	for (const line of lines.slice(1)) {
		const pairs: [string, number][] = []
		line
			.trim()
			.split(/\s+/)
			.forEach((cell, index) => {
				if (!/^[0-9a-f]{1,13}$/i.test(cell)) return
				pairs.push([columns[index] ?? `unknown${index - header.length + 1}`, Number.parseInt(cell, 16)])
			})
		if (pairs.length > 0) cpus.push(Object.fromEntries(pairs))
	}
	return { columns: withFurtherNames(columns, cpus), cpus }
}

/** `conntrack -S`: `cpu=0` TAB `found=0 invalid=15 ...`, decimal, unknown names kept. Undefined when no line is of that form. */
export function parseConntrackStatCli(text: string): StatTable | undefined {
	const cpus: Record<string, number>[] = []
	const ids: number[] = []
	for (const line of text.split('\n')) {
		const [first, ...cells] = line.trim().split(/\s+/)
		const cpu = /^cpu=(\d{1,6})$/.exec(first ?? '')
		if (cpu === null) continue
		const pairs: [string, number][] = []
		for (const cell of cells) {
			const pair = /^([a-z_]\w*)=(\d{1,15})$/i.exec(cell)
			if (pair !== null) pairs.push([canonicalName(pair[1] ?? ''), Number(pair[2])])
		}
		ids.push(Number(cpu[1]))
		cpus.push(Object.fromEntries(pairs))
	}
	if (cpus.length === 0) return undefined
	const columns = withFurtherNames([], cpus)
	return ids.every((id, index) => id === index) ? { columns, cpus } : { columns, cpus, ids }
}

/** Sums over all CPUs; `entries` is the value of the first line that has it. */
export function totals(table: StatTable): Record<string, number> {
	const sums = new Map<string, number>()
	for (const cpu of table.cpus) {
		for (const [name, value] of Object.entries(cpu)) {
			const before = sums.get(name)
			if (name !== ENTRIES) sums.set(name, (before ?? 0) + value)
			else if (before === undefined) sums.set(name, value)
		}
	}
	return Object.fromEntries(sums)
}

/**
 * What each counter rose by between two readings, summed over the CPUs of the second one. `entries` is left out: it is
 * a level, not a counter. A CPU that was not there counts from 0, one that vanished counts nothing. A column that the
 * first reading did not have at all is left out, because what it stood at is not known.
 */
export function statDelta(before: StatTable, after: StatTable): Record<string, number> {
	const known = new Set(before.columns)
	const earlier = new Map(before.cpus.map((cpu, index) => [cpuId(before, index), cpu]))
	const sums = new Map<string, number>()
	after.cpus.forEach((cpu, index) => {
		const was = earlier.get(cpuId(after, index))
		for (const [name, value] of Object.entries(cpu)) {
			if (name === ENTRIES || !known.has(name)) continue
			const start = was === undefined ? 0 : was[name]
			if (start !== undefined) sums.set(name, (sums.get(name) ?? 0) + rise(start, value))
		}
	})
	return Object.fromEntries(sums)
}

/**
 * The kernel's counters are 32 bits wide and wrap. A counter that fell from below half of that range did not wrap (two
 * thousand million events between two readings): it began again at 0, as after loading the module again.
 */
function rise(before: number, after: number): number {
	if (after >= before) return after - before
	return before >= 0x8000_0000 && before <= 0xffff_ffff ? after + 0x1_0000_0000 - before : after
}

function cpuId(table: StatTable, index: number): number {
	return table.ids?.[index] ?? index
}

function canonicalName(name: string): string {
	return CANONICAL.get(name) ?? name
}

function withFurtherNames(columns: readonly string[], cpus: readonly Record<string, number>[]): string[] {
	const names = new Set(columns)
	for (const cpu of cpus) for (const name of Object.keys(cpu)) names.add(name)
	return [...names]
}

/** The number of `conntrack -C`, of nf_conntrack_count and of nf_conntrack_max: decimal, alone on its line. */
export function parseCount(text: string): number | undefined {
	const found = /^\s*(\d{1,15})\s*$/.exec(text)
	return found === null ? undefined : Number(found[1])
}
