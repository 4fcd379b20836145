import { kernelOptions } from '../tools/kernel-option.ts'
import { entriesOf, exists } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { readModuleFiles } from './module-files.ts'

const TIMEOUT_MS = 5_000

type Code = {
	/** What it is built by (net/netfilter/Kconfig and its neighbours). */
	readonly option: `CONFIG_${string}`
	/**
	 * A function that no other module has, and that no compiler can take away: exported, or called through a pointer only
	 * (net/netfilter, net/ipv4/netfilter, net/ipv6/netfilter, net/bridge/netfilter).
	 */
	readonly function: string
	/** Where that one is (Linux 5.14, 4.18.0-394.el8), it has the code of this one, whose option is still there. */
	readonly replacedBy?: 'nf_log_syslog'
}

const CODE: Readonly<Record<string, Code>> = {
	nf_conntrack: { option: 'CONFIG_NF_CONNTRACK', function: 'nf_conntrack_in' },
	nf_conntrack_netlink: { option: 'CONFIG_NF_CT_NETLINK', function: 'ctnetlink_new_conntrack' },
	nfnetlink: { option: 'CONFIG_NETFILTER_NETLINK', function: 'nfnetlink_subsys_register' },
	nfnetlink_log: { option: 'CONFIG_NETFILTER_NETLINK_LOG', function: 'nfulnl_log_packet' },
	nf_log_syslog: { option: 'CONFIG_NF_LOG_SYSLOG', function: 'nf_log_syslog_net_init' },
	nf_log_ipv4: {
		option: 'CONFIG_NF_LOG_IPV4',
		function: 'nf_log_ipv4_net_init',
		replacedBy: 'nf_log_syslog',
	},
	nf_log_ipv6: {
		option: 'CONFIG_NF_LOG_IPV6',
		function: 'nf_log_ipv6_net_init',
		replacedBy: 'nf_log_syslog',
	},
	nf_log_arp: {
		option: 'CONFIG_NF_LOG_ARP',
		function: 'nf_log_arp_net_init',
		replacedBy: 'nf_log_syslog',
	},
	nf_log_bridge: {
		option: 'CONFIG_NF_LOG_BRIDGE',
		function: 'nf_log_bridge_net_init',
		replacedBy: 'nf_log_syslog',
	},
	nf_tables: { option: 'CONFIG_NF_TABLES', function: 'nft_do_chain' },
	inet_diag: { option: 'CONFIG_INET_DIAG', function: 'inet_diag_dump_icsk' },
	tcp_diag: { option: 'CONFIG_INET_TCP_DIAG', function: 'tcp_diag_dump' },
	udp_diag: { option: 'CONFIG_INET_UDP_DIAG', function: 'udp_diag_dump' },
	nft_log: { option: 'CONFIG_NFT_LOG', function: 'nft_log_eval' },
	xt_LOG: { option: 'CONFIG_NETFILTER_XT_TARGET_LOG', function: 'log_tg_check' },
	xt_NFLOG: { option: 'CONFIG_NETFILTER_XT_TARGET_NFLOG', function: 'nflog_tg_check' },
}

/** Undefined where the running kernel has no configuration to read. */
function builtByOption(root: string): readonly string[] | undefined {
	const names = Object.keys(CODE)
	const options = kernelOptions(
		Object.values(CODE).map(({ option }) => option),
		root,
	)
	if (options === undefined) return undefined
	const valueFor = (name: string) => options[names.indexOf(name)]?.value ?? null
	return names.filter((name) => {
		const { replacedBy } = CODE[name] ?? {}
		return valueFor(name) === 'y' && (replacedBy === undefined || valueFor(replacedBy) === null)
	})
}

/**
 * By their functions in the kernel itself, not in a module of it (kernel/kallsyms.c, s_show: names are readable without
 * rights, only the addresses are not). The file has some 5 MB and takes about 70 ms of CPU, so another process reads it; none
 * when it cannot.
 */
async function builtByFunction(tools: ToolPath, file: string): Promise<readonly string[]> {
	const grep = tools.find('grep')
	if (grep === undefined) return []
	const names = Object.keys(CODE)
	const functions = Object.values(CODE).map((code) => code.function)
	// A compiler adds .isra.0 and the like; a tab and the module's name follow when it is of a module.
	const args = ['-E', ` (${functions.join('|')})(\\.[a-z0-9._]+)?$`, file]
	const found = await toolAnswer(tools, grep, args, { timeoutMs: TIMEOUT_MS, maxBuffer: 100_000 })
	const lines = new Set(
		found.stdout.split('\n').map((line) => line.split(' ')[2]?.replace(/\..*$/, '') ?? ''),
	)
	return names.filter((name) => lines.has(CODE[name]?.function ?? ''))
}

/** Names of the modules whose code is a part of the running kernel. Asked once: this does not change before a boot. */
export type BuiltIn = () => Promise<ReadonlySet<string>>

/**
 * The list on disk has all of them. Where there is none, the kernel itself is asked: code with parameters has a folder in
 * sysfs, and of the modules that ctscope looks for its configuration tells, or else a function of each is searched. `root`
 * stands in front of the paths of files.
 */
export function createBuiltIn(tools: ToolPath, root = ''): BuiltIn {
	let answer: Promise<ReadonlySet<string>> | undefined
	const ask = async () => {
		const listed = readModuleFiles(root).builtIn
		if (listed !== undefined) return listed
		const found = builtByOption(root) ?? (await builtByFunction(tools, `${root}/proc/kallsyms`))
		return new Set([...found, ...withParameters(`${root}/sys/module`)])
	}
	return () => {
		answer ??= ask()
		return answer
	}
}

/** What was loaded has a file `initstate` besides (kernel/module/sysfs.c); code that is built in has none. */
const withParameters = (folder: string): string[] =>
	entriesOf(folder).filter((name) => !exists(`${folder}/${name}/initstate`))
