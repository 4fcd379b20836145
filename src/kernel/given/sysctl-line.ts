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

/** `.../proc/sys/net/netfilter/nf_conntrack_max`: the name of the setting; undefined for any other path. */
export function sysctlOfPath(path: string): string | undefined {
	const [, name] = /(?:^|\/)proc\/sys\/((?:[\w.:@-]+\/)+[\w.:@-]+)$/.exec(path) ?? []
	return name?.replaceAll('/', '.')
}
