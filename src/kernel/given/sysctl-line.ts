/** One setting as `sysctl -a` prints it, or as its file of /proc/sys has it. */
export type SysctlLine = { readonly name: string; readonly value: string }

const LINE = /^([a-z][\w-]*(?:[./][\w*:@-]+){1,12}) ?= ?(.*)$/

/** The trees of /proc/sys (kernel/sysctl.c and the subsystems that register there). */
const TREES: ReadonlySet<string> = new Set([
	'abi',
	'crypto',
	'debug',
	'dev',
	'fs',
	'kernel',
	'net',
	'sunrpc',
	'user',
	'vm',
])

/** `net.netfilter.nf_conntrack_max = 262144`; undefined for any other line. */
export function parseSysctlLine(line: string): SysctlLine | undefined {
	if (line.length > 2_000) return undefined
	const [, name, value = ''] = LINE.exec(line) ?? []
	if (name === undefined || !TREES.has(name.split(/[./]/, 1)[0] ?? '')) return undefined
	return { name: name.replaceAll('/', '.'), value: value.trim() }
}

/**
 * `.../proc/sys/net/netfilter/nf_conntrack_max`: the name of the setting, that of nf_conntrack_count for what `conntrack -C` has printed;
 * undefined for any other path.
 */
export function sysctlOfPath(path: string): string | undefined {
	// A bundle names the file after the command.
	if (/(?:^|[/ ])conntrack_-C$/.test(path)) return 'net.netfilter.nf_conntrack_count'
	const [, name] = /(?:^|\/)proc\/sys\/((?:[\w.:@-]+\/)+[\w.:@-]+)$/.exec(path) ?? []
	return name?.replaceAll('/', '.')
}

/** A row of /proc/net/netfilter/nf_log (net/netfilter/nf_log.c, seq_show): ` 2 nf_log_ipv4 (nf_log_ipv4,nfnetlink_log)`. */
const LOGGER = /^ ?(\d{1,2}) (NONE|nf_log_\w{1,20}|nfnetlink_log|ebt_\w{1,20})(?: \([\w,]*\))?$/

/** The setting that says the same as a row of that file: which logger is bound to a family; undefined for any other line. */
export function parseLoggerRow(line: string): SysctlLine | undefined {
	const [, family, value] = LOGGER.exec(line.slice(0, 200).trimEnd()) ?? []
	return family === undefined || value === undefined
		? undefined
		: { name: `net.netfilter.nf_log.${family}`, value }
}
