import { describe, test } from 'vitest'
import { skipWithoutKernel } from '../harness/guard/scene.ts'
import { randomKills, wantedKills } from '../harness/kill/kills.ts'

const ROUNDS = 100
const BUSY = 4

describe.skipIf(skipWithoutKernel())('random plans, ways to die and moments, on a busy machine', () => {
	const wanted = wantedKills(ROUNDS, BUSY)
	test(
		'P4 P5 whoever is killed, and whenever, with four busy processes beside it: everything is as before, within the promised time',
		{
			timeout: wanted.rounds * 60_000,
		},
		() => randomKills(wanted),
	)
})
