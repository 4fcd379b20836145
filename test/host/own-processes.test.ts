import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownProcesses } from '../../src/host/own-processes.ts'

test('this process is one of them', () => {
	expect(ownProcesses()).toContain(`${process.pid}`)
})

test.runIf(process.geteuid?.() === 0)('those of others are not, whatever they are called', () => {
	const root = mkdtempSync(join(tmpdir(), 'ctscope-proc-'))
	try {
		for (const name of ['12', '13', 'self', '14x']) mkdirSync(join(root, name))
		chownSync(join(root, '13'), 65534, 65534)
		expect(ownProcesses(root)).toEqual(['12'])
	} finally {
		rmSync(root, { recursive: true })
	}
})
