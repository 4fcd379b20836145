import type { Btf } from '../btf/btf.ts'
import { listProbes } from './list-probes.ts'
import type { AskedProbes, DefinedProbe, ProbeSet } from './probe-sets.ts'
import {
	definitionOf,
	endProbes,
	invalidProbes,
	type Probe,
	type ProbeOptions,
	reasonProbes,
	reasonProbesWithoutTypes,
} from './probes.ts'

/** One of several ways to ask for the same: the kernel takes it whole, or the next one is tried. */
export type ProbeWay = {
	readonly probes: readonly Probe[]
	/** Those that only say whether an INVALID packet is told: the reasons beside `invalid`. */
	readonly reasons: readonly Probe[]
}

/** Best first. Empty where none can be. `btf`: undefined where this kernel has no type information. */
export function probeWays(set: ProbeSet, btf: Btf | undefined, options: ProbeOptions): readonly ProbeWay[] {
	const reasons = btf === undefined ? [] : reasonProbes(btf, options)
	switch (set) {
		case 'reasons':
			return waysOf([reasons, reasonProbesWithoutTypes(options)], [])
		case 'invalid':
			return waysOf(btf === undefined ? [] : invalidProbes(btf, options), reasons)
		case 'ends':
			return waysOf([btf === undefined ? [] : endProbes(btf, options)], [])
		case 'lists':
			return waysOf([btf === undefined ? [] : listProbes(btf, options)], [])
	}
}

const waysOf = (lists: readonly (readonly Probe[])[], reasons: readonly Probe[]): readonly ProbeWay[] =>
	lists.filter((probes) => probes.length > 0).map((probes) => ({ probes, reasons }))

/**
 * Helpers are modules of their own: without their function nobody misses it. The function that makes entries is not
 * exported, so a compiler may have put it into another: then entries are known from their removal on.
 */
const OPTIONAL: ReadonlySet<Probe['name']> = new Set(['helper', 'made', 'insert'])

/** What is to be defined for each of the ways, in this order. */
export const definedWays = (
	{ set, secret }: AskedProbes,
	group: string,
	{ btf, architecture }: { readonly btf: Btf | undefined; readonly architecture: string },
): readonly (readonly DefinedProbe[])[] =>
	probeWays(set, btf, { architecture, secret }).map(({ reasons, probes }) =>
		[...reasons, ...probes].map((probe) => ({
			name: probe.name,
			file: probe.file,
			definition: definitionOf(probe, group, { secret }),
			filter: probe.filter,
			isOptional: OPTIONAL.has(probe.name),
			isOnEveryPacket: probe.isOnEveryPacket,
		})),
	)
