import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'
import { PROMISES, promisesOf } from './promises.ts'

export type Case = {
	/** The names of the groups around it, and its own. */
	readonly names: readonly string[]
	/** Of vitest.config.ts. */
	readonly project: string
	readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
	readonly undoneMs?: number | undefined
	/** From each of many random deaths until everything was back. */
	readonly killedMs?: readonly number[] | undefined
}

/** L0 needs no kernel, L1 this one, L2 and L3 guests, those of L3 with systemd. */
const LEVELS: Readonly<Record<string, string>> = {
	pure: 'L0',
	apart: 'L1',
	kernel: 'L1',
	lab: 'L2',
	system: 'L3',
}
/** Those of `npm test`. */
const WHOLE = ['pure', 'apart', 'kernel', 'lab']

/** A line for each promise, and the numbers of those that no passing case shows. */
export function listPromises(cases: readonly Case[]): {
	lines: readonly string[]
	unshown: readonly number[]
} {
	const unshown: number[] = []
	const lines = PROMISES.map((sentence, index) => {
		const own = cases.filter(({ names }) => promisesOf(names).includes(index + 1))
		const count = (state: Case['state']) => own.filter((one) => one.state === state).length
		const passed = own.filter(({ state }) => state === 'passed')
		if (passed.length === 0) unshown.push(index + 1)
		const levels = [...new Set(passed.map(({ project }) => LEVELS[project] ?? project))].toSorted()
		const times = passed.flatMap(({ undoneMs }) => undoneMs ?? [])
		const skipped = count('skipped') + count('pending')
		const told = [
			passed.length === 0 ? 'NO PASSING CASE' : `${passed.length} passed`,
			...(count('failed') > 0 ? [`${count('failed')} FAILED`] : []),
			...(skipped > 0 ? [`${skipped} skipped`] : []),
			...(levels.length > 0 ? [levels.join(' ')] : []),
			...(times.length > 0 ? [`slowest undo ${Math.round(Math.max(...times))} ms`] : []),
			...spread(own.flatMap(({ killedMs }) => killedMs ?? [])),
		]
		return `${`P${index + 1}`.padStart(4)}  ${sentence.padEnd(66)}  ${told.join(', ')}`
	})
	return { lines, unshown }
}

/** Half of them, and all but one of twenty, were done sooner. */
function spread(ms: readonly number[]): readonly string[] {
	if (ms.length === 0) return []
	const sorted = ms.toSorted((a, b) => a - b)
	const at = (share: number) => `${Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0)} ms`
	return [`${ms.length} random kills: p50 ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)}`]
}

function namesOf(test: TestCase): readonly string[] {
	const names = [test.name]
	for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) names.unshift(parent.name)
	return names
}

/** Ends a run with the promises and what was seen of them; a promise without a passing case fails a run of all tests. */
export default class PromisesReporter implements Reporter {
	#vitest: Vitest | undefined

	onInit(vitest: Vitest): void {
		this.#vitest = vitest
	}

	async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
		const cases = modules.flatMap((module) =>
			[...module.children.allTests()].map((test) => ({
				names: namesOf(test),
				project: module.project.name,
				state: test.result().state,
				undoneMs: test.meta().undoneMs,
				killedMs: test.meta().killedMs,
			})),
		)
		const shown = cases.filter(({ names, state }) => state !== 'skipped' && promisesOf(names).length > 0)
		const isWhole = await this.#isWhole(modules)
		if (!isWhole && shown.length === 0) return
		const { lines, unshown } = listPromises(cases)
		// Of a part of the tests only what was looked at.
		const ran = lines.filter((_, index) => isWhole || !unshown.includes(index + 1))
		console.log(['', 'Promises:', ...ran, ''].join('\n'))
		if (!isWhole || unshown.length === 0) return
		console.error(`no passing case: ${unshown.map((number) => `P${number}`).join(' ')}`)
		process.exitCode = 1
	}

	/** No filter by name, file, project or shard. */
	async #isWhole(modules: readonly TestModule[]): Promise<boolean> {
		const vitest = this.#vitest
		if (vitest === undefined || vitest.config.testNamePattern !== undefined) return false
		const ran = new Set(modules.map(({ project }) => project.name))
		if (!WHOLE.every((project) => ran.has(project))) return false
		return modules.length === (await vitest.globTestSpecifications()).length
	}
}
