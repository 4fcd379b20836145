import { beforeAll, describe, vi } from 'vitest'
import {
	type AttackedGuest,
	type Attacks,
	attackedGuest,
	testAttacks,
} from '../harness/guest/attacked-guest.ts'
import { skipWithoutGuest, skipWithoutSystemd } from '../harness/guest/guest.ts'

vi.setConfig({ hookTimeout: 1_300_000 })

const ATTACKS: Attacks = [
	['suOfDebian', 'su with the words of our nft, waiting for its password'],
	['bomb', 'a fork bomb, the program under nice -n 19'],
	['arguments', '800 processes with 6 MB of arguments'],
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
	['bomb', 'a fork bomb, the program under nice -n 19'],
	['su', 'a program that is root by its file, with the words of our nft'],
	['folders', 'no room and hostile names in /tmp and /dev/shm'],
	['networks', 'networks and interfaces of its own, made and gone again and again'],
	['arguments', '800 processes with 6 MB of arguments'],
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
