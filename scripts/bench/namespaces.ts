import { execFileSync } from 'node:child_process'
import { ctscope } from '../../test/harness/program/program.ts'
import { figure, median, timed } from './figures.ts'

const NAMESPACES = 1_000
const ROUNDS = 3
const names = Array.from({ length: NAMESPACES }, (_, index) => `cts-bench-${process.pid}-${index}`)
const batch = (verb: 'add' | 'del') =>
	execFileSync('ip', ['-force', '-batch', '-'], {
		input: names.map((name) => `netns ${verb} ${name}\n`).join(''),
	})

/** How long `ctscope namespaces` takes, with the second between its two readings, where there are many. */
export async function namespaces() {
	try {
		batch('add')
		const times: number[] = []
		for (let round = 0; round < ROUNDS; round++) times.push(await timed(() => ctscope(['namespaces'])))
		figure(`ctscope namespaces with ${NAMESPACES} of them`, median(times), 'ms', 2000)
	} finally {
		batch('del')
	}
}
