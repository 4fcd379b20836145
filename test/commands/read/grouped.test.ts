import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ctscope } from '../../harness/program/program.ts'
import { KERNEL_LINE } from './given.ts'

const folder = mkdtempSync(join(tmpdir(), 'ctscope-grouped-'))
afterAll(() => rmSync(folder, { recursive: true }))

const from = (source: string, port: number): string => KERNEL_LINE(port).replace(/SRC=\S+/, `SRC=${source}`)
const [one, other] = [join(folder, 'one.log'), join(folder, 'other.log')]
writeFileSync(one, [1, 2, 3].map((port) => from('192.0.2.7', port)).join(''))
// The last line of it is a copy of one of the other file: it is the same packet.
writeFileSync(other, [from('192.0.2.9', 4), from('192.0.2.7', 5), from('192.0.2.7', 3)].join(''))

test('the packets of all files are grouped behind the answer, each once', async () => {
	const { stdout } = await ctscope(['read', one, other, '--by', 'source'])
	expect(stdout).toMatch(/^ctscope: /)
	expect(stdout).toMatch(/^ +4 .*192\.0\.2\.7/m)
	expect(stdout).toMatch(/^ +1 .*192\.0\.2\.9/m)
	expect((await ctscope(['read', one, other])).stdout).not.toMatch(/^ +4 .*192\.0\.2\.7/m)
})

test('with --json they are one object, as those of parse', async () => {
	const { stdout } = await ctscope(['read', one, other, '--by', 'source', '--json'])
	const groups = JSON.parse(stdout)
	expect(groups).toMatchObject({ v: 1, by: 'source', total: 5 })
	expect(groups.list.map(({ text, count }: { text: string; count: number }) => [text, count])).toEqual([
		['192.0.2.7', 4],
		['192.0.2.9', 1],
	])
})

test('what does not go together is refused', async () => {
	expect(await ctscope(['read', one, '--by', 'source', '--report'])).toMatchObject({ exitCode: 1 })
	expect(await ctscope(['read', one, '--names'])).toMatchObject({ exitCode: 1 })
	expect((await ctscope(['watch', '--help'])).stdout).toContain('run --by')
})
