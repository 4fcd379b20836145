import type { TraceFiles } from '../../../src/host/trace/trace-files.ts'
import type { ProbesHost } from '../../../src/host/write/probes.ts'

const ROOT = '/sys/kernel/tracing'

class KernelError extends Error {
	readonly code: string
	constructor(code: string) {
		super(code)
		this.code = code
	}
}

type Defined = { readonly group: string; readonly name: string; readonly text: string }
type Instance = { readonly on: Set<string>; readonly values: Map<string, string>; isHeld: boolean }

/**
 * tracefs as far as probes of ours need it: definitions are of all instances, and none goes while it is switched on in one
 * of them (kernel/trace/trace_dynevent.c, trace_events.c, trace.c).
 */
export class FakeTracefs implements TraceFiles {
	defined: Defined[] = []
	readonly instances = new Map<string, Instance>()
	/** Everything that was written, in order. */
	readonly written: string[] = []
	/** The errno name with which a line is refused; undefined takes it. */
	refuses: (line: string) => string | undefined = () => undefined

	read(path: string): string {
		const at = this.#place(path)
		if (at === 'dynamic_events') return this.defined.map(({ text }) => `${text}\n`).join('')
		const { instance, rest } = this.#inInstance(at)
		const [, group] = /^events\/(\w+)\/enable$/.exec(rest) ?? []
		if (rest === 'set_event') return [...instance.on].map((name) => `${name.replace('/', ':')}\n`).join('')
		if (group === undefined) return instance.values.get(rest) ?? '1'
		const of = this.defined.filter((one) => one.group === group)
		const on = of.filter(({ name }) => instance.on.has(`${group}/${name}`))
		return `${on.length === 0 ? '0' : on.length === of.length ? '1' : 'X'}\n`
	}

	open(path: string): void {
		if (this.#place(path) !== 'dynamic_events') throw new KernelError('ENOENT')
	}

	append(path: string, line: string): void {
		this.written.push(line)
		if (!['dynamic_events', 'kprobe_events'].includes(this.#place(path))) throw new KernelError('ENOENT')
		const code = this.refuses(line)
		if (code !== undefined) throw new KernelError(code)
		const [, gone] = /^-:(\S+)$/.exec(line) ?? []
		if (gone === undefined) {
			const [, kind = '', group = '', name = '', rest = ''] = /^([prf]):(\w+)\/(\w+) (.*)$/.exec(line) ?? []
			if (this.defined.some((one) => one.group === group && one.name === name))
				throw new KernelError('EEXIST')
			// What returns is listed with the number that the kernel has chosen for it.
			this.defined.push({ group, name, text: `${kind === 'r' ? 'r10' : kind}:${group}/${name} ${rest}` })
			return
		}
		if ([...this.instances.values()].some(({ on }) => on.has(gone))) throw new KernelError('EBUSY')
		const before = this.defined.length
		this.defined = this.defined.filter(({ group, name }) => `${group}/${name}` !== gone)
		if (this.defined.length === before) throw new KernelError('ENOENT')
	}

	put(path: string, value: string): void {
		this.written.push(`${this.#place(path)} = ${value}`)
		const { instance, rest } = this.#inInstance(this.#place(path))
		const code = this.refuses(rest)
		if (code !== undefined) throw new KernelError(code)
		const [, group, only] = /^events\/(\w+)\/(?:(\w+)\/)?enable$/.exec(rest) ?? []
		if (group === undefined) {
			instance.values.set(rest, value)
			return
		}
		const of = this.defined.filter((one) => one.group === group && (only ?? one.name) === one.name)
		if (of.length === 0) throw new KernelError('ENOENT')
		for (const { name } of of) {
			if (value === '1') instance.on.add(`${group}/${name}`)
			else instance.on.delete(`${group}/${name}`)
		}
	}

	mkdir(path: string): void {
		const name = this.#place(path).replace('instances/', '')
		if (this.instances.has(name)) throw new KernelError('EEXIST')
		this.instances.set(name, { on: new Set(), values: new Map(), isHeld: false })
	}

	rmdir(path: string): void {
		const name = this.#place(path).replace('instances/', '')
		const instance = this.instances.get(name)
		if (instance === undefined) throw new KernelError('ENOENT')
		if (instance.isHeld) throw new KernelError('EBUSY')
		this.instances.delete(name)
	}

	exists(path: string): boolean {
		const at = this.#place(path)
		return at === 'dynamic_events' || this.instances.has(at.replace('instances/', ''))
	}

	names(path: string): readonly string[] {
		return path.endsWith('/instances') ? [...this.instances.keys()] : ['cpu0', 'cpu1']
	}

	readonly #place = (path: string): string => path.slice(ROOT.length + 1)

	#inInstance(at: string): { readonly instance: Instance; readonly rest: string } {
		const [, name = '', rest = ''] = /^instances\/(\w+)\/(.+)$/.exec(at) ?? []
		const instance = this.instances.get(name)
		if (instance === undefined) throw new KernelError('ENOENT')
		return { instance, rest }
	}
}

/** Where probes can be set, though none is known. */
export const probesHost = (files: FakeTracefs): ProbesHost => ({
	files,
	folder: () => ROOT,
	whyNoFolder: () => 'there is none',
	isTracking: () => true,
	load: () => () => [],
	areOff: () => false,
	packetRate: () => undefined,
})
