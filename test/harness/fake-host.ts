import type { Knob } from '../../src/changes/knob.ts'
import { isWrittenAs } from '../../src/changes/knobs.ts'
import type { Reading } from '../../src/changes/verdict.ts'
import type { LeaseStore } from '../../src/host/lease-store.ts'
import type { Clock } from '../../src/host/ports.ts'
import type { KernelFiles, Written } from '../../src/host/write.ts'

/** A process that dies: thrown by a port at the operation that was chosen. */
export class Crash extends Error {}

export type FakeKernel = KernelFiles & {
	readonly values: Map<string, string>
	/** Values that we have written, in order: what a test looks at to see that nobody was overwritten. */
	readonly writes: { readonly knob: string; readonly before: string; readonly value: string }[]
	/** errno for the next writes of a knob, one after the other; null lets one through. */
	readonly refuse: Map<string, (string | null)[]>
	readonly gone: Set<string>
	/** Called before each operation: somebody else may write, or we may die. */
	before: (operation: 'read' | 'write') => void
}

export function fakeKernel(values: Readonly<Record<string, string>>): FakeKernel {
	const kernel: FakeKernel = {
		values: new Map(Object.entries(values)),
		writes: [],
		refuse: new Map(),
		gone: new Set(),
		before: () => {},
		isFar: () => false,
		settle: () => 0,
		read(knob: Knob): Reading {
			kernel.before('read')
			const value = kernel.values.get(knob.id)
			if (value === undefined || kernel.gone.has(knob.id)) return { kind: 'gone', why: 'its file is gone' }
			return { kind: 'value', value }
		},
		write(knob: Knob, value: string): Written {
			kernel.before('write')
			const code = kernel.refuse.get(knob.id)?.shift() ?? null
			if (code !== null) return { ok: false, code, at: 'write' }
			const before = kernel.values.get(knob.id)
			if (before === undefined || kernel.gone.has(knob.id)) return { ok: false, code: 'ENOENT', at: 'open' }
			kernel.writes.push({ knob: knob.id, before, value })
			// As the kernel does with names of loggers.
			const isLogger = knob.kind.type === 'logger' && value !== 'NONE'
			const known = ['nf_log_ipv4', 'nfnetlink_log'].find(
				(name) => isLogger && isWrittenAs(knob, value, name),
			)
			kernel.values.set(knob.id, known ?? value)
			return { ok: true }
		},
		probe: () => ({ ok: true }),
	}
	return kernel
}

/** The state directory in memory: journals and claims survive a crash, as files do. */
export type FakeDisk = {
	readonly journals: Map<string, string>
	readonly claims: Map<string, string>
	/** Records that still fit. */
	room: number
	/** Called before each append; answers how much of the text gets onto the disk before the process dies, if it does. */
	tear: (text: string) => number | undefined
	store(id: string): LeaseStore
}

export function fakeDisk(): FakeDisk {
	const disk: FakeDisk = {
		journals: new Map(),
		claims: new Map(),
		room: Number.POSITIVE_INFINITY,
		tear: () => undefined,
		store(id) {
			if (!disk.journals.has(id)) disk.journals.set(id, '')
			const isThere = () => disk.journals.has(id)
			return {
				id,
				socketPath: `/fake/${id}`,
				append(text) {
					if (disk.room <= 0) return 'ENOSPC'
					disk.room -= 1
					const torn = disk.tear(text)
					if (isThere()) disk.journals.set(id, `${disk.journals.get(id)}${text.slice(0, torn)}`)
					if (torn !== undefined) throw new Crash()
					return undefined
				},
				exists: isThere,
				claim(name) {
					const holder = disk.claims.get(name)
					if (holder !== undefined && holder !== id) return { ok: false, holder, code: 'EEXIST' }
					disk.claims.set(name, id)
					return { ok: true }
				},
				standing(name) {
					const holder = disk.claims.get(name)
					if (holder !== undefined) return holder === id ? 'ours' : { holder }
					if (!isThere()) return 'closed'
					disk.claims.set(name, id)
					return 'ours'
				},
				unclaim: (name) => void disk.claims.delete(name),
				close() {
					if (!isThere()) return false
					for (const [name, holder] of disk.claims) if (holder === id) disk.claims.delete(name)
					disk.journals.delete(id)
					return true
				},
			}
		},
	}
	return disk
}

export type FakeClock = Clock & {
	/** Lets time pass; what falls due in it happens in order. */
	pass(ms: number): void
	/** Forgets what was to happen: the process is dead. */
	clear(): void
}

export function fakeClock(start = 1_000_000): FakeClock {
	let now = start
	let timers: { readonly at: number; readonly run: () => void }[] = []
	return {
		monotonic: () => now,
		wall: () => 1_800_000_000_000 + now,
		after(ms, run) {
			const timer = { at: now + ms, run }
			timers.push(timer)
			return () => {
				timers = timers.filter((one) => one !== timer)
			}
		},
		pass(ms) {
			const end = now + ms
			for (;;) {
				const next = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
				if (next === undefined) break
				timers = timers.filter((one) => one !== next)
				now = Math.max(now, next.at)
				next.run()
			}
			now = end
		},
		clear() {
			timers = []
		},
	}
}
