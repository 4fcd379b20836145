import { type Btf, type BtfType, isNamed, KIND, nameAt, typeOf, typesNamed, wordOf } from './btf.ts'

/** Of a chain of typedefs, qualifiers and arrays, and of anonymous members in each other. Real ones have up to ten. */
const DEEPEST = 32

const TRANSPARENT: ReadonlySet<number> = new Set([
	KIND.typedef,
	KIND.volatile,
	KIND.const,
	KIND.restrict,
	KIND.typeTag,
])

/** The type behind typedefs and qualifiers. Undefined for `void`, for what is not there, and for a chain without an end. */
export function plainType(btf: Btf, id: number): (BtfType & { readonly id: number }) | undefined {
	let at = id
	for (let depth = 0; depth < DEEPEST; depth++) {
		const type = typeOf(btf, at)
		if (type === undefined) return undefined
		if (!TRANSPARENT.has(type.kind)) return { ...type, id: at }
		at = type.size
	}
	return undefined
}

/** Id of what a pointer points at, behind qualifiers; undefined for what is no pointer. `void` is 0. */
export function pointee(btf: Btf, id: number): number | undefined {
	const pointer = plainType(btf, id)
	if (pointer?.kind !== KIND.pointer) return undefined
	if (pointer.size === 0) return 0
	const target = plainType(btf, pointer.size)
	if (target?.kind !== KIND.forward) return target?.id
	// Declared here, and defined where somebody needs its members.
	const name = nameAt(btf, target.name)
	return typesNamed(btf, target.flag ? KIND.union : KIND.struct, name).next().value ?? target.id
}

/** `struct NAME` that a pointer points at; '' for everything else. */
export function structBehind(btf: Btf, id: number): string {
	const target = pointee(btf, id)
	const type = target === undefined ? undefined : typeOf(btf, target)
	return type?.kind === KIND.struct || type?.kind === KIND.forward ? nameAt(btf, type.name) : ''
}

/** In bytes. Undefined for what has no size. */
export function sizeOf(btf: Btf, id: number): number | undefined {
	let count = 1
	let at = id
	for (let depth = 0; depth < DEEPEST; depth++) {
		const type = plainType(btf, at)
		switch (type?.kind) {
			case KIND.int:
			case KIND.struct:
			case KIND.union:
			case KIND.enum:
			case KIND.enum64:
			case KIND.float:
				return bounded(count * type.size)
			case KIND.pointer:
				return bounded(count * pointerSize(btf))
			case KIND.array:
				count *= wordOf(type, 2)
				at = wordOf(type, 0)
				break
			default:
				return undefined
		}
	}
	return undefined
}

const bounded = (size: number): number | undefined => (Number.isSafeInteger(size) ? size : undefined)

/** BTF does not say it: the one of `long`, as libbpf takes it. */
export function pointerSize(btf: Btf): number {
	for (const name of ['long unsigned int', 'unsigned long']) {
		for (const id of typesNamed(btf, KIND.int, name)) {
			const size = typeOf(btf, id)?.size
			if (size === 4 || size === 8) return size
		}
	}
	return 8
}

/** Where a member is, counted from the struct that was asked about. */
export type Member = {
	readonly type: number
	readonly bitOffset: number
	/** Undefined for a bit field that does not begin with a byte. */
	readonly offset: number | undefined
	/** Of a bit field; 0 for every other member. */
	readonly bits: number
}

/**
 * `path`: names with dots between them: `ns.inum`. Members of anonymous structs and unions belong to the one that they
 * stand in; `[1]` behind a name is an element of an array. Undefined where one of them is not there.
 */
export function memberOf(btf: Btf, id: number, path: string): Member | undefined {
	let bitOffset = 0
	let found: Member | undefined
	let at = id
	for (const step of path.split('.')) {
		const [, name = '', index] = /^(\w+)(?:\[(\d{1,6})\])?$/.exec(step) ?? []
		const member = name === '' ? undefined : directMember(btf, at, name)
		if (member === undefined) return undefined
		bitOffset += member.bitOffset
		at = member.type
		if (index !== undefined) {
			const array = plainType(btf, at)
			if (array?.kind !== KIND.array || Number(index) >= wordOf(array, 2)) return undefined
			at = wordOf(array, 0)
			bitOffset += Number(index) * (sizeOf(btf, at) ?? Number.NaN) * 8
		}
		if (!Number.isSafeInteger(bitOffset)) return undefined
		found = {
			type: at,
			bitOffset,
			offset: bitOffset % 8 === 0 ? bitOffset / 8 : undefined,
			bits: member.bits,
		}
	}
	return found
}

type Found = { readonly type: number; readonly bitOffset: number; readonly bits: number }

/** Members that one search may look at: anonymous ones may hold each other in a blob that means harm. */
const MOST_MEMBERS = 100_000

function directMember(btf: Btf, id: number, name: string): Found | undefined {
	let left = MOST_MEMBERS
	const search = (struct: number, depth: number): Found | undefined => {
		const type = plainType(btf, struct)
		if (type === undefined || depth > DEEPEST) return undefined
		if (type.kind !== KIND.struct && type.kind !== KIND.union) return undefined
		for (let index = 0; index < type.length && left > 0; index++) {
			left--
			const member = memberAt(btf, type, index)
			if (member.name !== 0) {
				if (isNamed(btf, member.name, name)) return member
				continue
			}
			const inner = search(member.type, depth + 1)
			if (inner !== undefined) return { ...inner, bitOffset: member.bitOffset + inner.bitOffset }
		}
		return undefined
	}
	return search(id, 0)
}

function memberAt(btf: Btf, type: BtfType, index: number): Found & { readonly name: number } {
	const offset = wordOf(type, 3 * index + 2)
	const member = { name: wordOf(type, 3 * index), type: wordOf(type, 3 * index + 1) }
	if (type.flag) return { ...member, bitOffset: offset & 0xffffff, bits: offset >>> 24 }
	return { ...member, ...olderBits(btf, member.type, offset) }
}

/** Without the flag a bit field has an integer of its own, which says how many bits of it are used, and from which on. */
function olderBits(btf: Btf, id: number, bitOffset: number): { bitOffset: number; bits: number } {
	const type = plainType(btf, id)
	if (type?.kind !== KIND.int) return { bitOffset, bits: 0 }
	const encoding = wordOf(type, 0)
	const bits = encoding & 0xff
	if (bits === 0 || bits === type.size * 8) return { bitOffset, bits: 0 }
	return { bitOffset: bitOffset + ((encoding >>> 16) & 0xff), bits }
}

export type Parameter = { readonly name: string; readonly type: number }

export type Prototype = {
	readonly parameters: readonly Parameter[]
	/** 0: `void`. */
	readonly returns: number
	/** `...` follows the parameters. */
	readonly isVariadic: boolean
}

/** A function has 12 parameters at the most; this bounds what a blob can claim. */
const MOST_PARAMETERS = 64

/** Of the first function with this name. Undefined where BTF has none: inlined everywhere, or not traceable. */
export function prototypeOf(btf: Btf, name: string): Prototype | undefined {
	for (const id of typesNamed(btf, KIND.function, name)) {
		const prototype = typeOf(btf, typeOf(btf, id)?.size ?? 0)
		if (prototype?.kind !== KIND.prototype || prototype.length > MOST_PARAMETERS) continue
		const all = Array.from({ length: prototype.length }, (_, index) => ({
			name: nameAt(btf, wordOf(prototype, 2 * index)),
			type: wordOf(prototype, 2 * index + 1),
		}))
		const isVariadic = all.at(-1)?.type === 0 && all.at(-1)?.name === ''
		return { parameters: isVariadic ? all.slice(0, -1) : all, returns: prototype.size, isVariadic }
	}
	return undefined
}
