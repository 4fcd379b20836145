import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { SCENARIO_IDS, type ScenarioId } from '../../src/practice/scenario.ts'
import { scenarioById } from '../../src/practice/scenarios.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { openPractice } from '../harness/program/practice.ts'
import { ctscope } from '../harness/program/program.ts'
import { freshStateDir } from '../harness/program/session.ts'

type Json = {
	readonly causes: readonly {
		readonly id: string
		readonly confidence: string
		readonly evidence: readonly string[]
		readonly remedies: readonly string[]
	}[]
	readonly changes: readonly { readonly state: string }[]
}

/** The namespace that the program of this practice looks at, as it was told to. */
function placeOf(parent: number): string {
	const lines = readdirSync(`/proc/${parent}/task`)
		.flatMap((thread) => readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').trim().split(' '))
		.filter((pid) => pid !== '')
		.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0'))
	const [place] = lines
		.flatMap((words) => words[words.indexOf('--netns') + 1] ?? [])
		.filter((word) => /^\d+$/.test(word))
	if (place === undefined) throw new Error('no program of a practice')
	return place
}

describe.skipIf(skipWithoutLab())('a practice that is investigated from another terminal', () => {
	test.each(SCENARIO_IDS)(
		'%s: the cause, with evidence and a remedy, and no other one',
		async (id: ScenarioId) => {
			const terminal = await openPractice(id)
			try {
				const args = ['investigate', '--netns', placeOf(terminal.pid), '--state-dir', freshStateDir()]
				const { stdout, stderr, exitCode } = await ctscope([...args, '--json'])
				expect(exitCode, stderr || stdout).toBe(7)
				const { causes, changes }: Json = JSON.parse(stdout)
				const named = causes.filter(({ confidence }) => confidence !== 'low')
				expect(
					named.map((cause) => cause.id),
					stdout,
				).not.toEqual([])
				for (const cause of named) {
					expect(scenarioById(id)?.causes, stdout).toContain(cause.id)
					expect(cause.evidence).not.toEqual([])
					expect(cause.remedies).not.toEqual([])
				}
				expect(new Set(changes.map(({ state }) => state))).toEqual(new Set(['undone']))
			} finally {
				await terminal.dispose()
			}
		},
		150_000,
	)
})
