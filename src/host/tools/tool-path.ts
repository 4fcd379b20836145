import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** Where tools are looked for, whatever PATH says: a root program does not run what a PATH of a user points to. */
const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export type ToolPath = {
	/** Absolute path of an executable, or undefined when there is none. */
	find(name: string): string | undefined
	/** The whole environment of a tool: nothing is inherited, output is in English. */
	readonly env: Readonly<Record<string, string>>
}

export function createToolPath(searchPath: string = SEARCH_PATH): ToolPath {
	const folders = searchPath.split(':').filter((folder) => folder.startsWith('/'))
	return {
		find: (name) => folders.map((folder) => join(folder, name)).find(isExecutable),
		env: { PATH: searchPath, LC_ALL: 'C' },
	}
}

export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK)
		return true
	} catch {
		return false
	}
}
