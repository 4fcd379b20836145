import { expect, test } from 'vitest'
import type { Entry } from '../../../src/changes/lease.ts'
import type { Reading } from '../../../src/changes/verdict.ts'
import type { Book } from '../../../src/guard/undoing/book.ts'
import { createReadings } from '../../../src/guard/undoing/readings.ts'
import type { KernelFiles } from '../../../src/host/write/write.ts'

/** A change of a table, which takes its time to be read. */
function scene() {
	let phase: Entry['phase'] = 'intended'
	const asked: ((reading: Reading) => void)[] = []
	const entry = () => ({ seq: 1, knob: 'table:ctscope', phase, end: null }) as Entry
	const book = { lease: () => ({ entries: [entry()] }) } as unknown as Book
	const kernel = {
		isFar: () => true,
		read: () => new Promise<Reading>((resolve) => asked.push(resolve)),
	} as unknown as KernelFiles
	let news = 0
	const readings = createReadings(kernel, book, () => {
		news += 1
	})
	return {
		readings,
		asked,
		news: () => news,
		applied: () => {
			phase = 'applied'
		},
	}
}

test('what a table reads while it is being made is not what it reads afterwards', async () => {
	const { readings, asked, applied, news } = scene()
	for (let look = 0; look < 12; look++) readings.look()
	const before = asked.length
	applied()
	readings.lookAtAll()
	for (const answer of asked.splice(0, before)) answer({ kind: 'value', value: 'absent' })
	for (const answer of asked) answer({ kind: 'value', value: 'count' })
	await new Promise((resolve) => setImmediate(resolve))
	expect(readings.bySeq.get(1)).toEqual({ kind: 'value', value: 'count' })
	expect(news()).toBe(1)
})
