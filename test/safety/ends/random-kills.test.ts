import { describe, test } from 'vitest'
import { skipWithoutKernel } from '../../harness/guard/scene.ts'
import { randomKills, wantedKills } from '../../harness/kill/kills.ts'

const ROUNDS = 20

describe.skipIf(skipWithoutKernel())('random plans, deaths and moments', () => {
	const wanted = wantedKills(ROUNDS, 0)
	test(
		'P4 P5 whoever is killed, and whenever: all is restored within the promised time',
		{
			timeout: wanted.rounds * 60_000,
		},
		() => randomKills(wanted),
	)
})
