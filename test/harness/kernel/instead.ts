import { copyFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A shell script that stands in the place of a tool, for whoever is started under `under`. */
export type Instead = { readonly file: string; readonly under: readonly string[] }

/** `script` comes first, and what it does not end goes on with the tool itself. Both are in `folder`. */
export function instead(folder: string, place: string, script: string): Instead {
	const file = join(folder, basename(place))
	copyFileSync(place, `${file}.real`)
	writeFileSync(file, `#!/bin/sh\n${script}\nexec ${file}.real "$@"\n`, { mode: 0o755 })
	const mount = 'mount --bind "$0" "$1" && shift && exec "$@"'
	return { file, under: ['unshare', '-m', 'sh', '-c', mount, file, place] }
}
