import { createTypedLines } from '../../ui/keys/typed-lines.ts'
import { visible } from '../../words/visible.ts'

/** Asks on the terminal; only `y` or `yes` means yes. Undefined without a terminal, where nobody can answer. */
export function askOnTerminal(): ((question: string) => Promise<boolean>) | undefined {
	const { stdin, stderr } = process
	if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined
	return async (question) => {
		const lines = createTypedLines(stdin)
		const interrupted = Promise.withResolvers<undefined>()
		const interrupt = (): void => interrupted.resolve(undefined)
		process.once('SIGINT', interrupt)
		try {
			stderr.write(`${visible(question)} [y/N] `)
			const answer = await Promise.race([lines.next(), interrupted.promise])
			return /^y(es)?$/i.test((answer ?? '').trim())
		} finally {
			process.off('SIGINT', interrupt)
			lines.stop()
		}
	}
}
