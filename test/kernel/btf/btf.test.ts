import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	type Btf,
	isProblem,
	KIND,
	nameAt,
	readBtf,
	typeOf,
	typesNamed,
} from '../../../src/kernel/btf/btf.ts'
import {
	memberOf,
	plainType,
	pointee,
	pointerSize,
	prototypeOf,
	sizeOf,
	structBehind,
} from '../../../src/kernel/btf/types.ts'
import { blob } from './blob.ts'

function read(bytes: Uint8Array, base?: Btf): Btf {
	const btf = readBtf(bytes, base)
	if (isProblem(btf)) throw new Error(JSON.stringify(btf))
	return btf
}

const fixture = (name: string) =>
	gunzipSync(readFileSync(new URL(`../../fixtures/btf/${name}.gz`, import.meta.url)))

const ofKernel = (release: string): Btf =>
	read(fixture(`nf_conntrack-${release}`), read(fixture(`vmlinux-${release}`)))

const KERNELS = ['6.1', '6.12'] as const

describe('kernels of Debian', () => {
	test.each(KERNELS)('%s: prototypes of conntrack', (release) => {
		const btf = ofKernel(release)
		const shape = (name: string) => {
			const found = prototypeOf(btf, name)
			return [
				found?.parameters.map((one) => [one.name, structBehind(btf, one.type)].filter(Boolean).join(' ')),
				found?.isVariadic,
			]
		}
		expect(shape('nf_ct_l4proto_log_invalid')).toEqual([
			['skb sk_buff', 'ct nf_conn', 'state nf_hook_state', 'fmt'],
			true,
		])
		expect(shape('nf_l4proto_log_invalid')).toEqual([
			['skb sk_buff', 'state nf_hook_state', 'protonum', 'fmt'],
			true,
		])
		expect(shape('nf_conntrack_in')).toEqual([['skb sk_buff', 'state nf_hook_state'], false])
		expect(shape('nf_conntrack_tcp_packet')).toEqual([
			['ct nf_conn', 'skb sk_buff', 'dataoff', 'ctinfo', 'state nf_hook_state'],
			false,
		])
		expect(shape('nf_ct_delete')).toEqual([['ct nf_conn', 'portid', 'report'], false])
		expect(shape('nobody')).toEqual([undefined, undefined])
	})

	test.each([
		['6.1', 144, 0],
		['6.12', 136, 304],
	] as const)(
		'%s: offsets, through anonymous members and from the kernel to the module',
		(release, inum, name) => {
			const btf = ofKernel(release)
			const parameters = prototypeOf(btf, 'nf_ct_l4proto_log_invalid')?.parameters ?? []
			const [skb = 0, ct = 0, state = 0] = parameters.map(({ type }) => pointee(btf, type))
			const at = (id: number, path: string) => memberOf(btf, id, path)?.offset
			expect(['data', 'len', 'data_len', '_nfct', 'mark'].map((path) => at(skb, path))).toEqual([
				208, 112, 116, 104, 168,
			])
			expect(['net', 'hook', 'pf', 'in', 'out'].map((path) => at(state, path))).toEqual([32, 0, 1, 8, 16])
			expect(
				['status', 'tuplehash', 'timeout', 'proto.tcp', 'proto.tcp.state'].map((p) => at(ct, p)),
			).toEqual([128, 16, 8, 184, 224])
			expect(at(ct, 'tuplehash[0].tuple')).toBe(32)
			expect(at(ct, 'tuplehash[1].tuple.dst.protonum')).toBe(16 + 56 + 16 + 38)
			expect(at(ct, 'proto.tcp.seen[1].td_scale')).toBe(184 + 20 + 16)
			expect(at(ct, 'tuplehash[2].tuple')).toBeUndefined()
			const net = pointee(btf, memberOf(btf, state, 'net')?.type ?? 0) ?? 0
			expect(at(net, 'ns.inum')).toBe(inum)
			const device = pointee(btf, memberOf(btf, state, 'in')?.type ?? 0) ?? 0
			expect(at(device, 'name')).toBe(name)
			expect(sizeOf(btf, memberOf(btf, device, 'name')?.type ?? 0)).toBe(16)
			expect(memberOf(btf, skb, 'pkt_type')).toMatchObject({ offset: 128, bits: 3 })
			expect(pointerSize(btf)).toBe(8)
			expect([...typesNamed(btf, KIND.struct, '__va_list_tag')]).toHaveLength(1)
		},
	)
})

describe('what a compiler may write', () => {
	test.each([true, false])('little endian: %s', (littleEndian) => {
		const made = blob({ littleEndian })
		const u32 = made.int('unsigned int', 4)
		const id = made.struct('pair', 8, [
			{ name: 'left', type: u32, bit: 0 },
			{ name: 'right', type: u32, bit: 32 },
		])
		const btf = read(made.bytes())
		expect(btf.littleEndian).toBe(littleEndian)
		expect([...typesNamed(btf, KIND.struct, 'pair')]).toEqual([id])
		expect(memberOf(btf, id, 'right')).toEqual({ type: u32, bitOffset: 32, offset: 4, bits: 0 })
		expect(sizeOf(btf, id)).toBe(8)
	})

	test('a module goes on with the ids and the names of the kernel', () => {
		const kernel = blob()
		const u32 = kernel.int('unsigned int', 4)
		const bytes = kernel.bytes()
		const base = read(bytes)
		const names = base.parts[0]?.namesLength ?? 0
		const module = blob({ base: { count: base.count, names } })
		const own = module.struct('own', 4, [{ name: 'count', type: u32, bit: 0 }])
		const btf = read(module.bytes(), base)
		expect(own).toBe(base.count)
		expect(memberOf(btf, own, 'count')?.type).toBe(u32)
		expect(nameAt(btf, typeOf(btf, u32)?.name ?? 0)).toBe('unsigned int')
		expect([...typesNamed(base, KIND.struct, 'own')]).toEqual([])
	})

	test('bit fields, of both encodings', () => {
		const made = blob()
		const u8 = made.int('unsigned char', 1)
		const narrow = made.type(KIND.int, 'unsigned char', 1, [(3 << 16) | 2])
		const flagged = made.struct('flagged', 1, [
			{ name: 'low', type: u8, bit: 0, bits: 3 },
			{ name: 'high', type: u8, bit: 3, bits: 5 },
		])
		const older = made.struct('older', 1, [{ name: 'low', type: narrow, bit: 0 }], KIND.struct, false)
		const btf = read(made.bytes())
		expect(memberOf(btf, flagged, 'high')).toEqual({ type: u8, bitOffset: 3, offset: undefined, bits: 5 })
		expect(memberOf(btf, flagged, 'low')).toMatchObject({ offset: 0, bits: 3 })
		expect(memberOf(btf, older, 'low')).toEqual({ type: narrow, bitOffset: 3, offset: undefined, bits: 2 })
	})

	test('members of anonymous unions in anonymous structs, behind qualifiers', () => {
		const made = blob()
		const u64 = made.int('long unsigned int', 8)
		const inner = made.struct('', 8, [{ name: 'wanted', type: u64, bit: 0 }], KIND.union)
		const constant = made.type(KIND.const, '', inner)
		const middle = made.struct('', 16, [
			{ name: 'first', type: u64, bit: 0 },
			{ type: constant, bit: 64 },
		])
		const outer = made.struct('outer', 24, [
			{ name: 'other', type: u64, bit: 0 },
			{ type: middle, bit: 64 },
		])
		const typedef = made.type(KIND.typedef, 'outer_t', outer)
		const btf = read(made.bytes())
		expect(memberOf(btf, typedef, 'wanted')?.offset).toBe(16)
		expect(memberOf(btf, outer, 'wanted.deeper')).toBeUndefined()
		expect(memberOf(btf, outer, '')).toBeUndefined()
	})

	test('a struct that is only declared where it is pointed at', () => {
		const made = blob()
		const u32 = made.int('unsigned int', 4)
		const declared = made.type(KIND.forward, 'later', 0)
		const pointer = made.pointer(declared)
		const other = made.pointer(made.type(KIND.forward, 'never', 0))
		const defined = made.struct('later', 8, [{ name: 'count', type: u32, bit: 32 }])
		const btf = read(made.bytes())
		expect(pointee(btf, pointer)).toBe(defined)
		expect(structBehind(btf, pointer)).toBe('later')
		expect(memberOf(btf, pointee(btf, pointer) ?? 0, 'count')?.offset).toBe(4)
		expect(structBehind(btf, other)).toBe('never')
	})

	test('elements of arrays, arrays of arrays', () => {
		const made = blob()
		const u16 = made.int('short', 2)
		const row = made.type(KIND.array, '', 0, [u16, u16, 3])
		const table = made.type(KIND.array, '', 0, [row, u16, 4])
		const id = made.struct('holder', 26, [{ name: 'table', type: table, bit: 16 }])
		const btf = read(made.bytes())
		expect(sizeOf(btf, table)).toBe(24)
		expect(memberOf(btf, id, 'table[2]')).toMatchObject({ type: row, offset: 14 })
		expect(memberOf(btf, id, 'table[4]')).toBeUndefined()
	})

	test('a kind that is not known ends the reading, except where the blob says how long it is', () => {
		const make = (layout?: [number, number][]) => {
			const made = blob(layout === undefined ? {} : { layout })
			made.type(40, 'new', 0, [1, 2, 3], 2)
			const id = made.struct('behind', 4, [])
			return [made.bytes(), id] as const
		}
		expect(readBtf(make()[0])).toMatchObject({ problem: 'kind' })
		const layout = Array.from({ length: 41 }, (): [number, number] => [0, 0])
		layout[40] = [4, 4]
		const [bytes, id] = make(layout)
		expect([...typesNamed(read(bytes), KIND.struct, 'behind')]).toEqual([id])
	})
})

describe('bytes that mean harm', () => {
	const chain = (kind: number) => {
		const made = blob()
		made.type(kind, '', 1)
		return read(made.bytes())
	}

	test('types that lead to themselves', () => {
		expect(plainType(chain(KIND.typedef), 1)).toBeUndefined()
		expect(plainType(chain(KIND.const), 1)).toBeUndefined()
		expect(pointee(chain(KIND.pointer), 1)).toBe(1)
		const made = blob()
		const array = made.type(KIND.array, '', 0, [1, 1, 0xffff_ffff])
		expect(sizeOf(read(made.bytes()), array)).toBeUndefined()
	})

	test('anonymous structs that hold themselves, many times over', () => {
		const made = blob()
		const id = made.struct(
			'',
			8,
			[...Array(500).keys()].map(() => ({ type: 1, bit: 0 })),
		)
		expect(memberOf(read(made.bytes()), id, 'wanted')).toBeUndefined()
	})

	test('a blob that is cut, at every byte', () => {
		const whole = fixture('nf_conntrack-6.1')
		const base = read(fixture('vmlinux-6.1'))
		for (let length = 0; length < whole.length; length++) {
			expect(isProblem(readBtf(whole.subarray(0, length), base))).toBe(true)
		}
	})

	test('any bytes at all, and a real blob with some of them changed', () => {
		const whole = fixture('nf_conntrack-6.12')
		const base = read(fixture('vmlinux-6.12'))
		const ask = (bytes: Uint8Array) => {
			const btf = readBtf(bytes, base)
			if (isProblem(btf)) return
			for (const name of ['nf_ct_l4proto_log_invalid', 'nf_conntrack_tcp_packet', 'nf_ct_delete']) {
				for (const { type } of prototypeOf(btf, name)?.parameters ?? []) {
					structBehind(btf, type)
					memberOf(btf, pointee(btf, type) ?? 0, 'proto.tcp.seen[1].td_scale')
					sizeOf(btf, type)
				}
			}
			for (let id = base.count; id < btf.count + 2; id++) nameAt(btf, typeOf(btf, id)?.name ?? id)
		}
		fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), ask))
		const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
		fc.assert(
			fc.property(change, (changes) => {
				const bytes = Uint8Array.from(whole)
				for (const [at, value] of changes) bytes[at] = value
				ask(bytes)
			}),
			{ numRuns: 500 },
		)
	})
})
