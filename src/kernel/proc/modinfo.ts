/** What modinfo says about one module. Untrusted text, not safe to print. */
export type ModuleInfo = {
	/** As in /proc/modules; '' when neither a name nor a file says it. */
	readonly name: string
	/** Absolute; null when it is built in. */
	readonly file: string | null
	readonly builtIn: boolean
	readonly description: string | null
	/** In the order of the module. `nf-logger-2-0` and the like: what the kernel asks for when it needs one. */
	readonly aliases: readonly string[]
	/** Names of modules that are loaded before it. */
	readonly depends: readonly string[]
	/** All fields, in their order, these included. */
	readonly fields: readonly (readonly [key: string, value: string])[]
}

const FIELD = /^([\w.-]{1,60})(?:=|:[ \t]*)([\s\S]*)$/

/**
 * The output of `modinfo` and `modinfo -0`, of kmod and of busybox, for one module or several. With -0 kmod writes
 * `key=value`; without it a value can have several lines, and those that are no field belong to the one before.
 */
export function parseModinfo(text: string): readonly ModuleInfo[] {
	const withZeros = text.includes('\0')
	const modules: [string, string][][] = []
	for (const piece of text.split(withZeros ? '\0' : '\n')) {
		const line = withZeros ? piece.replace(/^\n/, '') : piece
		if (line === '') continue
		const found = FIELD.exec(line)
		const last = modules.at(-1)
		if (found === null || (!withZeros && /^\s/.test(line))) {
			const field = last?.at(-1)
			if (field !== undefined) field[1] += `\n${line}`
			continue
		}
		const field: [string, string] = [found[1] ?? '', found[2] ?? '']
		if (last === undefined || begins(field[0], last)) modules.push([field])
		else last.push(field)
	}
	return modules.filter(([first]) => first !== undefined && isFirst(first[0])).map(moduleOf)
}

const isFirst = (key: string) => key === 'filename' || key === 'name'

/** kmod says `name: nf_conntrack` and `filename: (builtin)` of what is built in, and a module has a `name` of its own at its end. */
function begins(key: string, fields: readonly [string, string][]): boolean {
	if (key === 'filename') return !(fields.length === 1 && fields[0]?.[0] === 'name')
	return key === 'name' && fields.some(([other]) => other === 'name')
}

function moduleOf(fields: readonly [string, string][]): ModuleInfo {
	const first = (key: string) => fields.find(([other]) => other === key)?.[1]
	const all = (key: string) => fields.filter(([other]) => other === key).map(([, value]) => value)
	const filename = first('filename')
	const builtIn = filename === undefined || filename === '(builtin)'
	const file = builtIn ? null : filename
	return {
		name: (first('name') ?? nameOfFile(file)).replaceAll('-', '_'),
		file,
		builtIn,
		description: first('description') ?? null,
		aliases: all('alias'),
		depends: all('depends')
			.flatMap((names) => names.split(','))
			.filter((name) => name !== ''),
		fields,
	}
}

function nameOfFile(file: string | null): string {
	return /([^/]+?)\.ko(?:\.\w+)?$/.exec(file ?? '')?.[1] ?? ''
}
