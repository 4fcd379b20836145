import { netnsInode } from '../process/identity.ts'
import { entriesOf } from '../tools/proc-fs.ts'

const NAMED = ['/run/netns', '/var/run/docker/netns']
/** Pid 2 is a kernel thread: always in the initial network namespace, and readable where pid 1 is guarded. */
export const INITIAL_NETNS = ['/proc/1/ns/net', '/proc/2/ns/net'] as const

/**
 * A file by which the network namespace can be entered: one of `hints` first, then named ones, then those of all
 * processes. Undefined: no process and no mount that we can see holds it, so it is gone.
 * The kernel gives inode numbers of namespaces anew; nothing in /proc tells such a later one apart.
 */
export function findNetns(inode: number, hints: readonly string[] = []): string | undefined {
	for (const path of hints) if (netnsInode(path) === inode) return path
	for (const folder of NAMED)
		for (const name of entriesOf(folder))
			if (netnsInode(`${folder}/${name}`) === inode) return `${folder}/${name}`
	for (const name of entriesOf('/proc')) {
		if (!/^\d+$/.test(name)) continue
		if (netnsInode(`/proc/${name}/ns/net`) === inode) return `/proc/${name}/ns/net`
	}
	return undefined
}
