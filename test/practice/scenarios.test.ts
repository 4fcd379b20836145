import { expect, test } from 'vitest'
import { SCENARIO_IDS, type ScenarioId } from '../../src/practice/scenario.ts'
import { scenarioById } from '../../src/practice/scenarios.ts'
import { CASES } from '../cases/cases.ts'

/** The case that each practice is drawn from: the same truth, played without raw sockets and without a box on the way. */
const DRAWN_FROM: Readonly<Record<ScenarioId, string>> = {
	scan: 'scan-xmas-hping',
	asymmetric: 'one-direction-after-handshake',
	forgotten: 'deleted-output-drop',
	checksum: 'checksum-on-the-way',
	timeout: 'small-established-loose0',
	nat: 'published-reply-leak',
}

test.each(SCENARIO_IDS)('%s: what is right in the practice is the truth of its case', (id) => {
	const truth = CASES.find(({ name }) => name === DRAWN_FROM[id])?.truth
	const right: readonly string[] = scenarioById(id)?.causes ?? []
	expect(truth?.causes.length).toBeGreaterThan(0)
	for (const { anyOf } of truth?.causes ?? [])
		expect(
			anyOf.some((cause) => right.includes(cause)),
			anyOf.join(),
		).toBe(true)
	for (const cause of truth?.lookAlikes ?? []) expect(right).not.toContain(cause)
})
