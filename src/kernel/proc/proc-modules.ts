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

const ROW =
	/^([\w-]{1,100}) (\d{1,15}) (\d{1,10}|-) (\S+) ([A-Z][a-z]+) (?:0x)?[\da-fA-F]+(?: \(([A-Z+-]+)\))?\s*$/

/**
 * In the order of the file, newest first; lines that are no row are passed over. Empty text is a kernel with nothing
 * loaded; one that loads no modules has no file.
 */
export function parseProcModules(text: string): readonly LoadedModule[] {
	return text.split('\n').flatMap((line) => moduleRow(line) ?? [])
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
