import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createLab, type Lab, skipWithoutLab } from '../harness/lab.ts'
import { ctscope } from '../harness/program.ts'

vi.setConfig({ testTimeout: 90_000 })

describe.skipIf(skipWithoutLab())('looking opens nothing for writing', () => {
	let lab: Lab
	let folder: string
	beforeAll(async () => {
		lab = await createLab('nowr')
		folder = mkdtempSync(join(tmpdir(), 'ctscope-strace-'))
	})
	afterAll(async () => {
		rmSync(folder, { recursive: true })
		await lab.dispose()
	})

	test.each([
		['status', ['status']],
		['status --json', ['status', '--json']],
		['status in a namespace', ['status', '--netns', 'NETNS']],
		['watch', ['watch', '--count', '3', '--interval', '0.3']],
		['watch in a namespace', ['watch', '--json', '--count', '3', '--interval', '0.3', '--netns', 'NETNS']],
		['doctor', ['doctor', '--netns', 'NETNS']],
	])('%s', async (name, args) => {
		const trace = join(folder, name.replaceAll(' ', '-'))
		const ran = await ctscope(
			args.map((arg) => (arg === 'NETNS' ? lab.netns : arg)),
			{
				under: ['strace', '-f', '-qq', '-e', 'trace=open,openat,openat2,creat', '-o', trace],
				timeoutMs: 60_000,
			},
		)
		expect(ran.exitCode).toBe(0)
		const calls = readFileSync(trace, 'utf8').split('\n')
		const kernel = calls.filter((call) => /"\/(proc|sys)\//.test(call))
		expect(kernel.length).toBeGreaterThan(20)
		expect(kernel.filter((call) => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|creat\(/.test(call))).toEqual([])
	})
})
