import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { reducer } from '../../../src/app/store/reducer.ts'
import { type ReadAnswer, readAnswerOf } from '../../../src/commands/read/answer.ts'
import { gather } from '../../../src/commands/read/gather.ts'
import { createToolPath } from '../../../src/host/tools/tool-path.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import { recorded } from '../../ui/recorded.ts'
import { saveHost } from './saved-host.ts'

const LEVELS = ['low', 'medium', 'high']
const folder = mkdtempSync(join(tmpdir(), 'ctscope-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { begun, actions } = recorded()
/** Until both directions were counted, by rules of our own: no command that people save shows them. */
const watched = actions.slice(
	0,
	actions.findIndex(({ type }) => type === 'count-ways'),
)
const live = watched.reduce(reducer, begun)
let answer: ReadAnswer

beforeAll(async () => {
	saveHost(folder, watched, (at) => begun.wall - begun.now + at)
	answer = readAnswerOf(
		await gather({ paths: [folder], tools: createToolPath(), stdin: (async function* () {})() }),
	)
})

test('saved outputs of a host have the same causes as the host had live', () => {
	const causes = findCauses(stepEvidence(live))
	expect(causes.length).toBeGreaterThan(0)
	expect(answer.causes.map(({ id }) => id)).toEqual(causes.map(({ id }) => id))
	for (const [index, cause] of causes.entries()) {
		expect(answer.causes[index]?.share).toBeCloseTo(cause.share, 1)
		// What was not saved cannot make it surer.
		expect(LEVELS.indexOf(answer.causes[index]?.confidence ?? '')).toBeLessThanOrEqual(
			LEVELS.indexOf(cause.confidence),
		)
	}
})

test('they have the same reasons, rules and settings', () => {
	const evidence = stepEvidence(live)
	expect(answer.evidence.reasons.map(({ reason }) => reason.id)).toEqual(
		evidence.reasons.map(({ reason }) => reason.id),
	)
	expect(answer.evidence.rules?.acting).toEqual(evidence.rules?.acting)
	expect(answer.evidence.values.tcp_be_liberal).toBe(evidence.values.tcp_be_liberal)
	expect(answer.account?.explained).toBeGreaterThan(0)
})
