import { createInterface } from 'node:readline/promises'
import { visible } from '../kernel/visible.ts'

/** Asks on the terminal; only `y` or `yes` means yes. Undefined without a terminal, where nobody can answer. */
export function askOnTerminal(): ((question: string) => Promise<boolean>) | undefined {
	if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined
	return async (question) => {
		const lines = createInterface({ input: process.stdin, output: process.stderr })
		try {
			return /^y(es)?$/i.test((await lines.question(`${visible(question)} [y/N] `)).trim())
		} catch {
			return false
		} finally {
			lines.close()
		}
	}
}
