import { inForce, type Lease, outcomeOf } from '../../changes/lease.ts'
import { removeLeaseDir } from '../../host/files/lease-store.ts'
import { idleMs, removeStaleClaims } from '../../host/files/stale.ts'
import { type LeaseDir, leaseDirs, type StateDir, socketIn } from '../../host/files/state-dir.ts'
import { isAlive } from '../../host/process/identity.ts'
import { isListening } from '../wire/channel.ts'
import { readLease } from '../wire/lease-reader.ts'

/** A guard makes its directory and records itself within moments; without a record for this long it is dead. */
const STARTING_MS = 60_000

/**
 * Clears away what means nothing any more: leases of an earlier boot, those that ended without being removed, guards
 * that died before they wrote anything, claims without a lease. What may still be in force is never touched here, and
 * a conflict that nobody has read yet stays on record; only its knobs are free again.
 */
export async function sweep(state: StateDir, boot: string): Promise<void> {
	for (const dir of leaseDirs(state)) {
		if (dir.closing?.alive === true) continue
		const { lease, unreadable, unknown, earlierBoot } = readLease(dir, boot)
		if (unreadable !== '' || (unknown !== '' && !earlierBoot)) continue
		if (earlierBoot) removeLeaseDir(state, dir, false)
		else if (dir.closing !== null || (await isOver(dir, lease)))
			removeLeaseDir(state, dir, lease !== undefined && outcomeOf(lease) === 'conflict')
	}
	removeStaleClaims(state)
}

async function isOver(dir: LeaseDir, lease: Lease | undefined): Promise<boolean> {
	if (lease === undefined && idleMs(dir.path) < STARTING_MS) return false
	if (lease !== undefined && inForce(lease).length > 0) return false
	if (lease !== undefined && isAlive(lease.guard.pid, lease.guard.pidStart)) return false
	return !(await isListening(socketIn(dir.path)))
}
