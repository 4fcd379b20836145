import { expect, test } from 'vitest'
import { askWithLimit } from '../../../src/guard/client/patience.ts'
import type { LeaseView } from '../../../src/model/change.ts'
import { ok, type Result } from '../../../src/words/failure.ts'
import { fakeClock } from '../../harness/fake/host.ts'
import { leaseView } from '../../harness/samples/samples.ts'

const LIMIT = 10_000
const turn = () => new Promise((resolve) => setImmediate(resolve))

function asking() {
	const clock = fakeClock()
	const given = Promise.withResolvers<Result<LeaseView>>()
	let answer: unknown = 'none yet'
	void askWithLimit({ ask: () => given.promise }, { op: 'alive' }, clock, (waited) => waited >= LIMIT).then(
		(got) => {
			answer = got
		},
	)
	return { clock, given, answer: () => answer }
}

test('a guard that does not answer is waited for until the limit', async () => {
	const { clock, answer } = asking()
	clock.pass(LIMIT - 1_000)
	await turn()
	expect(answer()).toBe('none yet')
	clock.pass(1_000)
	await turn()
	expect(answer()).toBeUndefined()
})

test('a program that was stopped reads the answer of meanwhile', async () => {
	const { clock, given, answer } = asking()
	clock.skip(60_000)
	clock.pass(0)
	await turn()
	expect(answer()).toBe('none yet')
	given.resolve(ok(leaseView({})))
	await turn()
	expect(answer()).toMatchObject({ ok: true })
})
