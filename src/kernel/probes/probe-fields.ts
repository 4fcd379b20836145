import { type Btf, KIND, typesNamed } from '../btf/btf.ts'
import { memberOf, pointee, prototypeOf, sizeOf, structBehind } from '../btf/types.ts'
import type { ProbeField } from './probe-layout.ts'

/** Bytes of a packet that a probe reads: an ICMP error over IPv6, and what it quotes up to the ports. */
export const PACKET_WORDS = 20
/** Behind which the link-layer header ends. Longer ones are not read. */
export const LINK_BYTES = 16
/** Arguments behind the format that are read: no text of conntrack has more. */
const MOST_VALUES = 5
/** Texts and numbers behind a `struct va_format`, in registers that were saved and on the stack. */
export const SAVED = [32, 40] as const
export const STACKED = [0, 8, 16] as const
/** A format that is nothing but another one. */
export const INNER = '%pV'
/** Of the values of a format, those that may point at an address (%pI4, %pI6). */
const ADDRESSES = [0, 1] as const

/** A function of this kernel: which argument is what, by its type and never by a version. */
export type ProbedFunction = {
	readonly name: string
	/** `$arg1` of the first parameter that points at this struct; undefined where there is none. */
	pointing(struct: string): { readonly argument: string; readonly id: number } | undefined
	named(parameter: string): string | undefined
	/** Number of the argument before `...`, the format; what it is filled with follows. */
	readonly format: number
}

export function probedFunction(btf: Btf, name: string): ProbedFunction | undefined {
	const prototype = prototypeOf(btf, name)
	if (prototype === undefined) return undefined
	const { parameters } = prototype
	const argument = (index: number) => `$arg${index + 1}`
	return {
		name,
		pointing(struct) {
			const index = parameters.findIndex(({ type }) => structBehind(btf, type) === struct)
			const id = pointee(btf, parameters[index]?.type ?? 0)
			return index < 0 || id === undefined ? undefined : { argument: argument(index), id }
		},
		named(parameter) {
			const index = parameters.findIndex((one) => one.name === parameter)
			return index < 0 ? undefined : argument(index)
		},
		format: parameters.length,
	}
}

/** Fields of a struct that an expression points at. What this kernel does not have is left out. */
export type StructFields = {
	number(name: string, member: string): ProbeField[]
	/** `count` times 8 bytes from a member on. */
	words(name: string, member: string, count: number): ProbeField[]
	text(name: string, member: string): ProbeField[]
	/** The struct that a member points at. */
	behind(member: string): StructFields | undefined
	/** Size of a member, in bytes. */
	sizeOf(member: string): number | undefined
}

const NUMBER_TYPES: Readonly<Record<number, ProbeField['type']>> = { 1: 'u8', 2: 'u16', 4: 'u32', 8: 'x64' }

export function structFields(btf: Btf, pointer: string, id: number): StructFields {
	const at = (path: string) => {
		const member = memberOf(btf, id, path)
		if (member?.offset === undefined || member.bits !== 0) return undefined
		return { fetch: `+${member.offset}(${pointer})`, type: member.type }
	}
	return {
		number(name, path) {
			const member = at(path)
			const type = member === undefined ? undefined : NUMBER_TYPES[sizeOf(btf, member.type) ?? 0]
			return member === undefined || type === undefined ? [] : [{ name, fetch: member.fetch, type }]
		},
		words(name, path, count) {
			const member = at(path)
			return member === undefined ? [] : [{ name, fetch: member.fetch, type: 'x64', count }]
		},
		text(name, path) {
			const member = at(path)
			return member === undefined ? [] : [{ name, fetch: member.fetch, type: 'string' }]
		},
		behind(path) {
			const member = at(path)
			const target = member === undefined ? undefined : pointee(btf, member.type)
			if (member === undefined || target === undefined) return undefined
			return structFields(btf, member.fetch, target)
		},
		sizeOf(path) {
			const member = at(path)
			return member === undefined ? undefined : sizeOf(btf, member.type)
		},
	}
}

/**
 * Of a `struct sk_buff` in a hook of netfilter: there its data begin with the network header. Bytes in pages of their own
 * (data_len) are not behind those.
 */
export function packetFields(btf: Btf, pointer: string, id: number): ProbeField[] {
	const skb = structFields(btf, pointer, id)
	const data = memberOf(btf, id, 'data')?.offset
	const bytes: ProbeField[] =
		data === undefined
			? []
			: [
					{ name: 'mac', fetch: `-${LINK_BYTES}(+${data}(${pointer}))`, type: 'x64', count: 2 },
					{ name: 'hdr', fetch: `+0(+${data}(${pointer}))`, type: 'x64', count: PACKET_WORDS },
				]
	return [
		...skb.number('len', 'len'),
		...skb.number('dlen', 'data_len'),
		...skb.number('mark', 'mark'),
		...skb.number('mach', 'mac_header'),
		...skb.number('neth', 'network_header'),
		...bytes,
		...ownerFields(skb),
	]
}

/** A number behind a pointer that leads nowhere is no number, so each pointer is read too. */
function ownerFields(skb: StructFields): ProbeField[] {
	const socket = skb.behind('sk')
	const file = socket?.behind('sk_socket')?.behind('file')
	const owner = file?.behind('f_cred')
	if (socket === undefined || owner === undefined || skb.sizeOf('sk') !== 8) return []
	return [
		...skb.number('sk', 'sk'),
		...socket.number('skst', '__sk_common.skc_state'),
		...socket.number('sks', 'sk_socket'),
		...(socket.behind('sk_socket')?.number('skf', 'file') ?? []),
		...owner.number('uid', 'fsuid.val'),
		...owner.number('gid', 'fsgid.val'),
	]
}

/** Of a `struct nf_hook_state`: where the packet is, and in which network namespace. */
export function hookFields(btf: Btf, pointer: string, id: number): ProbeField[] {
	const state = structFields(btf, pointer, id)
	return [
		...(state.behind('net')?.number('net', 'ns.inum') ?? []),
		...state.number('hook', 'hook'),
		...state.number('pf', 'pf'),
		...(state.behind('in')?.text('in', 'name') ?? []),
		...(state.behind('out')?.text('out', 'name') ?? []),
	]
}

/** Of a `struct nf_conn`: its addresses as the kernel knows them, and what it knows of TCP windows. */
export function entryFields(btf: Btf, pointer: string, id: number): ProbeField[] {
	const entry = structFields(btf, pointer, id)
	const words = (path: string) => Math.ceil((entry.sizeOf(path) ?? 0) / 8)
	const tcp = words('proto.tcp')
	const tuple = words('tuplehash[0].tuple')
	return [
		...entry.number('status', 'status'),
		...(tuple > 0 && tuple <= 16 ? entry.words('tuple', 'tuplehash[0].tuple', tuple) : []),
		...(tcp > 0 && tcp <= 32 ? entry.words('tcp', 'proto.tcp', tcp) : []),
	]
}

/** Network namespace of an entry, for functions that are not told where the packet is. */
export function entryNet(btf: Btf, pointer: string, id: number): ProbeField[] {
	return structFields(btf, pointer, id).behind('ct_net.net')?.number('net', 'ns.inum') ?? []
}

/** What a format is filled with: as numbers, and as the texts that they may point at, by the number of the argument. */
export function formatFields({ format }: ProbedFunction, registers: number): ProbeField[] {
	return [
		// Before what it is filled with: an argument may point at anything, also at what somebody has sent.
		{ name: 'fmt', fetch: `+0($arg${format})`, type: 'string' },
		...argumentFields(format + 1, Math.min(format + MOST_VALUES, registers)),
	]
}

/** Arguments as numbers, and as what they may point at. */
export function argumentFields(first: number, last: number): ProbeField[] {
	const numbers = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index)
	return [
		...numbers.map((number): ProbeField => ({ name: `a${number}`, fetch: `$arg${number}`, type: 'x64' })),
		...numbers.map(
			(number): ProbeField => ({ name: `t${number}`, fetch: `+0($arg${number})`, type: 'string' }),
		),
	]
}

export function addressFields({ format }: ProbedFunction): ProbeField[] {
	return ADDRESSES.map((index) => ({
		name: `p${format + 1 + index}`,
		fetch: `+0($arg${format + 1 + index})`,
		type: 'x64',
		count: 2,
	}))
}

/**
 * For a format of `%pV`: the inner format, and the list of what that is filled with (struct va_format, and the va_list of
 * amd64). Empty where this kernel has another one.
 */
export function innerFields(btf: Btf, { format }: ProbedFunction): ProbeField[] {
	const pointer = `$arg${format + 1}`
	const [id] = typesNamed(btf, KIND.struct, 'va_format')
	const [list] = typesNamed(btf, KIND.struct, '__va_list_tag')
	if (id === undefined || list === undefined) return []
	const inner = structFields(btf, pointer, id)
	const texts = inner.text('vfmt', 'fmt').map((field) => ({ ...field, fetch: `+0(${field.fetch})` }))
	const va = memberOf(btf, id, 'va')?.offset
	const saved = memberOf(btf, list, 'reg_save_area')?.offset
	const stacked = memberOf(btf, list, 'overflow_arg_area')?.offset
	if (va === undefined || saved === undefined || stacked === undefined) return []
	const tag = structFields(btf, `+${va}(${pointer})`, list)
	const areas = [
		...SAVED.map((at, index) => ({ name: `r${index}`, fetch: `+${at}(+${saved}(+${va}(${pointer})))` })),
		...STACKED.map((at, index) => ({ name: `o${index}`, fetch: `+${at}(+${stacked}(+${va}(${pointer})))` })),
	]
	return [
		{ name: 'fmt', fetch: `+0($arg${format})`, type: 'string' },
		...tag.number('gp', 'gp_offset'),
		...areas.map(({ name, fetch }): ProbeField => ({ name, fetch, type: 'x64' })),
		...texts,
		...areas.map(
			({ name, fetch }): ProbeField => ({ name: `${name}t`, fetch: `+0(${fetch})`, type: 'string' }),
		),
	]
}
