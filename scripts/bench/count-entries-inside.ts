// Runs inside the namespace that count-entries.ts filled; prints its measurements as JSON.
import { spawn } from 'node:child_process'
import { createConntrackCli } from '../../src/host/conntrack/conntrack-cli.ts'
import { createToolPath } from '../../src/host/tools/tool-path.ts'
import { createListCounter } from '../../src/kernel/conntrack/conntrack-list.ts'
import { timed } from './figures.ts'

const ROUNDS = 5

const tools = createToolPath()
const conntrack = createConntrackCli(tools, async () => false)
const LIST = ['-f', 'ipv4']

const intoNothing = () =>
	new Promise<void>((resolve, reject) => {
		spawn(tools.find('conntrack') ?? 'conntrack', ['-L', ...LIST], { stdio: 'ignore' })
			.on('error', reject)
			.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`conntrack exited ${code}`))))
	})

const nothing: number[] = []
const counted: number[] = []
const resident: number[] = []
let entries = 0
for (let round = 0; round < ROUNDS; round++) {
	nothing.push(await timed(intoNothing))
	counted.push(
		await timed(async () => {
			const counter = createListCounter()
			const done = await conntrack.list(LIST, (chunk) => counter.push(chunk))
			if (!done.ok) throw new Error(JSON.stringify(done.failure))
			entries = counter.end().entries
		}),
	)
	resident.push(process.memoryUsage.rss() / 1e6)
}
console.log(JSON.stringify({ nothing, counted, resident, entries }))
