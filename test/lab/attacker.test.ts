import { beforeAll, describe } from 'vitest'
import {
	type AttackedGuest,
	type Attacks,
	attackedGuest,
	testAttacks,
} from '../harness/guest/attacked-guest.ts'
import { skipWithoutGuest } from '../harness/guest/guest.ts'

/** The one that has broken an undo for good; the others are in safety-attacker.test.ts, since a guest takes minutes for each. */
const ATTACKS: Attacks = [['fuse', 'a process of which nobody can read anything']]

describe.skipIf(skipWithoutGuest('6.1'))('a user without rights attacks the undo, Debian kernel 6.1', () => {
	let guest: AttackedGuest
	beforeAll(async () => {
		guest = await attackedGuest(ATTACKS, 'plain')
	})
	testAttacks(ATTACKS, () => guest)
})
