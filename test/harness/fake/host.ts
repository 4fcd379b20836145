import { flagsStep, NO_FLAGS, withFlagsOf } from '../../../src/changes/kinds/call-site-flags.ts'
import { loggersOf } from '../../../src/changes/kinds/module.ts'
import { isWrittenAs } from '../../../src/changes/knobs.ts'
import type { Reading } from '../../../src/changes/verdict.ts'
import type { LeaseStore } from '../../../src/host/files/lease-store.ts'
import type { KernelFiles } from '../../../src/host/write/write.ts'
import type { ForWrite, Written } from '../../../src/host/write/written.ts'
import type { Clock } from '../../../src/model/clock.ts'
import type { Knob } from '../../../src/model/knob.ts'

/** A process that dies: thrown by a port at the operation that was chosen. */
export class Crash extends Error {}

/** Answers at once, as files do. */
export type FakeKernel = Omit<KernelFiles, 'read' | 'write'> & {
	read(knob: Knob, detail?: readonly string[]): Reading
	write(knob: Knob, value: string, more: ForWrite): Written
	readonly values: Map<string, string>
	/** Values that we have written, in order: what a test looks at to see that nobody was overwritten. */
	readonly writes: { readonly knob: string; readonly before: string; readonly value: string }[]
	/** errno for the next writes of a knob, one after the other; null lets one through. */
	readonly refuse: Map<string, (string | null)[]>
	readonly gone: Set<string>
	/** What is loaded of modules, and what is used of that. */
	readonly modules: Set<string>
	/** A module and all that it needs. */
	readonly needs: (name: string) => readonly string[]
	readonly used: Set<string>
	/** When we die in a modprobe of ours, it goes on, and is done before the so-manieth look; 0: it had not begun. */
	leavesBehind: number
	loading: { readonly names: readonly string[]; readonly left: number } | undefined
	/** Called before each operation: someone else may write, or we may die. */
	before: (operation: 'read' | 'write') => void
}

/** What each module needs. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
	nf_conntrack_netlink: ['nf_conntrack', 'nfnetlink'],
	nf_conntrack: ['nf_defrag_ipv4'],
	nf_log_ipv4: ['nf_log_common'],
	nf_log_ipv6: ['nf_log_common'],
}

const needs = (name: string): readonly string[] => [
	name,
	...(NEEDS[name] ?? []).flatMap((needed) => needs(needed)),
]

/** One query, as the kernel takes it: it acts on the flags that are there, whatever they were judged by. */
function flagsAfter(now: string, judged: string, value: string): string {
	const step = flagsStep(judged, value)
	if (step === undefined) return now
	if (step.op === '=') return step.flags
	return withFlagsOf(now, step.op === '+' ? step.flags : NO_FLAGS, step.flags)
}

export function fakeKernel(values: Readonly<Record<string, string>>): FakeKernel {
	const refused = (knob: Knob): Written | undefined => {
		const code = kernel.refuse.get(knob.id)?.shift() ?? null
		return code === null ? undefined : { ok: false, code, at: 'write' }
	}

	function load(names: readonly string[]): void {
		for (const name of names) kernel.modules.add(name)
		// First come, first served, as nf_log_set has it.
		for (const { knob, logger } of loggersOf(names))
			if (kernel.values.get(knob) === 'NONE') kernel.values.set(knob, logger)
	}

	function unload(names: readonly string[]): Written {
		for (const name of names) {
			const isNeeded = [...kernel.modules].some((other) => other !== name && needs(other).includes(name))
			if (kernel.used.has(name) || isNeeded || !kernel.modules.delete(name)) continue
			for (const { knob, logger } of loggersOf([name]))
				if (kernel.values.get(knob) === logger) kernel.values.set(knob, 'NONE')
		}
		const left = names.filter((name) => kernel.modules.has(name))
		return left.length === 0 ? { ok: true } : { ok: false, code: 'EBUSY', at: 'write', words: left.join() }
	}

	function goOn(): void {
		if (kernel.loading === undefined) return
		const { names, left } = kernel.loading
		kernel.loading = left > 1 ? { names, left: left - 1 } : undefined
		if (left <= 1) load(names)
	}

	/** Probes are reached through tracefs. */
	const isHidden = ({ kind }: Knob): boolean =>
		kind.type === 'probes' && kernel.values.get('mount:tracefs') === 'absent'

	const kernel: FakeKernel = {
		values: new Map(Object.entries(values)),
		writes: [],
		refuse: new Map(),
		gone: new Set(),
		modules: new Set(),
		needs,
		used: new Set(),
		leavesBehind: 0,
		loading: undefined,
		before: () => {},
		isFar: () => false,
		isSlow: () => false,
		equip: (knob) => (isHidden(knob) ? { ok: false, code: 'ENOENT', at: 'open' } : { ok: true }),
		release() {},
		endHands() {},
		settle: () => 0,
		read(knob: Knob, detail: readonly string[] = []): Reading {
			kernel.before('read')
			if (knob.kind.type === 'module') {
				goOn()
				const isWhole = detail.every((name) => kernel.modules.has(name))
				if (kernel.loading !== undefined && !isWhole) return { kind: 'unreadable', code: 'EAGAIN' }
				const isThere = [knob.kind.name, ...detail].some((name) => kernel.modules.has(name))
				return { kind: 'value', value: isThere ? 'loaded' : 'absent' }
			}
			const value = kernel.values.get(knob.id)
			if (isHidden(knob))
				return detail.length > 0
					? { kind: 'unreadable', code: 'ENOENT' }
					: { kind: 'gone', why: 'not mounted' }
			if (value === undefined || kernel.gone.has(knob.id)) return { kind: 'gone', why: 'its file is gone' }
			return { kind: 'value', value }
		},
		write(knob: Knob, value: string, { now, detail }: ForWrite): Written {
			try {
				kernel.before('write')
			} catch (error) {
				if (knob.kind.type === 'module' && value === 'loaded' && kernel.leavesBehind > 0)
					kernel.loading = { names: needs(knob.kind.name), left: kernel.leavesBehind }
				throw error
			}
			const failure = refused(knob)
			if (failure !== undefined) return failure
			if (knob.kind.type === 'module') {
				kernel.writes.push({ knob: knob.id, before: now, value })
				if (value === 'absent') return unload(detail)
				load(needs(knob.kind.name))
				return { ok: true }
			}
			const before = isHidden(knob) ? undefined : kernel.values.get(knob.id)
			if (before === undefined || kernel.gone.has(knob.id)) return { ok: false, code: 'ENOENT', at: 'open' }
			kernel.writes.push({ knob: knob.id, before, value })
			if (knob.kind.type === 'flags') {
				kernel.values.set(knob.id, flagsAfter(before, now, value))
				return { ok: true }
			}
			// As the kernel does with names of loggers.
			const isLogger = knob.kind.type === 'logger' && value !== 'NONE'
			const known = ['nf_log_ipv4', 'nfnetlink_log'].find(
				(name) => isLogger && isWrittenAs(knob, value, name),
			)
			kernel.values.set(knob.id, known ?? value)
			return { ok: true }
		},
		probe: () => ({ ok: true }),
		detail({ kind }) {
			if (kind.type === 'module') return needs(kind.name).filter((name) => !kernel.modules.has(name))
			if (kind.type === 'probes') return ['/sys/kernel/tracing']
			return kind.type === 'flags' ? [`file ${kind.file} line 1 func ${kind.func}`, 'a piece'] : []
		},
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
				heldByOthers: (isMeant) => [...disk.claims].some(([name, holder]) => holder !== id && isMeant(name)),
				unclaim: (name) => void disk.claims.delete(name),
				release() {},
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
	/** The process is stopped meanwhile: what fell due happens once, late. */
	skip(ms: number): void
	/** Sets the wall clock forwards or back, as ntp or an admin does. */
	jump(ms: number): void
	/** The host is suspended for so long: CLOCK_MONOTONIC stands still, and nothing happens. */
	suspend(ms: number): void
	/** How long that was in all. */
	asleep(): number
}

export function fakeClock(start = 1_000_000): FakeClock {
	let now = start
	let wallAhead = 1_800_000_000_000
	let slept = 0
	let timers: { readonly at: number; readonly run: () => void }[] = []
	return {
		monotonic: () => now,
		wall: () => wallAhead + now,
		jump(ms) {
			wallAhead += ms
		},
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
		skip(ms) {
			now += ms
		},
		suspend(ms) {
			slept += ms
			wallAhead += ms
		},
		asleep: () => slept,
		clear() {
			timers = []
		},
	}
}
