import { entriesOf, exists } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { readModuleFiles } from './module-files.ts'

const TIMEOUT_MS = 5_000

/**
 * Which of these functions are in the kernel itself, not in a module of it (kernel/kallsyms.c, s_show: names are
 * readable without rights, only the addresses are not). The file has some 5 MB and takes about 70 ms of CPU, so another
 * process reads it; empty when it cannot.
 */
async function builtInFunctions(
	tools: ToolPath,
	names: readonly string[],
	file = '/proc/kallsyms',
): Promise<ReadonlySet<string>> {
	const grep = tools.find('grep')
	if (grep === undefined) return new Set()
	// A compiler adds .isra.0 and the like; a tab and the module's name follow when it is of a module.
	const args = ['-E', ` (${names.join('|')})(\\.[a-z0-9._]+)?$`, file]
	const found = await toolAnswer(tools, grep, args, { timeoutMs: TIMEOUT_MS, maxBuffer: 100_000 })
	const lines = found.stdout.split('\n').map((line) => line.split(' ')[2]?.replace(/\..*$/, '') ?? '')
	return new Set(names.filter((name) => lines.includes(name)))
}

/**
 * A function of each module that no other one has, and that no compiler can take away: exported, or called through a
 * pointer only (net/netfilter, net/ipv4/netfilter, net/ipv6/netfilter, net/bridge/netfilter).
 */
const FUNCTION_OF: Readonly<Record<string, string>> = {
	nf_conntrack: 'nf_conntrack_in',
	nf_conntrack_netlink: 'ctnetlink_new_conntrack',
	nfnetlink: 'nfnetlink_subsys_register',
	nfnetlink_log: 'nfulnl_log_packet',
	nf_log_syslog: 'nf_log_syslog_net_init',
	nf_log_ipv4: 'nf_log_ipv4_net_init',
	nf_log_ipv6: 'nf_log_ipv6_net_init',
	nf_log_arp: 'nf_log_arp_net_init',
	nf_log_bridge: 'nf_log_bridge_net_init',
	nf_tables: 'nft_do_chain',
	inet_diag: 'inet_diag_dump_icsk',
	tcp_diag: 'tcp_diag_dump',
	udp_diag: 'udp_diag_dump',
	nft_log: 'nft_log_eval',
	xt_LOG: 'log_tg_check',
	xt_NFLOG: 'nflog_tg_check',
}

/** Names of the modules whose code is a part of the running kernel. Asked once: this does not change before a boot. */
export type BuiltIn = () => Promise<ReadonlySet<string>>

/**
 * The list on disk has all of them. Where there is none, the kernel itself is asked: code with parameters has a folder in
 * sysfs, and of the modules that ctscope looks for a function is searched. `root` stands in front of the paths of files.
 */
export function createBuiltIn(tools: ToolPath, root = ''): BuiltIn {
	let answer: Promise<ReadonlySet<string>> | undefined
	const ask = async () => {
		const listed = readModuleFiles(root).builtIn
		if (listed !== undefined) return listed
		const functions = await builtInFunctions(tools, Object.values(FUNCTION_OF), `${root}/proc/kallsyms`)
		const found = Object.keys(FUNCTION_OF).filter((name) => functions.has(FUNCTION_OF[name] ?? ''))
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
