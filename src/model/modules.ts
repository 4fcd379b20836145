/** `missing`: neither in the running kernel nor among its modules on disk. */
export type ModuleState = 'loaded' | 'built-in' | 'available' | 'missing'

export type ModuleReading = {
	/** As /proc/modules spells it: `_`, never `-`. */
	readonly name: string
	readonly state: ModuleState
	/** Modules that need it; empty unless loaded. */
	readonly usedBy: readonly string[]
	/** Everything that uses it, `usedBy` and rules and sockets alike; null unless loaded, or when the kernel does not count. */
	readonly refcount: number | null
	/** modinfo's description, safe to print; null where there is no module file and no list of what is built in. */
	readonly description: string | null
	readonly aliases: readonly string[]
	/** One sentence that explains the state where it does not explain itself; may be empty. */
	readonly why: string
}
