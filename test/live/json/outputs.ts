import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ctscope, startCtscope } from '../../harness/program/program.ts'
import type { RunScene } from '../../harness/program/run-scene.ts'
import { pause } from '../../harness/until.ts'

/** What a command with --json has printed: the name of its schema, what was typed, and each object. */
export type Output = {
	readonly schema: string
	readonly typed: string
	readonly values: readonly unknown[]
}

/** They print one object a line. */
const LINES = ['watch', 'tap']

/** A command that prints one object, or one a line. */
async function outputOf(schema: string, [name = '', ...args]: readonly string[]): Promise<Output> {
	const ran = await ctscope([name, '--json', ...args])
	const texts = LINES.includes(schema) ? ran.stdout.trim().split('\n') : [ran.stdout]
	const typed = [name, ...args].join(' ')
	try {
		return { schema, typed, values: texts.map((text) => JSON.parse(text)) }
	} catch {
		throw new Error(`${typed} printed no JSON: ${ran.stdout.slice(0, 200)} ${ran.stderr}`)
	}
}

/** Of every command that looks at a host, in a network namespace in which packets are INVALID meanwhile. */
export async function outputs({ lab, folder, run }: RunScene): Promise<readonly Output[]> {
	const here = ['--netns', lab.netns]
	let isOver = false
	const sending = (async () => {
		while (!isOver) {
			await lab.sendBad({ count: 8, kind: 'syn-fin' })
			await lab.sendBad({ count: 2, kind: 'icmp-reply' })
			await pause(100)
		}
	})()
	try {
		const found: Output[] = []
		const add = async (schema: string, name: string, ...args: string[]) => {
			found.push(await outputOf(schema, [name, ...here, ...args]))
		}
		await add('status', 'status')
		await add('watch', 'watch', '--count', '2', '--interval', '0.3')
		await add('doctor', 'doctor')
		found.push(await outputOf('namespaces', ['namespaces', '--interval', '0.3']))
		await add('printk', 'printk', 'tcp_new')
		await add('flow', 'flow', 'tcp', `${lab.peerAddress}:4000`, `${lab.address}:80`)
		await add('rules', 'rules', '--interval', '0.3')
		await add('lists', 'lists', '--for', '1s')
		await add('investigate', 'investigate', '--for', '8s')
		await add('trace', 'trace', '--for', '3s', '--yes')
		await add('tap', 'count', '--for', '2s', '--yes')
		await add('tap', 'preview', '--for', '2s', '--yes', '--', '-A', 'INPUT', '-p', 'tcp', '-j', 'DROP')
		const file = join(folder, 'run.json')
		await ctscope(run('--packets', '--expect', 'tcp-flags=1', '--json', file, '--', 'sleep', '2'))
		found.push({ schema: 'run', typed: 'run', values: [JSON.parse(readFileSync(file, 'utf8'))] })
		found.push(...(await whileInForce(here)))
		return found
	} finally {
		isOver = true
		await sending
	}
}

/** A tap logs meanwhile: what is in force, and what a revert would do about it. */
async function whileInForce(here: readonly string[]): Promise<readonly Output[]> {
	const tap = startCtscope(['tap', '--state', 'invalid', '--for', '10m', '--yes', '--json', ...here])
	const firstLine = new Promise((resolve) => {
		tap.child.stdout?.once('data', resolve)
	})
	await Promise.race([firstLine, tap.ended])
	const status = await outputOf('status', ['status', ...here])
	const dry = await outputOf('revert', ['revert', '--all', '--dry-run'])
	tap.child.kill('SIGINT')
	const { stdout } = await tap.ended
	const values = stdout
		.trim()
		.split('\n')
		.map((text) => JSON.parse(text))
	return [status, dry, { schema: 'tap', typed: 'tap', values }]
}
