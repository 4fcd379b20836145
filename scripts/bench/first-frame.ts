import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { openTerminal } from '../../test/harness/program/terminal.ts'
// @ts-expect-error: plain JavaScript without types, because it must run before anything is installed
import { bundleOptions } from '../build.js'
import { figure, median, note, timed } from './figures.ts'

const ROUNDS = 11
const root = join(import.meta.dirname, '../..')

/** From the start of the process to the first frame that shows it: its name, or what the key leads to that was typed at once. */
async function frame(args: readonly string[], shows = 'ctscope', key = ''): Promise<number> {
	const terminal = openTerminal(process.execPath, ['--max-semi-space-size=2', ...args])
	try {
		terminal.type(key)
		return await timed(() => terminal.until(shows))
	} finally {
		await terminal.dispose()
	}
}

export async function firstFrame() {
	const folder = mkdtempSync(join(tmpdir(), 'ctscope-bench-'))
	try {
		writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
		await build(bundleOptions({ entry: join(root, 'scripts/bench/one-line.tsx'), outdir: folder }))
		const oneLine = join(folder, 'one-line.js')
		const program = join(root, 'dist/cli.js')
		const times = {
			node: [] as number[],
			help: [] as number[],
			ink: [] as number[],
			ours: [] as number[],
			key: [] as number[],
		}
		for (let round = 0; round < ROUNDS; round++) {
			times.node.push(await frame(['-e', 'console.log("ctscope")']))
			times.help.push(await frame([program, '--help']))
			times.ink.push(await frame([oneLine]))
			times.ours.push(await frame([program]))
			times.key.push(await frame([program], '▸7', '7'))
		}
		const [node, help, ink, ours, key] = [
			median(times.node),
			median(times.help),
			median(times.ink),
			median(times.ours),
			median(times.key),
		]
		figure('first frame against a one-line Ink program', ours / ink, 'times', 0.6)
		figure('answer to a key typed at once, against the same', key / ink, 'times', 1.3)
		note(
			`medians of ${ROUNDS} in turn, 80x24: Node alone ${node.toFixed(0)} ms, ctscope --help (no Ink) ${help.toFixed(0)} ms,`,
		)
		note(
			`one line of Ink ${ink.toFixed(0)} ms; ctscope, which draws before it loads Ink, ${ours.toFixed(0)} ms, the key ${key.toFixed(0)} ms`,
		)
	} finally {
		rmSync(folder, { recursive: true })
	}
}
