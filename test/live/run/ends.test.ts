import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tempFolder } from '../../harness/folders.ts'
import { createLab, type Lab, skipWithoutLab } from '../../harness/kernel/lab.ts'
import { ctscope } from '../../harness/program/program.ts'
import { freshStateDir } from '../../harness/program/session.ts'

/** A connection whose entry is deleted, and that then ends. */
const FORGOTTEN = `import socket,subprocess,sys,time
address=sys.argv[1]
s=socket.socket(); s.bind((address,5000)); s.listen()
c=socket.create_connection((address,5000))
subprocess.run(['conntrack','-D','-p','tcp','--dport','5000'],check=True,capture_output=True)
time.sleep(1.2)
c.close()
time.sleep(.3)`

describe.skipIf(skipWithoutLab())('run tells how entries ended, without probes', () => {
	let lab: Lab
	beforeAll(async () => {
		lab = await createLab('runends')
	})
	afterAll(() => lab?.dispose())

	test.each(['kmsg', 'nflog'])('%s: when the entry of these packets was deleted', async (source) => {
		const before = await lab.snapshot()
		const file = join(tempFolder('ends'), 'report.json')
		const { stderr, exitCode } = await ctscope([
			...['run', '--json', file, '--netns', lab.netns, '--source', source],
			...['--state-dir', freshStateDir(), '--'],
			...['ip', 'netns', 'exec', lab.netns, '/usr/bin/python3', '-c', FORGOTTEN, lab.address],
		])
		expect(exitCode, stderr).toBe(0)
		const { obituaries, accounting } = JSON.parse(readFileSync(file, 'utf8'))
		expect(accounting.counted).toBeGreaterThan(0)
		const [end, ...others] = obituaries
		expect(others).toEqual([])
		expect(end).toMatchObject({ kind: 'deleted', by: { pid: null }, state: 'ESTABLISHED' })
		expect(end.flow).toContain(`${lab.address}:5000`)
		expect(end.secondsBefore).toBeGreaterThanOrEqual(1)
		expect(end.sentence).toMatch(/deleted by (?:conntrack|a program) \(netlink port \d+\)$/)
		expect(await lab.snapshot()).toEqual(before)
	})
})
