import { beforeAll, describe, vi } from 'vitest'
import { type AttackedGuest, type Attacks, attackedGuest, testAttacks } from '../harness/attacked-guest.ts'
import { skipWithoutGuest } from '../harness/guest.ts'

vi.setConfig({ hookTimeout: 1_300_000 })

const ATTACKS: Attacks = [
	['reader', 'a process with the words of our reader'],
	['keeper', 'a process with the words of our nft'],
	['su', 'a program that is root by its file, with the words of our nft'],
	['modprobe', 'a process with the words of modprobe'],
	['fill', 'no room in /tmp and /dev/shm'],
	['names', 'hostile names in /tmp and /dev/shm'],
	['namespaces', 'networks of its own, made and gone again and again'],
	['devices', 'hundreds of interfaces in a network of its own'],
	['bomb', 'a fork bomb'],
	['bombAndNice', 'a fork bomb, the program under nice -n 19'],
	['arguments', '800 processes with 6 MB of arguments'],
	['fuse', 'a process of which nobody can read anything'],
]

describe.skipIf(skipWithoutGuest('6.1'))('a user without rights attacks the undo, Debian kernel 6.1', () => {
	let guest: AttackedGuest
	beforeAll(async () => {
		guest = await attackedGuest(ATTACKS, 'plain')
	})
	testAttacks(ATTACKS, () => guest)
})
