import { closeSync, constants, openSync, writeSync } from 'node:fs'

/** The controlling terminal, whatever standard output is connected to. */
export type Tty = {
	/** False when there is no terminal, or it took only a part. */
	write(text: string): boolean
}

/** Opened anew for each writing, which is rare, so that nothing is left open when the terminal goes away. */
export function createTty(path = '/dev/tty'): Tty {
	return {
		write(text) {
			const bytes = Buffer.from(text)
			let file: number | undefined
			try {
				file = openSync(path, constants.O_WRONLY | constants.O_NOCTTY)
				let written = 0
				while (written < bytes.length) written += writeSync(file, bytes, written)
				return true
			} catch {
				return false
			} finally {
				if (file !== undefined) closeSync(file)
			}
		},
	}
}
