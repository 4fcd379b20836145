import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SCENARIO_IDS, type ScenarioId } from '../../src/practice/scenario.ts'
import { scenarioById } from '../../src/practice/scenarios.ts'
import { skipWithoutLab } from '../harness/lab.ts'
import { freshStateDir, pause, pressSlowly } from '../harness/session.ts'
import { CTSCOPE, KEYS, openTerminal, type Terminal } from '../harness/terminal.ts'

/** The number of the step in view. */
const stepOf = (text: string): number => Number(/STEP (\d) of 9/.exec(text)?.[1] ?? 0)

/** A newcomer: presses what the last lines of the step name, and answers what is asked. Never an experiment. */
async function obey(terminal: Terminal): Promise<void> {
	for (let turn = 0; turn < 24; turn++) {
		const text = terminal.text()
		const step = stepOf(text)
		const offer = /space: ([a-z ]+?)(?: {2}|│|\n|$)/.exec(text)?.[1]?.trim()
		if (offer === 'switch the log on') {
			await pressSlowly(terminal, ' ')
			await terminal.until('[enter] choose')
			await pressSlowly(terminal, KEYS.enter)
			await terminal.until('[y] yes, do it')
			await pause(400)
			await pressSlowly(terminal, 'y')
			await terminal.until('yes, it is on', 20_000)
		} else if (offer === 'count both directions') {
			await pressSlowly(terminal, ' ')
			await terminal.until('[y] yes, do it')
			await pause(400)
			await pressSlowly(terminal, 'y')
			await terminal.until('there / back', 20_000)
			await terminal.until(/there \/ back +\d{2}/, 20_000)
			await pressSlowly(terminal, KEYS.enter)
		} else if (step === 9) {
			if (offer === 'undo all') {
				await pressSlowly(terminal, ' ')
				await terminal.until('NO CHANGES IN FORCE', 20_000)
			}
			await terminal.until('space: write the report', 20_000)
			await pressSlowly(terminal, ' ')
			await terminal.until('the report is in', 20_000)
			return
		} else {
			// It says itself when it is only looking.
			if (step === 4) await terminal.until(/Confidence:/, 70_000)
			if (step === 6) await terminal.until(/flows looked at +[2-6]|no flow is known/, 30_000)
			await pressSlowly(terminal, KEYS.enter)
		}
		await pause(300)
	}
	throw new Error('the steps do not come to an end')
}

describe.skipIf(skipWithoutLab()).concurrent('a practice by keys in a real terminal at 80x24', () => {
	test.each(SCENARIO_IDS)(
		'%s: the steps lead to its cause, and the report names it',
		async (id: ScenarioId) => {
			const folder = mkdtempSync(join(tmpdir(), 'ctscope-practice-'))
			const terminal = openTerminal(CTSCOPE, ['practice', id, '--state-dir', freshStateDir()], {
				cwd: folder,
			})
			try {
				await terminal.until('STEP 1 of 9', 30_000)
				await terminal.until(/yes, [\d.]+\/s/, 20_000)
				await obey(terminal)
				terminal.type('q')
				expect((await terminal.ended).exitCode).toBe(0)
				expect(terminal.text()).toContain('Practice: FOUND.')
				const [json, markdown] = readdirSync(folder).sort()
				const report = JSON.parse(readFileSync(join(folder, json ?? ''), 'utf8'))
				expect(report.causes[0].id).toBe(scenarioById(id)?.cause)
				expect(report.practice.found).toBe(true)
				expect(report.undo).toMatch(/^(\d+) of \1 put back, read back$/)
				expect(readFileSync(join(folder, markdown ?? ''), 'utf8')).toContain(`**${report.causes[0].title}**`)
			} finally {
				await terminal.dispose()
				rmSync(folder, { recursive: true })
			}
		},
		150_000,
	)
})
