import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guestBundle } from '../guard/build-guard.ts'
import { PROMISED_MS, undone } from '../guard/undone.ts'
import { inGuestWell } from './guest.ts'
import type { Asked, Attacked } from './inside/attacks.ts'
import { slownessOf } from './slowness.ts'

/** Attacks by their name in inside/attacks.ts, in words. */
export type Attacks = readonly (readonly [name: string, words: string])[]

export type AttackedGuest = {
	readonly seen: Readonly<Record<string, Attacked>> & { readonly revert: Asked; readonly status: Asked }
	/** How many times as slow as this machine it was before each attack. */
	readonly slow: Readonly<Record<string, number>>
}

/** Boots a guest of Debian kernel 6.1 in which a user without rights attacks an undo, one attack after the other. */
export async function attackedGuest(attacks: Attacks, form: 'plain' | 'systemd'): Promise<AttackedGuest> {
	const folder = await guestBundle()
	try {
		copyFileSync(join(import.meta.dirname, '../../lab/guest/attacker.py'), join(folder, 'attacker.py'))
		const options = ['--in', folder, '--timeout', '1200', ...(form === 'systemd' ? ['--systemd'] : [])]
		const command = ['node', '/in/guest-entry.mjs', 'attacks', form, ...attacks.map(([name]) => name)]
		const { stdout } = await inGuestWell('6.1', command, options)
		const seen = JSON.parse(stdout)
		const slow: Record<string, number> = {}
		for (const [name] of attacks) {
			slow[name] = slownessOf(`guest 6.1, ${form}, ${name}`, seen[name].msOfWork)
			console.log(`${name}: ${JSON.stringify(seen[name])}`)
		}
		return { seen, slow }
	} finally {
		rmSync(folder, { recursive: true, force: true })
	}
}

/** What each of them has to have come to. */
export function testAttacks(attacks: Attacks, guest: () => AttackedGuest): void {
	test.each(attacks)('P4 P10 %s: %s', (name) => {
		const { seen, slow: all } = guest()
		const [found, slow = 1] = [seen[name], all[name]]
		if (found === undefined) throw new Error('the attack was not run')
		const most = Math.round(PROMISED_MS * slow)
		expect(found.note).toBe('')
		if (name === 'fuse') expect(found.isBlocked).toBe(true)
		const soon = (asked: Asked, alone: Asked) => asked.ms - alone.ms < most
		// All at once: one that fails tells the others.
		expect({
			...found,
			revertIsSoon: soon(found.revert, seen.revert),
			// Not asked in each of them.
			statusIsSoon: found.status.ms < 0 || (found.status.exit === 0 && soon(found.status, seen.status)),
			isInTime: found.ms >= 0 && found.ms < most,
		}).toMatchObject({
			left: '',
			leftAfterRevert: '',
			isInTime: true,
			revert: { exit: 0 },
			revertIsSoon: true,
			statusIsSoon: true,
		})
		undone(found.ms, { slow })
	})
}
