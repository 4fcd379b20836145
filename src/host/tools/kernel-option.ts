import { release } from 'node:os'
import { configValue } from '../../kernel/proc/kernel-config.ts'
import { nodeZlib, readBytes } from './proc-fs.ts'

/** A configuration has some 300 kB. */
const CONFIG_LIMIT = 8 << 20

/** What the kernel was built with, by the file that says so; `value` is null where the option is not set. */
export type KernelOption = { readonly value: string | null; readonly saidBy: string }

/** The options in the first file that is there and is a configuration; undefined where none is. `root` stands in front of every path. */
export function kernelOptions(
	options: readonly `CONFIG_${string}`[],
	root = '',
): readonly KernelOption[] | undefined {
	for (const path of ['/proc/config.gz', `/boot/config-${release()}`, `/lib/modules/${release()}/config`]) {
		const config = configAt(`${root}${path}`)
		const values = options.map((option) => (config === undefined ? undefined : configValue(config, option)))
		if (values.every((value) => value !== undefined))
			return values.map((value) => ({ value: value ?? null, saidBy: path }))
	}
	return undefined
}

function configAt(path: string): string | undefined {
	const bytes = readBytes(path)
	if (!bytes.ok) return undefined
	if (!path.endsWith('.gz')) return bytes.value.toString('utf8')
	try {
		return nodeZlib().gunzipSync(bytes.value, { maxOutputLength: CONFIG_LIMIT }).toString('utf8')
	} catch {
		return undefined
	}
}
