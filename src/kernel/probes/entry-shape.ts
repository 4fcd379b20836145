import type { Btf } from '../btf/btf.ts'
import { memberOf } from '../btf/types.ts'

/** Offsets of what is read of a `struct nf_conn`, from the beginning of each part. Null where this kernel has it otherwise. */
export type EntryShape = {
	/** struct nf_conntrack_tuple (include/net/netfilter/nf_conntrack_tuple.h). */
	readonly tuple: Readonly<Record<TupleMember, number>> | null
	/** struct ip_ct_tcp (include/linux/netfilter/nf_conntrack_tcp.h). */
	readonly tcp: Readonly<Record<TcpMember, number>> | null
}

const TUPLE = {
	source: 'src.u3',
	sourcePort: 'src.u',
	family: 'src.l3num',
	destination: 'dst.u3',
	destinationPort: 'dst.u',
	protocol: 'dst.protonum',
} as const

const SEEN = {
	end: 'td_end',
	highestEnd: 'td_maxend',
	largestWindow: 'td_maxwin',
	highestAck: 'td_maxack',
	scale: 'td_scale',
	flags: 'flags',
} as const

const TCP = {
	state: 'state',
	lastDirection: 'last_dir',
	retransmits: 'retrans',
	lastIndex: 'last_index',
	lastSeq: 'last_seq',
	lastAck: 'last_ack',
	lastEnd: 'last_end',
	lastWindow: 'last_win',
	...seen('original', 0),
	...seen('reply', 1),
} as const

type SeenMember = keyof typeof SEEN
export type TupleMember = keyof typeof TUPLE
export type TcpMember =
	| Exclude<keyof typeof TCP, `original-${string}` | `reply-${string}`>
	| `${'original' | 'reply'}-${SeenMember}`

function seen<D extends 'original' | 'reply'>(
	direction: D,
	index: number,
): Record<`${D}-${SeenMember}`, string> {
	const members = Object.entries(SEEN).map(([name, member]) => [
		`${direction}-${name}`,
		`seen[${index}].${member}`,
	])
	return Object.fromEntries(members)
}

/** `id`: of struct nf_conn. */
export function entryShape(btf: Btf, id: number): EntryShape {
	const within = <Name extends string>(part: string, members: Readonly<Record<Name, string>>) => {
		const start = memberOf(btf, id, part)?.offset
		const offsets: Partial<Record<Name, number>> = {}
		for (const [name, member] of Object.entries<string>(members)) {
			const at = memberOf(btf, id, `${part}.${member}`)?.offset
			if (at === undefined || start === undefined) return null
			offsets[name as Name] = at - start
		}
		return offsets as Record<Name, number>
	}
	return { tuple: within('tuplehash[0].tuple', TUPLE), tcp: within('proto.tcp', TCP) }
}
