import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { runParse } from '../../../src/commands/parse/parse.ts'
import { readListing } from '../../../src/host/conntrack/listing-file.ts'
import { KERNEL_LINE, SAVE, tarOf, zipOf } from '../read/given.ts'

const folder = mkdtempSync(join(tmpdir(), 'ctscope-parse-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LOG = [{ name: 'kern.log', text: `${KERNEL_LINE(1)}\n` }]
test.each([
	['a tar', tarOf(LOG), 'tar'],
	['a packed tar', gzipSync(tarOf(LOG)), 'tar'],
	['a zip', zipOf(LOG), 'zip'],
])('parse names %s, and what looks inside', async (_, bytes, kind) => {
	const path = join(folder, 'given')
	writeFileSync(path, bytes)
	const said: string[] = []
	const out = Object.assign(Object.create(process.stdout), { write: () => true })
	expect(await runParse({ file: path, json: false }, out, (line) => said.push(line))).toBe(1)
	expect(said.join()).toContain(`is an archive (${kind}), not a log; look inside with ctscope read ${path}`)
})

test('rules names what is packed, and a folder, and what looks inside', () => {
	const path = join(folder, 'rules.gz')
	writeFileSync(path, gzipSync(SAVE))
	for (const given of [path, folder]) {
		const read = readListing(given)
		expect(read.ok).toBe(false)
		expect(JSON.stringify(read)).toContain(`look inside with ctscope read ${given}`)
	}
})
