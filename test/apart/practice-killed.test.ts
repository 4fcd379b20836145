import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { skipWithoutLab } from '../harness/kernel/lab.ts'
import { processOf } from '../harness/process-of.ts'
import { openPractice, switchOnFromStep } from '../harness/program/practice.ts'
import { freshStateDir, pressSlowly } from '../harness/program/session.ts'
import { until } from '../harness/until.ts'

/** Processes below one, themselves included, by what they were called with. */
function below(pid: number): ReadonlyMap<number, string> {
	const parents = new Map<number, number>()
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue
		try {
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
			parents.set(Number(name), Number(/\) . (\d+)/.exec(stat)?.[1]))
		} catch {}
	}
	const found = new Map<number, string>()
	const isBelow = (one: number): boolean =>
		one === pid || (parents.has(one) && isBelow(parents.get(one) ?? 0))
	for (const one of parents.keys()) if (one > 1 && isBelow(one)) found.set(one, commandOf(one) ?? '')
	return found
}

function commandOf(pid: number): string | undefined {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
	} catch {
		return undefined
	}
}

describe.skipIf(skipWithoutLab())('a practice that is killed', () => {
	test('its namespaces end, and the program undoes everything and ends', async () => {
		const stateDir = freshStateDir()
		const terminal = await openPractice('scan', { stateDir })
		try {
			await pressSlowly(terminal, 'j', 'j')
			await switchOnFromStep(terminal)
			const all = below(terminal.pid)
			const [practice] = [...all].filter(([, command]) => / practice scan /.test(command)).map(([pid]) => pid)
			const places = [...all]
				.filter(([, command]) => /^practice-(?:left|here|right)/.test(command))
				.map(([pid]) => pid)
			const programs = [...all].filter(([, command]) => / --practice scan /.test(command)).map(([pid]) => pid)
			expect(places).toHaveLength(3)
			expect(programs.length).toBeGreaterThan(0)
			process.kill(processOf(practice, 'practice'), 'SIGKILL')
			await until(() => [...places, ...programs].every((pid) => commandOf(pid) === undefined), 'all to end')
			await until(() => readdirSync(`${stateDir}/leases`).length === 0, 'the leases to go')
		} finally {
			await terminal.dispose()
		}
	})
})
