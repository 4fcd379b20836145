import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { differences, SCHEMAS } from '../../../scripts/schemas/all.ts'
import { skipWithoutLab } from '../../harness/kernel/lab.ts'
import { createRunScene, type RunScene } from '../../harness/program/run-scene.ts'
import { type Output, outputs } from './outputs.ts'

/** Explained by tests without a kernel: test/scripts/schemas.test.ts. */
const OF_FILES = ['parse', 'read', 'explain']
const stored = (name: string) =>
	readFileSync(join(import.meta.dirname, '../../../docs/schemas', `${name}.json`), 'utf8')

describe.skipIf(skipWithoutLab())('JSON of every command, while packets are INVALID', () => {
	let scene: RunScene
	let found: readonly Output[] = []
	beforeAll(async () => {
		scene = await createRunScene('json')
		found = await outputs(scene)
	})
	afterAll(() => scene.dispose())

	test('none is left out', () => {
		expect(new Set(found.map(({ schema }) => schema))).toEqual(
			new Set(Object.keys(SCHEMAS).filter((name) => !OF_FILES.includes(name))),
		)
	})

	test('each object is as its schema says, and has no name that it does not', () => {
		for (const { schema, typed, values } of found) {
			const type = SCHEMAS[schema] ?? z.never()
			const foreign = z.fromJSONSchema(JSON.parse(stored(schema)))
			expect(values.length, typed).toBeGreaterThan(0)
			for (const value of values) {
				expect(differences(type, value), `${typed}: ${JSON.stringify(value).slice(0, 300)}`).toEqual([])
				expect(foreign.safeParse(value).error, typed).toBeUndefined()
			}
		}
	})

	test('what is in force is among them, and so are reasons, packets and causes', () => {
		const all = (schema: string) =>
			found.filter((one) => one.schema === schema).flatMap(({ values }) => values)
		const change = expect.objectContaining({ state: 'in-force' })
		expect(all('status').at(-1)).toMatchObject({ changes: expect.arrayContaining([change]) })
		expect(all('revert')).toMatchObject([
			{ leases: expect.arrayContaining([expect.objectContaining({ kind: 'dry-run' })]) },
		])
		expect(all('investigate')).toMatchObject([
			{ causes: expect.arrayContaining([expect.objectContaining({ id: 'malformed' })]) },
		])
		expect(all('run')).toMatchObject([{ expected: [{ id: 'tcp-flags', isMet: false }] }])
		expect(all('tap').length).toBeGreaterThan(1)
	})
})
