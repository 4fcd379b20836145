import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { IN_VAIN_MS } from '../until.ts'

/** A program that answers lines with lines. */
export type LineChild = {
	/** Sends one line and waits for the next line that `isAnswer` takes; others go to `onOther`. */
	ask(line: string): Promise<string>
	end(): Promise<void>
}

export function startLineChild(
	[program, ...args]: readonly [string, ...string[]],
	isAnswer: (line: string) => boolean = () => true,
	onOther: (line: string) => void = () => {},
): LineChild {
	const child: ChildProcess = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
	const waiting: { resolve(line: string): void; reject(error: Error): void }[] = []
	const failAll = (why: string) => {
		for (const one of waiting.splice(0)) one.reject(new Error(`${program} ${args.join(' ')}: ${why}`))
	}
	const ended = new Promise<void>((resolve) => {
		child.once('error', (error) => {
			failAll(error.message)
			resolve()
		})
		child.once('close', (code) => {
			failAll(`ended with ${code}`)
			resolve()
		})
	})
	if (child.stdout === null || child.stdin === null) throw new Error('no pipes')
	const { stdin } = child
	stdin.on('error', () => {})
	createInterface({ input: child.stdout }).on('line', (line) => {
		if (isAnswer(line)) waiting.shift()?.resolve(line)
		else onOther(line)
	})
	return {
		ask(line) {
			return new Promise<string>((resolve, reject) => {
				const timer = setTimeout(() => failAll(`no answer to ${line.slice(0, 80)}`), IN_VAIN_MS)
				const settle =
					<T>(then: (value: T) => void) =>
					(value: T) => {
						clearTimeout(timer)
						then(value)
					}
				waiting.push({ resolve: settle(resolve), reject: settle(reject) })
				stdin.write(`${line}\n`)
			})
		},
		async end() {
			stdin.end()
			const killer = setTimeout(() => child.kill('SIGKILL'), 3_000)
			await ended
			clearTimeout(killer)
		},
	}
}
