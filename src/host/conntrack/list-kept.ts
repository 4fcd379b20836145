import { loadExeca } from '../tools/execa.ts'
import { readText } from '../tools/proc-fs.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/**
 * Which lists of entries outside the table this kernel has.
 * `per-cpu`: real lists of unconfirmed and of dying entries (up to Linux 5.18).
 * `redelivery`: no unconfirmed list at all; dying ones are those whose DESTROY event a listener did not take (5.19 on).
 */
export type ListsKept = 'per-cpu' | 'redelivery' | 'unknown'

/**
 * Functions that exist on one side of that change only. nf_conn_pernet_ecache came with the redelivery list
 * (nf_conntrack_ecache.c) and is exported, so no compiler removes it; the others went away with the lists of the CPUs
 * (nf_conntrack_core.c, nf_conntrack_netlink.c). Distributions take such changes into older kernels, so the version says nothing.
 */
const AFTER = ['nf_conn_pernet_ecache', 'ctnetlink_dump_one_entry']
const BEFORE = [
	'nf_ct_add_to_dying_list',
	'nf_ct_add_to_unconfirmed_list',
	'nf_ct_del_from_dying_or_unconfirmed_list',
	'ctnetlink_dump_list',
]

/**
 * Looks the functions up among the kernel's symbols. Their names are readable without rights, only the addresses are
 * not. The file has some 5 MB and takes about 70 ms of CPU, so another process reads it, once.
 */
export async function listsKept(tools: ToolPath): Promise<ListsKept> {
	const grep = tools.find('grep')
	if (grep !== undefined) {
		const pattern = [...AFTER, ...BEFORE].map((name) => ` ${name}( |\t|$|\\.)`).join('|')
		const execa = await loadExeca()
		const found = await execa(grep, ['-m', '1', '-E', pattern, '/proc/kallsyms'], {
			env: tools.env,
			extendEnv: false,
			stdin: 'ignore',
			reject: false,
			timeout: 5_000,
		})
		if (AFTER.some((name) => found.stdout.includes(name))) return 'redelivery'
		if (BEFORE.some((name) => found.stdout.includes(name))) return 'per-cpu'
	}
	// The value 2 (events when somebody listens) came with the same release as the redelivery list, and is its default.
	const events = readText('/proc/sys/net/netfilter/nf_conntrack_events')
	return events.ok && events.value.trim() === '2' ? 'redelivery' : 'unknown'
}
