import { readFileSync, writeFileSync } from 'node:fs'
import { knobById } from '../../../src/changes/knobs.ts'
import { replay } from '../../../src/guard/undoing/replay.ts'
import { readLease } from '../../../src/guard/wire/lease-reader.ts'
import { createLeaseStore } from '../../../src/host/files/lease-store.ts'
import { claimName, leaseDirs, makeStateDir } from '../../../src/host/files/state-dir.ts'
import { bootId, ownNetns } from '../../../src/host/process/identity.ts'

const now = () => Number(process.hrtime.bigint()) / 1e6

/** Both sides begin round after round at the same moment of CLOCK_MONOTONIC, without a word between them. */
function waitUntil(ms: number): void {
	while (now() < ms);
}

/** Takes the same knob as another process, round after round; prints who won as a string of 1 and 0. */
export async function runClaimRace([
	dir = '',
	id = '',
	start = '',
	rounds = '',
]: readonly string[]): Promise<number> {
	const state = makeStateDir(dir)
	const knob = knobById('log_invalid')
	if (!state.ok || knob === undefined) return 1
	const store = createLeaseStore(state.value, id)
	if (!store.ok) return 1
	let won = ''
	for (let round = 0; round < Number(rounds); round++) {
		const name = `${claimName(knob, { inode: 0, rtnl: 0 })}.${round}`
		waitUntil(Number(start) + round * 2)
		won += store.value.claim(name).ok ? '1' : '0'
	}
	process.stdout.write(won)
	return 0
}

/**
 * Undoes the lease of each round together with other processes. `lead` makes the next one: writes the knob, so that
 * there is something to undo, and puts the journal of round 0 in place.
 */
export async function runUndoRace([
	dir = '',
	lead = '',
	start = '',
	rounds = '',
	every = '',
]: readonly string[]): Promise<number> {
	const state = makeStateDir(dir)
	const knob = knobById('log_invalid')
	const own = ownNetns()
	if (!state.ok || knob === undefined || own === undefined) return 1
	const boot = bootId()
	let wrong = 0
	for (let round = 0; round < Number(rounds); round++) {
		const begin = Number(start) + round * Number(every)
		const id = `R${String(round).padStart(5, '0')}`
		if (lead === 'lead') {
			waitUntil(begin - Number(every) / 2)
			const template = readFileSync(`${dir}/template`, 'utf8').replaceAll('TEMPLATE', id)
			const store = createLeaseStore(state.value, id)
			if (!store.ok || !store.value.claim(claimName(knob, own)).ok) wrong += 1
			else {
				writeFileSync(knob.path, '6', { flag: 'r+' })
				store.value.append(template)
			}
		}
		waitUntil(begin)
		const found = leaseDirs(state.value).find((one) => one.id === id && one.closing === null)
		if (found === undefined) continue
		const file = readLease(found, boot)
		if (file.lease === undefined) continue
		const report = await replay({
			state: state.value,
			file: { ...file, lease: file.lease },
			boot,
			home: { ...own, initial: false },
			why: 'race',
			isUnattended: false,
		})
		if (report?.changes.some(({ result }) => result !== 'restored' && result !== 'already')) wrong += 1
		if (lead === 'lead' && readFileSync(knob.path, 'utf8').trim() !== '0') wrong += 1
	}
	process.stdout.write(String(wrong))
	return 0
}
