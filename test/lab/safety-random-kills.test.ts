import { describe, test } from 'vitest'
import { skipWithoutKernel } from '../harness/guard/scene.ts'
import { randomKills, wantedKills } from '../harness/kill/kills.ts'

const ROUNDS = 100
const BUSY = 4

describe.skipIf(skipWithoutKernel())('random plans, ways to die and moments, on a busy machine', () => {
	const wanted = wantedKills(ROUNDS, BUSY)
	test(
		'P4 P5 whoever is killed beside four busy processes: all is restored within the promised time',
		{
			timeout: wanted.rounds * 60_000,
		},
		() => randomKills(wanted),
	)
})
