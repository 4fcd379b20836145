import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs'

/** A distribution kernel has 300 kB to 1 MB. */
const LIMIT = 64 << 20
const MOST_READS = 6

export type ControlHost = {
	/** The control file from its beginning to its end; throws. */
	read(path: string): string
	/** Modules that are there and what they do, in any text that differs when that does. */
	modules(): string
}

/**
 * The control file, and nothing missing in it. It takes many read(2)s, and each counts rows from the first one on
 * (lib/dynamic_debug.c, ddebug_proc_start): where a module is unloaded between two of them, as many rows of later
 * modules are passed over as that one had. Whoever takes those for gone leaves them printing. So it is read again until
 * no module has come or gone meanwhile, or until it reads the same twice. Throws what opening it throws, and EAGAIN
 * when modules come and go all the time.
 */
export function wholeControl(path: string, host: ControlHost = HOST): string {
	let modules = host.modules()
	let last: string | undefined
	for (let reads = 0; reads < MOST_READS; reads++) {
		const text = host.read(path)
		const after = host.modules()
		if (isSettled(modules, after) || text === last) return text
		modules = after
		last = text
	}
	throw Object.assign(new Error(`${path} changes while it is read`), { code: 'EAGAIN' })
}

/** Whether no module came or went between these two looks. One that is on its way out has left the file at any moment. */
export const isSettled = (before: string, after: string): boolean =>
	before === after && !before.includes(' Unloading ')

/** Names, states and addresses: how often a module is used changes all the time. '' where no modules can be loaded. */
export function modulesNow(): string {
	try {
		const text = readFileSync('/proc/modules', 'utf8')
		const rows = text.split('\n').map((line) => line.split(' '))
		return rows.map(([name, , , , state, address]) => `${name} ${state} ${address}`).join('\n')
	} catch {
		return ''
	}
}

const HOST: ControlHost = { read: readWhole, modules: modulesNow }

function readWhole(path: string): string {
	const file = openSync(path, constants.O_RDONLY)
	try {
		const chunks: Buffer[] = []
		for (let size = 0; size < LIMIT; ) {
			const chunk = Buffer.allocUnsafe(65_536)
			const length = readSync(file, chunk, 0, chunk.length, null)
			if (length === 0) break
			chunks.push(chunk.subarray(0, length))
			size += length
		}
		return Buffer.concat(chunks).toString('utf8')
	} finally {
		closeSync(file)
	}
}
