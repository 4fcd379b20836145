/**
 * Type information of the kernel, `/sys/kernel/btf/vmlinux`, and of a module on top of it, `/sys/kernel/btf/NAME`
 * (Documentation/bpf/btf.rst, include/uapi/linux/btf.h). Nothing is copied out of the blob: one pass notes where each
 * type begins, and names and members are read when somebody asks. Bytes from outside: whatever they say, nothing here
 * throws, and no reading is longer than the blob.
 */

/** Why a blob cannot be read. `at` is an offset into it. */
export type BtfProblem = {
	readonly problem: 'no-btf' | 'version' | 'header' | 'cut' | 'kind'
	readonly at: number
}

/** Types of one blob. Their ids go on from those of the blob below. */
type Part = {
	readonly bytes: Uint8Array
	readonly view: DataView
	readonly littleEndian: boolean
	readonly firstId: number
	/** Byte offset of each type in `bytes`; the first is `firstId`. */
	readonly starts: Uint32Array
	/** Name offsets of a module go on where those of the kernel end. */
	readonly firstName: number
	readonly names: number
	readonly namesLength: number
}

export type Btf = {
	/** The kernel, and then a module, if this is of a module. */
	readonly parts: readonly Part[]
	/** Ids are below this. 0 is `void`. */
	readonly count: number
	/** Byte order of the kernel that wrote it, and of its numbers in memory. */
	readonly littleEndian: boolean
}

/** A type as its 12 bytes say it. `size` is the id of another type for those that refer to one. */
export type BtfType = {
	readonly kind: number
	/** How many members, values or parameters follow. */
	readonly length: number
	/** Bit 31: offsets of members have the size of a bit field in their upper byte. */
	readonly flag: boolean
	readonly size: number
	/** Offset of the name; 0 for none. */
	readonly name: number
	/** Where what follows begins. */
	readonly part: Part
	readonly at: number
}

/** enum BTF_KIND_ of include/uapi/linux/btf.h. */
export const KIND = {
	int: 1,
	pointer: 2,
	array: 3,
	struct: 4,
	union: 5,
	enum: 6,
	forward: 7,
	typedef: 8,
	volatile: 9,
	const: 10,
	restrict: 11,
	function: 12,
	prototype: 13,
	float: 16,
	typeTag: 18,
	enum64: 19,
} as const

const MAGIC = 0xeb9f
const HEADER = 24
/** With the section that says how long kinds are. */
const HEADER_WITH_LAYOUT = 32
const TYPE = 12
/** BTF_MAX_TYPE of the kernels with the most. */
const MOST_TYPES = 0x100000
const LONGEST_NAME = 512

/** Bytes behind the 12 of a type: so many, and so many for each member, by kind. Kinds 20 to 22 are those of 7.x. */
const BEHIND: readonly (readonly [once: number, each: number])[] = [
	[0, 0],
	[4, 0],
	[0, 0],
	[12, 0],
	[0, 12],
	[0, 12],
	[0, 8],
	[0, 0],
	[0, 0],
	[0, 0],
	[0, 0],
	[0, 0],
	[0, 0],
	[0, 8],
	[4, 0],
	[0, 12],
	[0, 0],
	[4, 0],
	[0, 0],
	[0, 12],
	[4, 4],
	[0, 4],
	[0, 12],
]

/** `base`: what is read from vmlinux, for the blob of a module. The bytes must stay as they are. */
export function readBtf(bytes: Uint8Array, base?: Btf): Btf | BtfProblem {
	if (bytes.length < HEADER) return { problem: 'no-btf', at: 0 }
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
	const littleEndian = view.getUint16(0, true) === MAGIC
	if (!littleEndian && view.getUint16(0, false) !== MAGIC) return { problem: 'no-btf', at: 0 }
	if (bytes[2] !== 1) return { problem: 'version', at: 2 }
	const u32 = (at: number) => view.getUint32(at, littleEndian)
	const header = u32(4)
	if (header < HEADER || header > bytes.length) return { problem: 'header', at: 4 }
	const types = header + u32(8)
	const typesEnd = types + u32(12)
	const names = header + u32(16)
	const namesLength = u32(20)
	if (typesEnd > bytes.length || names + namesLength > bytes.length) return { problem: 'header', at: 8 }
	const starts = startsOf(view, littleEndian, types, typesEnd, behindOf(view, littleEndian, header))
	if ('problem' in starts) return starts
	const firstId = base?.count ?? 1
	const last = base?.parts.at(-1)
	const firstName = last === undefined ? 0 : last.firstName + last.namesLength
	const part: Part = { bytes, view, littleEndian, firstId, starts, firstName, names, namesLength }
	return { parts: [...(base?.parts ?? []), part], count: firstId + starts.length, littleEndian }
}

export const isProblem = (read: Btf | BtfProblem): read is BtfProblem => 'problem' in read

/** The table of the blob itself tells the length of kinds that are newer than this. */
function behindOf(view: DataView, littleEndian: boolean, header: number): typeof BEHIND {
	if (header < HEADER_WITH_LAYOUT) return BEHIND
	const from = header + view.getUint32(24, littleEndian)
	const end = from + view.getUint32(28, littleEndian)
	if (end > view.byteLength) return BEHIND
	const behind = [...BEHIND]
	for (let kind = BEHIND.length; kind < 0x80 && from + kind * 4 + 4 <= end; kind++) {
		behind.push([view.getUint8(from + kind * 4), view.getUint8(from + kind * 4 + 1)])
	}
	return behind
}

function startsOf(
	view: DataView,
	littleEndian: boolean,
	from: number,
	end: number,
	behind: typeof BEHIND,
): Uint32Array | BtfProblem {
	const starts = new Uint32Array(Math.min(Math.floor((end - from) / TYPE), MOST_TYPES))
	let count = 0
	let at = from
	while (at < end && count < MOST_TYPES) {
		if (at + TYPE > end) return { problem: 'cut', at }
		const info = view.getUint32(at + 4, littleEndian)
		const length = behind[(info >>> 24) & 0x7f]
		if (length === undefined) return { problem: 'kind', at }
		starts[count++] = at
		at += TYPE + length[0] + length[1] * (info & 0xffffff)
	}
	return at > end ? { problem: 'cut', at: starts[count - 1] ?? from } : starts.subarray(0, count)
}

/** Undefined for `void` and for an id that nobody has. */
export function typeOf(btf: Btf, id: number): BtfType | undefined {
	for (const part of btf.parts) {
		const at = part.starts[id - part.firstId]
		if (at === undefined) continue
		const info = part.view.getUint32(at + 4, part.littleEndian)
		return {
			kind: (info >>> 24) & 0x7f,
			length: info & 0xffffff,
			flag: info >>> 31 === 1,
			size: part.view.getUint32(at + 8, part.littleEndian),
			name: part.view.getUint32(at, part.littleEndian),
			part,
			at: at + TYPE,
		}
	}
	return undefined
}

/** A number of what follows a type. */
export const wordOf = ({ part, at }: BtfType, index: number): number =>
	part.view.getUint32(at + 4 * index, part.littleEndian)

/** '' for no name, and for an offset that leads out of the names. C identifiers: ASCII. */
export function nameAt(btf: Btf, offset: number): string {
	const [part, from, end] = nameRange(btf, offset)
	if (part === undefined) return ''
	let name = ''
	for (let at = from; at < end && part.bytes[at] !== 0; at++) name += String.fromCharCode(part.bytes[at] ?? 0)
	return name
}

function nameRange(btf: Btf, offset: number): [part: Part | undefined, from: number, end: number] {
	for (const part of btf.parts) {
		const from = offset - part.firstName
		if (from < 0 || from >= part.namesLength) continue
		const end = Math.min(part.names + part.namesLength, part.names + from + LONGEST_NAME)
		return [part, part.names + from, end]
	}
	return [undefined, 0, 0]
}

export function isNamed(btf: Btf, offset: number, name: string): boolean {
	const [part, from, end] = nameRange(btf, offset)
	if (part === undefined || from + name.length >= end) return false
	for (let at = 0; at < name.length; at++) if (part.bytes[from + at] !== name.charCodeAt(at)) return false
	return part.bytes[from + name.length] === 0
}

/**
 * Ids of the types of this kind and name, those of the module first: its own meaning of a name comes before others. Who
 * stops at the first one has not looked at the rest.
 */
export function* typesNamed(btf: Btf, kind: number, name: string): Generator<number> {
	for (const part of btf.parts.toReversed()) {
		const { view, littleEndian, starts, firstId } = part
		for (let index = 0; index < starts.length; index++) {
			const at = starts[index] ?? 0
			if (((view.getUint32(at + 4, littleEndian) >>> 24) & 0x7f) !== kind) continue
			if (isNamed(btf, view.getUint32(at, littleEndian), name)) yield firstId + index
		}
	}
}
