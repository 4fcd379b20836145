import * as english from '../../words/english/commands/common.ts'
import { visible } from '../../words/visible.ts'
import { EXIT } from './options.ts'

type Stream = {
	on(name: 'error', run: (error: NodeJS.ErrnoException) => void): unknown
	write(text: string, done: (error?: Error | null) => void): unknown
}

/**
 * Standard output as a script sees it: a reader that went away (head, less) is no error and changes no exit status, but
 * output that did not get through for another reason (a full disk) must not end in a status that says it did.
 */
export function createOutput(
	stdout: Stream,
	say: (text: string) => void = (text) => process.stderr.write(text),
) {
	let trouble: string | undefined
	const failed = (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED')
			trouble ??= error.code ?? error.message
	}
	stdout.on('error', failed)
	return {
		/** `code`, or 1 when that was 0 and output was lost. Waits until everything is written. */
		async exitCode(code: number): Promise<number> {
			await new Promise<void>((resolve) => stdout.write('', () => resolve()))
			if (trouble === undefined) return code
			say(english.ctscopeStandardOutputCannotBe(visible(trouble)))
			return code === EXIT.ok ? EXIT.usage : code
		},
	}
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`)

export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2))

export const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** What the reader should know beside the output; may hold names from anywhere. */
export const sayBeside = (text: string): void => say(english.ctscope(visible(text)))
