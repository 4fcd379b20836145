import type { ProbeName } from './probes.ts'

/**
 * What probes of one instance tell: why conntrack complains; which packets it calls INVALID, told or silent; how entries
 * end; when each entry is made, confirmed, removed and freed.
 */
export const PROBE_SETS = ['reasons', 'invalid', 'ends', 'lists'] as const
export type ProbeSet = (typeof PROBE_SETS)[number]

export type AskedProbes = {
	readonly set: ProbeSet
	/** Of 32 bits: the number with which each event ends. */
	readonly secret: number
}

/** `reasons 5eed1234`: the value of such a change, which probes, and the number with which each of their events ends. */
export const probesText = ({ set, secret }: AskedProbes): string =>
	`${set} ${(secret >>> 0).toString(16).padStart(8, '0')}`

export function parseProbes(text: string): AskedProbes | undefined {
	const [, name, secret = ''] = /^([a-z]+) ([\da-f]{8})$/.exec(text) ?? []
	const set = PROBE_SETS.find((one) => one === name)
	return set === undefined ? undefined : { set, secret: Number.parseInt(secret, 16) }
}

/** Probes that are in force. */
export type FollowedProbes = AskedProbes & {
	/** Of the probes, and of their instance. */
	readonly group: string
}

/** One probe as it is to be set. */
export type DefinedProbe = {
	readonly name: string
	readonly file: 'kprobe_events' | 'dynamic_events'
	readonly definition: string
	readonly filter: string | null
	/** The others are of use without it. */
	readonly isOptional: boolean
	/** It runs for each packet, not only for those that conntrack complains about. */
	readonly isOnEveryPacket: boolean
}

/** One probe of each set without which it tells nothing, by what they may be called. */
const NEEDED: Readonly<Record<ProbeSet, readonly (readonly ProbeName[])[]>> = {
	reasons: [['ct'], ['l4']],
	invalid: [['in', 'tcp_ret', 'icmp_ret']],
	ends: [['end']],
	lists: [['confirm'], ['out'], ['free']],
}

/** Whether a group with these probes tells what it was made for. */
export const isWhole = (set: ProbeSet, names: ReadonlySet<string>): boolean =>
	NEEDED[set].every((some) => some.some((name) => names.has(name)))

/** As a definition is listed again: what follows the backslash is a number. */
const SECRET = / z=\\+(?:0x|x)?0*([\da-f]{1,8}):x32/

/** The number that each of ours has as its last argument, hexadecimal; undefined for a definition of somebody else. */
export const secretIn = (definition: string): string | undefined => SECRET.exec(definition)?.[1]
