import { readlinkSync, statSync } from 'node:fs'
import type { Netns } from '../../model/host-facts.ts'
import * as english from '../../words/english/host/netns.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { netnsInode } from '../process/identity.ts'
import { entriesOf, errorCode, exists, readText } from '../tools/proc-fs.ts'

/** Where ip-netns(8) keeps the names of network namespaces: files that keep them alive. */
const NAMED = ['/run/netns', '/var/run/netns']
const OWN = '/proc/self/ns/net'
const NETFILTER = '/proc/sys/net/netfilter'

export type NetnsTarget = {
	/** A file that stands for the namespace, for nsenter(1) and setns(2). */
	readonly path: string
	readonly inode: number
	/** As it was asked for, safe to print. */
	readonly name: string
}

/** Finds a namespace by NAME of ip-netns(8), PID, or PATH. A name that is a number goes before a pid. */
export function resolveNetns(asked: string): Result<NetnsTarget> {
	const name = visible(asked)
	const unknown = (message: string): Failure => ({
		kind: 'usage',
		message,
		next: english.giveANameIpNetns(namesHere()),
	})
	if (asked === '') return fail(unknown(english.anEmptyNetworkNamespaceWas))
	const candidates = asked.includes('/')
		? [asked]
		: [
				...NAMED.map((folder) => `${folder}/${asked}`),
				...(/^[1-9]\d{0,9}$/.test(asked) ? [`/proc/${asked}/ns/net`] : []),
			]
	for (const path of candidates) {
		try {
			const { ino, dev } = statSync(path)
			// Namespaces live on a file system of their own.
			if (dev !== statSync(OWN).dev || kindOf(path, ino) !== 'net')
				return fail(unknown(english.isNotANetworkNamespace(name)))
			return ok({ path, inode: ino, name })
		} catch (error) {
			const code = errorCode(error)
			if (code !== 'ENOENT' && code !== 'ENOTDIR') {
				return fail({
					kind: 'not-permitted',
					what: english.theNetworkNamespace2(name, visible(path), code),
					need: process.geteuid?.() === 0 ? english.moreRightsThanRootHas : 'root',
				})
			}
		}
	}
	return fail(unknown(english.thereIsNoNetworkNamespace(name)))
}

/**
 * `net`, `mnt`, `user` ...: namespaces of all kinds live on the same file system (fs/nsfs.c, ns_get_name). The link in
 * /proc says which, and for a file that a namespace is mounted on the root of that mount does. `net` when nothing says.
 */
function kindOf(path: string, inode: number): string {
	const named = new RegExp(`(\\w+):\\[${inode}\\]`)
	return named.exec(linkAt(path))?.[1] ?? named.exec(mountinfo())?.[1] ?? 'net'
}

function linkAt(path: string): string {
	try {
		return readlinkSync(path)
	} catch {
		return ''
	}
}

function mountinfo(): string {
	const text = readText('/proc/self/mountinfo')
	return text.ok ? text.value : ''
}

/** The network namespace of this process. `asked` is what the admin called it, used when it is this one. */
export function currentNetns(asked?: string): Netns {
	const inode = netnsInode(OWN) ?? 0
	const initial = isInitial(inode)
	if (asked !== undefined && asked !== '') {
		const target = resolveNetns(asked)
		if (target.ok && target.value.inode === inode) return { inode, initial, name: target.value.name }
	}
	return { inode, initial, name: initial ? 'init' : (nameOf(inode) ?? `net:[${inode}]`) }
}

/** nf_log_all_netns is registered in the initial network namespace only (net/netfilter/nf_log.c, netfilter_log_sysctl_init). */
function isInitial(inode: number): boolean {
	if (exists(`${NETFILTER}/nf_log_all_netns`)) return true
	if (exists(`${NETFILTER}/nf_log`)) return false
	// A kernel without netfilter's log: kernel threads live in the initial namespace, and pid 2 is their parent.
	const thread = readText('/proc/2/comm')
	return thread.ok && thread.value === 'kthreadd\n' && netnsInode('/proc/2/ns/net') === inode
}

function named(): { readonly folder: string; readonly name: string }[] {
	return NAMED.slice(0, 1).flatMap((folder) => entriesOf(folder).map((name) => ({ folder, name })))
}

function nameOf(inode: number): string | undefined {
	const found = named().find(({ folder, name }) => netnsInode(`${folder}/${name}`) === inode)
	return found === undefined ? undefined : visible(found.name)
}

function namesHere(): string {
	const names = named().map(({ name }) => visible(name))
	const shown = names.slice(0, 8).join(', ')
	return names.length === 0 ? 'none' : names.length > 8 ? english.andMore(shown, names.length - 8) : shown
}
