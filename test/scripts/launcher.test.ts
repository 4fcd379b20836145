import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const launcher = join(import.meta.dirname, '../../scripts/ctscope')
const folder = mkdtempSync(join(tmpdir(), 'ctscope-launcher-'))
const mark = join(folder, 'ran')
afterAll(() => rmSync(folder, { recursive: true }))

for (const tool of ['readlink', 'dirname', 'uname', 'find', 'id', 'node', 'conntrack'])
	writeFileSync(join(folder, tool), `#!/bin/sh\necho ${tool} >> ${mark}\nexit 1\n`, { mode: 0o755 })

test.each<[string, Record<string, string>]>([
	['a PATH that others can write to', { PATH: `${folder}:/usr/bin:/bin` }],
	['an empty PATH', { PATH: '' }],
	['no environment', {}],
])('starts with %s, and runs nothing from it', (_name, env) => {
	const { status, stdout, stderr } = spawnSync('/bin/sh', [launcher, '--version'], { encoding: 'utf8', env })
	expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
	expect(stderr).not.toMatch(/not found/)
	expect(existsSync(mark)).toBe(false)
})
