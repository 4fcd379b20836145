import type { Failure } from '../failure.ts'
import type { BuiltIn } from './built-in.ts'
import { exists, readText } from './proc-fs.ts'

/** What answers conntrack(8); it needs nf_conntrack and nfnetlink, so those are there when it is. */
const MODULE = 'nf_conntrack_netlink'

/** Undefined when conntrack(8) may be run at this moment, or why not. */
export type MayAskConntrack = () => Promise<Failure | undefined>

/**
 * Looking loads nothing. The first question of conntrack(8) makes the kernel load nf_conntrack, nfnetlink and
 * nf_conntrack_netlink (nfnetlink.c, nfnetlink_rcv_msg: request_module), which then stay, so it is put only where they
 * are there already. A kernel without modules can load none. `root` stands in front of the paths.
 */
export function createMayAskConntrack(builtIn: BuiltIn, root = ''): MayAskConntrack {
	return async () => {
		if (exists(`${root}/sys/module/${MODULE}`)) return undefined
		const loaded = readText(`${root}/proc/modules`)
		if (!loaded.ok && loaded.failure.kind === 'unsupported' && !exists(`${root}/proc/sys/kernel/modprobe`))
			return undefined
		if (loaded.ok && new RegExp(`^${MODULE} `, 'm').test(loaded.value)) return undefined
		if ((await builtIn()).has(MODULE)) return undefined
		return NOT_LOADED
	}
}

const NOT_LOADED: Failure = {
	kind: 'unsupported',
	what: 'conntrack(8)',
	why: `the module ${MODULE} is not loaded, and asking would load it: run modprobe ${MODULE} first, if that is wanted`,
}
