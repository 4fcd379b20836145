import { beforeAll, describe, vi } from 'vitest'
import { type AttackedGuest, type Attacks, attackedGuest, testAttacks } from '../harness/attacked-guest.ts'
import { skipWithoutSystemd } from '../harness/guest.ts'

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
