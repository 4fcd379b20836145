import type { LeaseReport } from '../../changes/guard-answer.ts'
import { membersOf } from '../../changes/lease.ts'
import { decodeRevertAnswer } from '../../guard/client/revert-answer.ts'
import { needsNetns, type Replay, rehearse, replay, unreadable } from '../../guard/undoing/replay.ts'
import { findNetns } from '../../host/netns/find-netns.ts'
import { isOwnNetns, netnsInode } from '../../host/process/identity.ts'
import { createRun } from '../../host/process/launch.ts'
import * as english from '../../words/english/commands/revert.ts'

/** What a process that is started inside the namespace of a lease is told too. */
export type InsideOptions = {
	readonly stateDir: string
	readonly dryRun: boolean
	/** For the record. `deadline` is the timer of PID 1: it never comes before its time, and nobody reads what it prints. */
	readonly reason: string | undefined
	/** The guard stands still, as who asks has seen: it is not asked, and ended. */
	readonly pastGuard: boolean
}

/** Set in the process that was started inside the namespace of a lease. */
const ENTERED = 'CTSCOPE_ENTERED'
const INSIDE_MS = 60_000

/** This process was started inside the namespace of a lease by one like it. */
export const hasEntered = (): boolean => process.env[ENTERED] !== undefined

/** In the namespace of the lease: here when that is here, else in a process started inside; or nowhere, when it is gone. */
export async function undoInNetns(
	inside: Omit<Replay, 'home'>,
	options: InsideOptions,
): Promise<readonly LeaseReport[]> {
	const { lease } = inside.file
	const { inode, path } = lease.netns
	const members = membersOf(lease)
	const isHere = isOwnNetns(lease.netns, members)
	const act = async (home: Replay['home']) => {
		const report = await (options.dryRun ? rehearse : replay)({ ...inside, home })
		return report === undefined ? [] : [report]
	}
	if (isHere === true || !needsNetns(lease)) return act({ ...lease.netns, members })
	// The kernel has given its number to another one, which can only be once it is gone.
	if (isHere === false && netnsInode() === inode) return act('gone')
	if (isHere === undefined && netnsInode() === inode) return [unreadable(inside.file, CANNOT_TELL)]
	if (hasEntered()) return [unreadable(inside.file, english.enteringItsNetworkNamespaceHas)]
	const hints = [path, pidPath(lease.guard.pid), pidPath(lease.owner?.pid)].filter((hint) => hint !== null)
	const found = findNetns(inode, hints)
	return found === undefined ? act('gone') : enter(found, inside, options)
}

const CANNOT_TELL = english.whetherThisNetworkNamespaceIs

const pidPath = (pid: number | undefined): string | null => (pid === undefined ? null : `/proc/${pid}/ns/net`)

async function enter(
	path: string,
	{ file }: Omit<Replay, 'home'>,
	options: InsideOptions,
): Promise<readonly LeaseReport[]> {
	const script = process.argv[1]
	const argv = [
		'nsenter',
		`--net=${path}`,
		'--',
		process.execPath,
		...(script === undefined ? [] : [script]),
		...['revert', '--lease', file.id, '--state-dir', options.stateDir, '--json'],
		...(options.dryRun ? ['--dry-run'] : []),
		...(options.reason === undefined ? [] : ['--reason', options.reason]),
		...(options.pastGuard ? ['--past-guard'] : []),
	]
	const ran = await createRun()(argv, INSIDE_MS, { [ENTERED]: '1' })
	const answer = decodeRevertAnswer(ran.stdout)
	if (answer === undefined)
		return [unreadable(file, english.enteringItsNetworkNamespaceFailed(ran.stderr.trim()))]
	return answer.leases
}
