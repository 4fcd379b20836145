import { knobById } from '../../changes/knobs.ts'
import { inForce, type Lease, membersOf, outcomeOf } from '../../changes/lease.ts'
import { heldChanges } from '../../changes/lease-view.ts'
import type { Reading } from '../../changes/verdict.ts'
import { findStateDir, socketIn } from '../../host/files/state-dir.ts'
import { bootId, isOwnNetns, netnsInode } from '../../host/process/identity.ts'
import { NETNS_GONE, readKnob } from '../../host/write/write.ts'
import type { FoundLease } from '../../model/change.ts'
import * as english from '../../words/english/guard/client.ts'
import { describe } from '../../words/failure.ts'
import { isListening } from '../wire/channel.ts'
import { type LeaseFile, readLeases } from '../wire/lease-reader.ts'
import { findStrays, type StrayGroup } from './find-strays.ts'

/**
 * Leases of other sessions, and what dead ones left: nothing is changed, nothing is thrown. A directory that may not be
 * looked into is one entry without an id. Kernel probes of ours that no record tells of are one each.
 */
export async function findLeases(stateDir: string, own?: string): Promise<readonly FoundLease[]> {
	const state = findStateDir(stateDir)
	if (!state.ok) return [{ ...unknown, problem: describe(state.failure).detail }]
	try {
		const strays = (await findStrays(state.value)).map(foundStray)
		if (state.value === undefined) return strays
		const files = readLeases(state.value, bootId()).filter((file) => file.id !== own)
		const found = (await Promise.all(files.map(foundLease))).filter((one) => one !== undefined)
		return [...found, ...strays]
	} catch (error) {
		return [{ ...unknown, problem: english.cannotBeRead(stateDir, String(error)) }]
	}
}

const unknown: FoundLease = {
	leaseId: '',
	owner: null,
	netnsInode: null,
	isHere: false,
	createdAt: null,
	deadline: null,
	alive: false,
	earlierBoot: false,
	changes: [],
	problem: '',
	isKnown: false,
}

/** As a lease without an owner, named after its group: whoever can put back the one can put back the other. */
function foundStray({ id, change, isAlive, why }: StrayGroup): FoundLease {
	return {
		...unknown,
		leaseId: id,
		isHere: true,
		alive: isAlive,
		changes: [change],
		problem: why,
		isKnown: true,
	}
}

async function foundLease(file: LeaseFile): Promise<FoundLease | undefined> {
	const alive = await isListening(socketIn(file.dir.path))
	const { lease } = file
	const found: FoundLease = {
		...unknown,
		leaseId: file.id,
		alive,
		problem: file.unreadable || file.unknown || file.odd,
		isKnown: file.unreadable === '' && file.unknown === '',
	}
	if (lease === undefined) {
		// A guard that died before it did anything is nobody's business.
		return file.unreadable === '' && !alive ? undefined : found
	}
	// Over, and nothing to tell: the next start clears it away.
	const hasNews = inForce(lease).length > 0 || outcomeOf(lease) === 'conflict'
	if (!alive && !hasNews && !file.earlierBoot && file.unknown === '') return undefined
	return {
		...found,
		owner: lease.owner,
		netnsInode: lease.netns.inode,
		isHere: isOwnNetns(lease.netns, membersOf(lease)) === true,
		createdAt: lease.createdAt,
		deadline: lease.deadline,
		earlierBoot: file.earlierBoot,
		changes: file.earlierBoot ? [] : heldChanges(lease, await readings(lease)),
	}
}

/** What our namespace shows of it; a knob of another namespace is not read. */
async function readings(lease: Lease): Promise<ReadonlyMap<number, Reading>> {
	const found = new Map<number, Reading>()
	const place = isOwnNetns(lease.netns, membersOf(lease))
	const isHere = place === true
	// The inode has come back with another namespace.
	const isGone = place === false && netnsInode() === lease.netns.inode
	for (const entry of inForce(lease)) {
		const knob = knobById(entry.knob)
		if (knob?.scope === 'netns' && isGone) found.set(entry.seq, NETNS_GONE)
		if (knob === undefined || (knob.scope === 'netns' && !isHere)) continue
		const reading = await readKnob(knob)
		// From another namespace the file of the initial one is not there: that says nothing about its value.
		if (knob.scope === 'netns' || reading.kind === 'value') found.set(entry.seq, reading)
	}
	return found
}
