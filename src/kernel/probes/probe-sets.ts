import type { Btf } from '../btf/btf.ts'
import {
	endProbes,
	invalidProbes,
	type Probe,
	type ProbeName,
	type ProbeOptions,
	reasonProbes,
	reasonProbesWithoutTypes,
} from './probes.ts'

/**
 * What probes of one instance tell: why conntrack complains; which packets it calls INVALID, told or silent; how entries
 * end.
 */
export const PROBE_SETS = ['reasons', 'invalid', 'ends'] as const
export type ProbeSet = (typeof PROBE_SETS)[number]

export type AskedProbes = {
	readonly set: ProbeSet
	/** Of 32 bits: the number with which each event ends. */
	readonly secret: number
}

/** Probes that are in force. */
export type FollowedProbes = AskedProbes & {
	/** Of the probes, and of their instance. */
	readonly group: string
}

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
	}
}

const waysOf = (lists: readonly (readonly Probe[])[], reasons: readonly Probe[]): readonly ProbeWay[] =>
	lists.filter((probes) => probes.length > 0).map((probes) => ({ probes, reasons }))

/** Helpers are modules of their own: without their function nobody misses it. */
export const isOptional = ({ name }: Pick<Probe, 'name'>): boolean => name === 'helper'

/** One probe of each set without which it tells nothing, by what they may be called. */
const NEEDED: Readonly<Record<ProbeSet, readonly (readonly ProbeName[])[]>> = {
	reasons: [['ct'], ['l4']],
	invalid: [['in', 'tcp_ret', 'icmp_ret']],
	ends: [['end']],
}

/** Whether a group with these probes tells what it was made for. */
export const isWhole = (set: ProbeSet, names: ReadonlySet<string>): boolean =>
	NEEDED[set].every((some) => some.some((name) => names.has(name)))
