import { beforeAll, describe, vi } from 'vitest'
import { type AttackedGuest, type Attacks, attackedGuest, testAttacks } from '../harness/attacked-guest.ts'
import { skipWithoutGuest } from '../harness/guest.ts'

vi.setConfig({ hookTimeout: 1_300_000 })

/** Those that have broken an undo before; the others are in safety-attacker.test.ts, since a guest takes a minute for each. */
const ATTACKS: Attacks = [
	['disguised', 'processes with the words of our reader, our nft and modprobe'],
	['bomb', 'a fork bomb, the program under nice -n 19'],
	['fuse', 'a process of which nobody can read anything'],
]

describe.skipIf(skipWithoutGuest('6.1'))('a user without rights attacks the undo, Debian kernel 6.1', () => {
	let guest: AttackedGuest
	beforeAll(async () => {
		guest = await attackedGuest(ATTACKS, 'plain')
	})
	testAttacks(ATTACKS, () => guest)
})
