import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lab, skipWithoutLab } from '../harness/kernel/lab.ts'
import { ctscope } from '../harness/program/program.ts'
import { createRunScene, type RunScene } from '../harness/program/run-scene.ts'

/** Packets a second, and how many: longer than the three seconds that a flood takes to be one. */
const PER_SECOND = 400
const SECONDS = 9

describe.skipIf(skipWithoutLab())('a flood of the kernel log', () => {
	let scene: RunScene
	let lab: Lab
	beforeAll(async () => {
		scene = await createRunScene('flood')
		lab = scene.lab
	})
	afterAll(() => scene.dispose())

	/** SYN and FIN together, which is INVALID, for a while; then success, as far as the flood lets it be one. */
	const command = (perSecond: number, seconds: number) => {
		const send = scene.hping('-c', `${perSecond * seconds}`, '-i', `u${1_000_000 / perSecond}`, '-S', '-F')
		return ['sh', '-c', `${[...send, '-p', '80', lab.address].join(' ')} >/dev/null 2>&1; true`]
	}

	test('a flood ends logging, not the command; report, JSON and exit status say so', async () => {
		const before = await lab.snapshot()
		const json = join(scene.folder, 'flood.json')
		const options = ['--source', 'kmsg', '--protocol', 'tcp', '--max-rate', '50', '--json', json]
		const ran = await ctscope(scene.run(...options, '--', ...command(PER_SECOND, SECONDS)))
		expect(ran.stderr).toMatch(/^ctscope: LOG FLOOD: \d+ lines\/s, \d changes? (?:was|were) switched off/m)
		expect(ran.stderr).toMatch(/all put back/)
		expect(ran.stderr.replaceAll(/\s+/g, ' ')).toMatch(/--source nflog bypasses the kernel log/)
		expect(ran.exitCode).toBe(6)
		const report = JSON.parse(readFileSync(json, 'utf8'))
		expect(report.flood.rate).toBeGreaterThan(50)
		expect(report).toMatchObject({ undo: 'clean', command: { exitCode: 0 } })
		// It ended in the middle: more packets came than were asked about.
		expect(report.log.lines).toBeGreaterThan(0)
		expect(report.log.lines).toBeLessThan(PER_SECOND * SECONDS)
		expect(await lab.snapshot()).toEqual(before)
	})

	test('--max-rate 0 never ends logging', async () => {
		const options = ['--source', 'kmsg', '--protocol', 'tcp', '--max-rate', '0']
		const ran = await ctscope(scene.run(...options, '--', ...command(PER_SECOND, 5)))
		expect(ran.stderr).not.toMatch(/FLOOD/)
		expect(ran.exitCode).toBe(0)
	})
})
