import { KIND } from '../../../src/kernel/btf/btf.ts'

type Words = readonly number[]
type Made = { readonly name: string; readonly info: number; readonly size: number; readonly words: Words }
type Field = { readonly name?: string; readonly type: number; readonly bit: number; readonly bits?: number }

export type Blob = {
	/** Adds a type and answers its id. */
	type(kind: number, name: string, size: number, words?: Words, count?: number, flag?: boolean): number
	int(name: string, size: number): number
	pointer(to: number): number
	/** `flag`: sizes of bit fields stand in the members, as they do since pahole 1.13. */
	struct(name: string, size: number, fields: readonly Field[], kind?: number, flag?: boolean): number
	prototype(returns: number, parameters: readonly (readonly [name: string, type: number])[]): number
	bytes(): Uint8Array
}

export type BlobOptions = {
	readonly littleEndian?: boolean
	/** Of a module: how many ids and bytes of names the kernel has. */
	readonly base?: { readonly count: number; readonly names: number }
	/** Length of kinds, as kernels of 7.x say it. */
	readonly layout?: readonly (readonly [once: number, each: number])[]
}

const HEADER = 24

/** BTF as a compiler would write it. */
export function blob({ littleEndian = true, base, layout }: BlobOptions = {}): Blob {
	const types: Made[] = []
	let names = base === undefined ? '\0' : ''
	const name = (text: string): number => {
		if (text === '') return 0
		const at = (base?.names ?? 0) + names.length
		names += `${text}\0`
		return at
	}
	const self: Blob = {
		type(kind, text, size, words = [], count = 0, flag = false) {
			types.push({ name: text, info: (kind << 24) | count | (flag ? 0x8000_0000 : 0), size, words })
			return (base?.count ?? 1) + types.length - 1
		},
		int: (text, size) => self.type(KIND.int, text, size, [size * 8]),
		pointer: (to) => self.type(KIND.pointer, '', to),
		struct(text, size, fields, kind = KIND.struct, flag = true) {
			const words = fields.flatMap((field) => [
				name(field.name ?? ''),
				field.type,
				field.bit | ((field.bits ?? 0) << 24),
			])
			return self.type(kind, text, size, words, fields.length, flag)
		},
		prototype(returns, parameters) {
			const words = parameters.flatMap(([text, type]) => [name(text), type])
			return self.type(KIND.prototype, '', returns, words, parameters.length)
		},
		bytes() {
			const body = types.flatMap((made) => [name(made.name), made.info, made.size, ...made.words])
			const header = layout === undefined ? HEADER : HEADER + 8
			const table = (layout ?? []).flatMap(([once, each]) => [once, each, 0, 0])
			const bytes = Buffer.alloc(header + body.length * 4 + table.length + names.length)
			const u32 = (value: number, at: number) =>
				littleEndian ? bytes.writeUInt32LE(value >>> 0, at) : bytes.writeUInt32BE(value >>> 0, at)
			if (littleEndian) bytes.writeUInt16LE(0xeb9f, 0)
			else bytes.writeUInt16BE(0xeb9f, 0)
			bytes[2] = 1
			u32(header, 4)
			u32(0, 8)
			u32(body.length * 4, 12)
			u32(body.length * 4 + table.length, 16)
			u32(names.length, 20)
			if (layout !== undefined) {
				u32(body.length * 4, 24)
				u32(table.length, 28)
			}
			for (const [index, word] of body.entries()) u32(word, header + index * 4)
			bytes.set(table, header + body.length * 4)
			bytes.write(names, header + body.length * 4 + table.length, 'latin1')
			return bytes
		},
	}
	return self
}
