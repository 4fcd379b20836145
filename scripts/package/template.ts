// Shell scripts with places to be filled: @NAME@.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const shell = (name: string) => readFileSync(join(import.meta.dirname, 'shell', name), 'utf8')

/** As in scripts/ctscope; a test compares them. */
export const NODE_FLAGS = '--disable-warning=ExperimentalWarning --max-semi-space-size=2'

/** What several of them begin with. */
const SHARED: Readonly<Record<string, string>> = {
	CLEAN_ENV: shell('clean-env.sh').trimEnd(),
	IN_USE: shell('in-use.sh').trimEnd(),
	NODE_FLAGS,
}

export function script(name: string, values: Readonly<Record<string, string | number>>): string {
	const all: Readonly<Record<string, string | number>> = { ...SHARED, ...values }
	return shell(name).replaceAll(/@([A-Z_]+)@/g, (_whole, key: string) => {
		const value = all[key]
		if (value === undefined) throw new Error(`${name} asks for ${key}, which nobody gives`)
		return String(value)
	})
}
