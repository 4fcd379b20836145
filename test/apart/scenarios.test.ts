import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SCENARIO_IDS, type ScenarioId } from '../../src/practice/scenario.ts'
import { scenarioById } from '../../src/practice/scenarios.ts'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { obey } from '../harness/program/obey.ts'
import { openPractice } from '../harness/program/practice.ts'

describe.skipIf(skipWithoutLab()).concurrent('a practice by keys in a real terminal at 80x24', () => {
	test.each(SCENARIO_IDS)('%s: the steps find the cause, and the report names it', async (id: ScenarioId) => {
		const folder = mkdtempSync(join(tmpdir(), 'ctscope-practice-'))
		const terminal = await openPractice(id, { cwd: folder })
		try {
			await obey(terminal)
			terminal.type('q')
			expect((await terminal.ended).exitCode).toBe(0)
			expect(terminal.text()).toContain('Practice: FOUND.')
			const [json, markdown] = readdirSync(folder).sort()
			const report = JSON.parse(readFileSync(join(folder, json ?? ''), 'utf8'))
			expect(scenarioById(id)?.causes).toContain(report.causes[0].id)
			expect(report.practice.found).toBe(true)
			expect(report.undo).toMatch(/^(\d+) of \1 put back, read back$/)
			expect(readFileSync(join(folder, markdown ?? ''), 'utf8')).toContain(`**${report.causes[0].title}**`)
		} finally {
			await terminal.dispose()
			rmSync(folder, { recursive: true })
		}
	})
})
