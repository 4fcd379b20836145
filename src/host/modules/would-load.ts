import * as english from '../../words/english/host/modules.ts'
import type { Failure } from '../../words/failure.ts'
import { exists, readText } from '../tools/proc-fs.ts'
import type { BuiltIn } from './built-in.ts'

/** Whether a tool that needs this module would make the kernel load it at this moment. */
export type WouldLoad = (module: string) => Promise<boolean>

/**
 * Looking loads nothing. A socket of netfilter makes the kernel load nfnetlink (net/netlink/af_netlink.c,
 * netlink_create: request_module), the first question about conntrack loads nf_conntrack and nf_conntrack_netlink
 * (net/netfilter/nfnetlink.c, nfnetlink_rcv_msg), and all of them stay. So such tools are run only where the module is
 * there already. A kernel without modules can load none. `root` stands in front of the paths of files.
 */
export function createWouldLoad(builtIn: BuiltIn, root = ''): WouldLoad {
	return async (module) => {
		if (exists(`${root}/sys/module/${module}`)) return false
		const loaded = readText(`${root}/proc/modules`)
		if (!loaded.ok && loaded.failure.kind === 'unsupported' && !exists(`${root}/proc/sys/kernel/modprobe`))
			return false
		if (loaded.ok && new RegExp(`^${module} `, 'm').test(loaded.value)) return false
		return !(await builtIn()).has(module)
	}
}

/** What every socket of netfilter needs. */
export const NETLINK_MODULE = 'nfnetlink'
/** What answers conntrack(8); it needs nf_conntrack and nfnetlink, so those are there when it is. */
const CONNTRACK_MODULE = 'nf_conntrack_netlink'

/** Why conntrack(8) may not be asked about entries and counters at this moment; undefined when it may. */
export async function conntrackRefusal(wouldLoad: WouldLoad): Promise<Failure | undefined> {
	return (await wouldLoad(CONNTRACK_MODULE)) ? NOT_LOADED : undefined
}

const NOT_LOADED: Failure = {
	kind: 'unsupported',
	what: 'conntrack(8)',
	why: english.theModuleIsNotLoaded(CONNTRACK_MODULE, CONNTRACK_MODULE),
}
