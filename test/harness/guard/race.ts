import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { knobById } from '../../../src/changes/knobs.ts'
import { replay } from '../../../src/guard/undoing/replay.ts'
import { readLease } from '../../../src/guard/wire/lease-reader.ts'
import { createLeaseStore } from '../../../src/host/files/lease-store.ts'
import { claimName, leaseDirs, makeStateDir } from '../../../src/host/files/state-dir.ts'
import { bootId, ownNetns } from '../../../src/host/process/identity.ts'
import { IN_VAIN_MS } from '../until.ts'

/** Goes on at the same moment as the others, which all come to this point in the same folder. */
function meet(folder: string, point: string, own: string, all: readonly string[]): void {
	const markOf = (name: string) => join(folder, `${point}.${name}`)
	writeFileSync(markOf(own), '')
	const end = performance.now() + IN_VAIN_MS
	while (!all.every((name) => existsSync(markOf(name))))
		if (performance.now() > end) throw new Error(`not all came to ${point}`)
}

/** Takes the same knob as another process, round after round; prints who won as a string of 1 and 0. */
export async function runClaimRace([
	dir = '',
	folder = '',
	rounds = '',
	id = '',
	...others
]: readonly string[]): Promise<number> {
	const state = makeStateDir(dir)
	const knob = knobById('log_invalid')
	if (!state.ok || knob === undefined) return 1
	const store = createLeaseStore(state.value, id)
	if (!store.ok) return 1
	let won = ''
	for (let round = 0; round < Number(rounds); round++) {
		const name = `${claimName(knob, { inode: 0, rtnl: 0 })}.${round}`
		meet(folder, `${round}`, id, [id, ...others])
		won += store.value.claim(name).ok ? '1' : '0'
	}
	process.stdout.write(won)
	return 0
}

/**
 * Undoes the lease of each round together with other processes. The first of them makes it: writes the knob, so that there is
 * something to undo, and puts the journal of round 0 in place.
 */
export async function runUndoRace([
	dir = '',
	folder = '',
	rounds = '',
	name = '',
	...all
]: readonly string[]): Promise<number> {
	const state = makeStateDir(dir)
	const knob = knobById('log_invalid')
	const own = ownNetns()
	if (!state.ok || knob === undefined || own === undefined) return 1
	const boot = bootId()
	const isFirst = name === all[0]
	let wrong = 0
	for (let round = 0; round < Number(rounds); round++) {
		const id = `R${String(round).padStart(5, '0')}`
		if (isFirst) {
			const template = readFileSync(`${dir}/template`, 'utf8').replaceAll('TEMPLATE', id)
			const store = createLeaseStore(state.value, id)
			if (!store.ok || !store.value.claim(claimName(knob, own)).ok) wrong += 1
			else {
				writeFileSync(knob.path, '6', { flag: 'r+' })
				store.value.append(template)
			}
		}
		meet(folder, `${round}.begin`, name, all)
		const found = leaseDirs(state.value).find((one) => one.id === id && one.closing === null)
		const file = found === undefined ? undefined : readLease(found, boot)
		const report =
			file?.lease === undefined
				? undefined
				: await replay({
						state: state.value,
						file: { ...file, lease: file.lease },
						boot,
						home: { ...own, initial: false },
						why: 'race',
						isUnattended: false,
					})
		if (report?.changes.some(({ result }) => result !== 'restored' && result !== 'already')) wrong += 1
		meet(folder, `${round}.end`, name, all)
		if (isFirst && readFileSync(knob.path, 'utf8').trim() !== '0') wrong += 1
	}
	process.stdout.write(String(wrong))
	return 0
}
