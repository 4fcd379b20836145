import { beforeAll, describe } from 'vitest'
import {
	type AttackedGuest,
	type Attacks,
	attackedGuest,
	testAttacks,
} from '../harness/guest/attacked-guest.ts'
import { skipWithoutGuest, skipWithoutSystemd } from '../harness/guest/guest.ts'

/** What needs a machine of its own; the others are in test/safety/attacks, since a guest takes minutes for each. */
const ATTACKS: Attacks = [
	['suOfDebian', 'su with the words of our nft, waiting for its password'],
	['fuse', 'a process of which nobody can read anything'],
]

describe.skipIf(skipWithoutSystemd('6.1'))(
	'a user without rights attacks the undo, Debian kernel 6.1 with systemd',
	() => {
		let guest: AttackedGuest
		beforeAll(async () => {
			guest = await attackedGuest(ATTACKS, 'systemd')
		})
		testAttacks(ATTACKS, () => guest)
	},
)

const PLAIN: Attacks = [
	['disguised', 'processes with the words of our reader, our nft and modprobe'],
	['su', 'a program that is root by its file, with the words of our nft'],
	['folders', 'no room and hostile names in /tmp and /dev/shm'],
	['networks', 'networks and interfaces of its own, made and gone again and again'],
]

describe.skipIf(skipWithoutGuest('6.1'))(
	'a user without rights attacks the undo, Debian kernel 6.1 without systemd',
	() => {
		let guest: AttackedGuest
		beforeAll(async () => {
			guest = await attackedGuest(PLAIN, 'plain')
		})
		testAttacks(PLAIN, () => guest)
	},
)
