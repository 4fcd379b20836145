import { release } from 'node:os'
import { exists, readText } from '../tools/proc-fs.ts'

const FOLDERS = ['/lib/modules', '/usr/lib/modules']

/** What is on disk for the running kernel. */
export type ModuleFiles = {
	/** Absolute path of the folder with the list of them; undefined where there is none, as in containers. */
	readonly folder: string | undefined
	/** Names with `_`; undefined when there is no list of them. */
	readonly builtIn: ReadonlySet<string> | undefined
	readonly available: ReadonlySet<string>
}

/** Reads the lists that depmod(8) and the build of the kernel left; `root` stands in front of every path. */
export function readModuleFiles(root = ''): ModuleFiles {
	const folder = FOLDERS.map((one) => `${one}/${release()}`).find((one) =>
		exists(`${root}${one}/modules.dep`),
	)
	if (folder === undefined) return { folder, builtIn: undefined, available: new Set() }
	const namesOf = (file: string) => {
		const text = readText(`${root}${folder}/${file}`)
		return text.ok ? namesIn(text.value) : undefined
	}
	return {
		folder,
		builtIn: namesOf('modules.builtin'),
		available: namesOf('modules.dep') ?? new Set(),
	}
}

/** `kernel/net/netfilter/nf-foo.ko.xz: ...` in modules.dep, without the colon in modules.builtin. */
function namesIn(text: string): ReadonlySet<string> {
	return new Set(
		text.split('\n').flatMap((line) => {
			const name = /([^/:\s]+)\.ko(?:\.\w+)?(?::|$)/.exec(line)?.[1]
			return name === undefined ? [] : [name.replaceAll('-', '_')]
		}),
	)
}
