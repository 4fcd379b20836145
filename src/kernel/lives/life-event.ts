import { type EntryTuple, entryTuple } from '../probes/entry-values.ts'
import { highAt, lowAt, u32At } from '../probes/memory.ts'
import type { Probe, ProbeName } from '../probes/probes.ts'
import type { TraceEvent } from '../trace/trace-line.ts'

/** One step in the life of an entry, as a probe of `listProbes` has seen it. */
export type LifeEvent = {
	readonly step: LifeStep
	/** Where the entry is in memory; another one has the same place once this one is freed. */
	readonly place: number
	/** CLOCK_MONOTONIC. */
	readonly micros: number
	/** Inode number of its network namespace; null where the event does not say. */
	readonly netns: number | null
	/** Reads its addresses; null for an event without. Works as long as somebody keeps it. */
	readonly flow: Flow | null
}

export type LifeStep = 'made' | 'confirmed' | 'removed' | 'freed'

/** Undefined for a protocol whose addresses the kernel keeps in another form. */
export type Flow = () => EntryTuple | undefined

const STEPS: Readonly<Partial<Record<ProbeName, LifeStep>>> = {
	made: 'made',
	confirm: 'confirmed',
	insert: 'confirmed',
	out: 'removed',
	free: 'freed',
}

type Reader = (event: TraceEvent, bytes: Uint8Array) => LifeEvent | undefined

/** Reads events of these probes; undefined: an event that is none of theirs, or tells of no entry. */
export function lifeReader(probes: readonly Probe[]): Reader {
	const readers = new Map<string, Reader>(
		probes.flatMap((probe) => {
			const step = STEPS[probe.name]
			return step === undefined ? [] : [[probe.name, readerOf(probe, step)] as const]
		}),
	)
	return (event, bytes) => readers.get(event.name)?.(event, bytes)
}

function readerOf({ layout, shape, littleEndian }: Probe, step: LifeStep): Reader {
	const [entry, net, tuple] = ['entry', 'net', 'tuple'].map((name) => layout.offsetOf(name))
	const words = layout.fields.find(({ name }) => name === 'tuple')?.count ?? 0
	return (event, bytes) => {
		const values = entry === undefined ? undefined : layout.read(bytes, event.at)
		if (values === undefined || entry === undefined || event.micros === null) return undefined
		const { memory } = values
		const place = placeOf(lowAt(memory, entry, littleEndian), highAt(memory, entry, littleEndian))
		if (place === undefined) return undefined
		const kept =
			tuple === undefined || shape === null
				? undefined
				: new Uint8Array(memory.subarray(tuple, tuple + 8 * words))
		return {
			step,
			place,
			micros: event.micros,
			netns: net === undefined ? null : u32At(memory, net, littleEndian),
			flow: kept === undefined || shape === null ? null : () => entryTuple(kept, 0, shape, littleEndian),
		}
	}
}

/** MAX_ERRNO of include/linux/err.h. */
const MOST_ERRORS = 4_095

/**
 * An address of the kernel as a number: without its lowest three bits, which are something else where a packet carries it,
 * and its highest eight, which all have in common, it fits. Undefined for none, and for an error in its place.
 */
function placeOf(low: number, high: number): number | undefined {
	if (high === 0xffff_ffff && low >= 0x1_0000_0000 - MOST_ERRORS) return undefined
	const place = (high & 0xff_ffff) * 2 ** 29 + (low >>> 3)
	return place === 0 ? undefined : place
}
