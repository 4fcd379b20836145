import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { NetnsName, ProcessName } from '../../changes/lease.ts'
import { kernelRouteSocket } from '../../kernel/nflog/netlink-sockets.ts'
import type { Owner } from '../../model/change.ts'
import { errorCode, findInLines, textOf } from '../tools/proc-fs.ts'

/** Names this boot: values of /proc/sys live exactly as long as it. Empty when it cannot be read. */
export function bootId(): string {
	return textOf('/proc/sys/kernel/random/boot_id').trim()
}

export type ProcessStat = {
	/** Field 3: R, S, D ...; Z and X have ended, although their number is still taken. */
	readonly state: string
	/** Field 4. */
	readonly parent: number
	/** Field 6: the pid of the process that began the session. */
	readonly session: number
	/** Field 7: the controlling terminal as a device number, 0 without one. */
	readonly tty: number
	/** Field 41: SCHED_OTHER is 0, SCHED_BATCH 3, SCHED_IDLE 5 (sched(7)). */
	readonly policy: number
	/** Field 22, clock ticks since boot: tells a process from a later one with the same pid. */
	readonly start: string
}

/** /proc/PID/stat (fs/proc/array.c). The name in brackets may hold blanks and brackets: counted from the last one. */
export function parseProcessStat(text: string): ProcessStat | undefined {
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
	const state = fields[0]
	const tty = fields[4]
	const start = fields[19]
	if (!state || tty === undefined || start === undefined || !/^\d+$/.test(start)) return undefined
	return {
		state,
		parent: Number(fields[1] ?? 0),
		session: Number(fields[3] ?? 0),
		tty: Number(tty),
		policy: Number(fields[38] ?? 0),
		start,
	}
}

export function processStart(pid: number): string | undefined {
	return parseProcessStat(textOf(`/proc/${pid}/stat`))?.start
}

/** That very process lives: it is no zombie, and no later one with its number. */
export function isAlive(pid: number, start: string): boolean {
	const stat = parseProcessStat(textOf(`/proc/${pid}/stat`))
	return stat?.start === start && stat.state !== 'Z' && stat.state !== 'X'
}

/** That very process has ended. Not so where it cannot be told, as without a descriptor to read it with. */
export function hasEnded(pid: number, start: string): boolean {
	try {
		const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
		return stat !== undefined && (stat.start !== start || stat.state === 'Z' || stat.state === 'X')
	} catch (error) {
		return ['ENOENT', 'ESRCH'].includes(errorCode(error))
	}
}

/** `pts/3`, `tty1`, `ttyS0`; null for none and for kinds that have no name here (Documentation/admin-guide/devices.txt). */
export function terminalName(device: number): string | null {
	const major = (device >> 8) & 0xfff
	const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
	if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`
	if (major === 4) return minor < 64 ? `tty${minor}` : `ttyS${minor - 64}`
	return null
}

/** Who runs this process, for other sessions to read. */
export function ownerOfThisProcess(): Owner {
	const stat = parseProcessStat(textOf('/proc/self/stat'))
	const sudoUser = process.env.SUDO_USER ?? null
	return {
		uid: process.getuid?.() ?? 0,
		user: userName(),
		sudoUser: sudoUser === null || sudoUser === '' ? null : sudoUser.slice(0, 64),
		tty: stat === undefined ? null : terminalName(stat.tty),
		pid: process.pid,
		pidStart: stat?.start ?? '',
	}
}

/** Asks the kernel to look for another victim first when memory runs out; without the right to, nothing happens. */
export function spareFromOomKiller(): void {
	try {
		writeFileSync('/proc/self/oom_score_adj', '-900')
	} catch {}
}

function userName(): string {
	try {
		return userInfo().username
	} catch {
		return String(process.getuid?.() ?? '')
	}
}

/** Inode of the network namespace that a file of nsfs stands for; undefined when there is none or it may not be seen. */
export function netnsInode(path = '/proc/self/ns/net'): number | undefined {
	try {
		// A file of another filesystem with the same inode is no namespace: the link text or the device must say so.
		const { ino, dev } = statSync(path)
		return dev === NSFS ? ino : undefined
	} catch {
		return undefined
	}
}

const LIST_TRIES = 3
let known: Pick<NetnsName, 'inode' | 'rtnl'> | undefined

/**
 * What tells the network namespace of this process from any other of this boot; undefined where it cannot be told.
 * Anybody may have many sockets in it, and the kernel goes through all of them for each 4096 bytes (af_netlink.c,
 * netlink_seq_start): 80 000 take 12 s. So it is read once, only up to what is looked for, and not where `isOwnNetns` can do without.
 */
export function ownNetns(): Pick<NetnsName, 'inode' | 'rtnl'> | undefined {
	const inode = netnsInode()
	if (inode === undefined || known?.inode === inode) return known?.inode === inode ? known : undefined
	// Between two pieces others come and go, and a line can be left out.
	for (let tries = 0; tries < LIST_TRIES; tries++) {
		const rtnl = findInLines('/proc/self/net/netlink', kernelRouteSocket)
		if (rtnl === undefined) continue
		known = { inode, rtnl }
		return known
	}
	return undefined
}

/**
 * Whether this process is in that namespace; undefined where that cannot be told. The initial one is there for the whole
 * boot, so its inode is enough; so it is for one in which a process still lives that was in it (`members`).
 */
export function isOwnNetns(
	netns: Pick<NetnsName, 'inode' | 'rtnl' | 'initial'>,
	members: readonly ProcessName[] = [],
): boolean | undefined {
	const inode = netnsInode()
	if (inode === undefined || inode !== netns.inode) return inode === undefined ? undefined : false
	const isIn = ({ pid, pidStart }: ProcessName) =>
		netnsInode(`/proc/${pid}/ns/net`) === inode && isAlive(pid, pidStart)
	if (netns.initial || members.some(isIn)) return true
	const own = ownNetns()
	return own === undefined ? undefined : own.rtnl === netns.rtnl
}

const NSFS = deviceOf('/proc/self/ns/mnt')

function deviceOf(path: string): number | undefined {
	try {
		return statSync(path).dev
	} catch {
		return undefined
	}
}
