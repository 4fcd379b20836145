// Writes docs/schemas: what --json prints, as JSON Schema made from the zod types in scripts/schemas. `--check` writes
// nothing and exits 1 when a file is not what it would write.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCHEMAS, schemaText } from './schemas/all.ts'

const folder = join(import.meta.dirname, '../docs/schemas')
mkdirSync(folder, { recursive: true })
const made = new Map(Object.entries(SCHEMAS).map(([name, type]) => [`${name}.json`, schemaText(name, type)]))
const there = readdirSync(folder)
const stale = [
	...[...made].filter(
		([name, text]) => !there.includes(name) || readFileSync(join(folder, name), 'utf8') !== text,
	),
	...there.filter((name) => !made.has(name)).map((name) => [name, undefined] as const),
]
for (const [name, text] of stale) {
	if (process.argv.includes('--check')) {
		console.error(`docs/schemas/${name} is stale: run node scripts/schemas.ts and commit it`)
		process.exitCode = 1
	} else if (text === undefined) rmSync(join(folder, name))
	else writeFileSync(join(folder, name), text)
}
