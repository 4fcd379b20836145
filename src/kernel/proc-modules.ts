/** A row of /proc/modules (kernel/module/procfs.c, m_show). */
export type LoadedModule = {
	readonly name: string
	/** Bytes. */
	readonly size: number
	/** Null in a kernel that cannot unload modules. */
	readonly refcount: number | null
	/** Names of the modules that use it. Others can: then the count is higher than their number. */
	readonly usedBy: readonly string[]
	/** It has no way out: it cannot be unloaded. */
	readonly permanent: boolean
	/** `Live`, `Loading` or `Unloading`. */
	readonly state: string
	/** `OE` for one from elsewhere without signature; '' for none. */
	readonly taints: string
}

export type ProcModules = {
	/** In the order of the file: newest first. */
	readonly modules: readonly LoadedModule[]
	/** Lines that are no row. */
	readonly unread: number
}

const ROW =
	/^([\w-]{1,100}) (\d{1,15}) (\d{1,10}|-) (\S+) ([A-Z][a-z]+) (?:0x)?[\da-fA-F]+(?: \(([A-Z+-]+)\))?\s*$/

/** Empty text is a kernel whose modules are all built in; without modules at all there is no file. */
export function parseProcModules(text: string): ProcModules {
	const modules: LoadedModule[] = []
	let unread = 0
	for (const line of text.split('\n')) {
		if (line === '') continue
		const row = moduleRow(line)
		if (row === undefined) unread++
		else modules.push(row)
	}
	return { modules, unread }
}

function moduleRow(line: string): LoadedModule | undefined {
	const found = ROW.exec(line)
	if (found === null) return undefined
	const [, name = '', size, count, users = '', state = '', taints = ''] = found
	const usedBy = users === '-' ? [] : users.split(',').filter((user) => user !== '')
	return {
		name,
		size: Number(size),
		refcount: count === '-' ? null : Number(count),
		usedBy: usedBy.filter((user) => user !== '[permanent]'),
		permanent: usedBy.includes('[permanent]'),
		state,
		taints,
	}
}

/** A module's name as the kernel has it: modprobe takes `nf-log-syslog` too. */
export const moduleName = (name: string): string => name.replaceAll('-', '_')
