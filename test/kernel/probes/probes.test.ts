import { describe, expect, test } from 'vitest'
import { isProblem, KIND, readBtf } from '../../../src/kernel/btf/btf.ts'
import { endedReader } from '../../../src/kernel/probes/ended.ts'
import {
	definitionOf,
	endOf,
	endProbes,
	invalidProbes,
	type Probe,
	reasonProbes,
	reasonProbesWithoutTypes,
	removalOf,
} from '../../../src/kernel/probes/probes.ts'
import { blob } from '../btf/blob.ts'
import { btfOf, eventOf, KERNELS, materialOf, OPTIONS, type Release } from './material.ts'

const GROUP = 'ctscope_1a2b3c'
const text = (probe: Probe) => definitionOf(probe, GROUP, OPTIONS)

function allOf(release: Release): Probe[] {
	const btf = btfOf(release)
	return [
		...reasonProbes(btf, OPTIONS),
		...invalidProbes(btf, OPTIONS).flat(),
		...endProbes(btf, OPTIONS),
		...reasonProbesWithoutTypes(OPTIONS),
	]
}

describe.each(KERNELS)('%s', (release) => {
	test('what the kernel puts up with (kernel/trace/trace_probe.h)', () => {
		for (const probe of allOf(release)) {
			// WRITE_BUFSIZE, MAX_ARGSTR_LEN, MAX_ARRAY_LEN, MAX_TRACE_ARGS, MAX_ARG_NAME_LEN.
			expect(text(probe).length).toBeLessThan(4_096)
			expect(probe.layout.fields.length).toBeLessThan(128)
			const names = probe.layout.fields.map(({ name }) => name)
			expect(new Set(names).size).toBe(names.length)
			for (const { name, fetch, count } of probe.layout.fields) {
				expect(fetch.length).toBeLessThan(64)
				expect(count ?? 1).toBeLessThanOrEqual(64)
				expect(name).toMatch(/^[a-z]\w{0,30}$/)
			}
		}
	})

	test('each probe once, and what removes it', () => {
		const names = (probes: readonly Probe[]) => probes.map((probe) => [probe.name, probe.isOnEveryPacket])
		expect(names(reasonProbes(btfOf(release), OPTIONS))).toEqual([
			['ct', false],
			['ct_inner', false],
			['l4', false],
			['helper', false],
		])
		expect(
			invalidProbes(btfOf(release), OPTIONS).map((set) => set.map(({ name, file }) => `${name} ${file}`)),
		).toEqual([
			['in dynamic_events'],
			['in kprobe_events'],
			['tcp', 'icmp', 'icmp6', 'err4', 'err6'].flatMap((name) => [
				`${name} kprobe_events`,
				`${name}_ret kprobe_events`,
			]),
		])
		expect(removalOf({ name: 'ct' }, GROUP)).toBe('-:ctscope_1a2b3c/ct')
	})
})

describe('definitions', () => {
	test('of 6.1', () => {
		const byName = new Map(allOf('6.1').map((probe) => [`${probe.kind} ${probe.name}`, text(probe)]))
		expect(byName.get('p end')).toBe(
			'p:ctscope_1a2b3c/end nf_ct_delete portid=$arg2:u32 net=+144(+136($arg1)):u32 timeout=+8($arg1):u32 ' +
				'status=+128($arg1):x64 tuple=+32($arg1):x64[5] tcp=+184($arg1):x64[8] from=$stack0:symbol z=\\0x5eed1234:x32',
		)
		expect(byName.get('r tcp_ret')).toBe(
			'r:ctscope_1a2b3c/tcp_ret nf_conntrack_tcp_packet ret=$retval:s32 z=\\0x5eed1234:x32',
		)
		expect(byName.get('f in')).toMatch(
			/^f:ctscope_1a2b3c\/in nf_conntrack_in%return ret=\$retval:s32 nfct=\+104\(\$arg1\):x64 net=\+144\(\+32\(\$arg2\)\):u32 hook=\+0\(\$arg2\):u8 /,
		)
	})

	test('offsets are those of the kernel', () => {
		const told = (release: Release) => reasonProbes(btfOf(release), OPTIONS)[0]?.layout.text ?? ''
		expect(told('6.1')).toContain(' net=+144(+32($arg3)):u32 ')
		expect(told('6.12')).toContain(' net=+136(+32($arg3)):u32 ')
		expect(told('6.1')).toContain(' in=+0(+8($arg3)):string ')
		expect(told('6.12')).toContain(' in=+304(+8($arg3)):string ')
	})

	test('filters', () => {
		const filters = Object.fromEntries(allOf('6.12').map(({ name, filter }) => [name, filter]))
		expect(filters).toMatchObject({
			helper: null,
			in: 'ret == 1 && nfct == 0',
			tcp: '!(status & 8)',
			tcp_ret: 'ret == -1',
			icmp: null,
		})
		expect(reasonProbes(btfOf('6.12'), OPTIONS).find(({ name }) => name === 'l4')?.filter).toBe(
			'fmt != "%pV"',
		)
	})

	test('only arguments that the architecture can name', () => {
		const names = (architecture: string) =>
			reasonProbes(btfOf('6.12'), { ...OPTIONS, architecture })[0]
				?.layout.fields.map(({ name }) => name)
				.filter((name) => /^a\d/.test(name))
		expect(names('x64')).toEqual(['a5', 'a6', 'a7', 'a8', 'a9'])
		expect(names('arm64')).toEqual(['a5', 'a6', 'a7', 'a8'])
		expect(names('mips')).toEqual([])
		expect(reasonProbesWithoutTypes({ ...OPTIONS, architecture: 'mips' })).toEqual([])
	})

	test('an end of 32 bits', () => {
		expect(endOf({ secret: -1 })).toBe(' z=0xffffffff')
	})
})

/** Before 5.14 the log functions were told neither the hook nor the state. */
test('arguments are found by their types, wherever they are', () => {
	const made = blob()
	const u32 = made.int('unsigned int', 4)
	const u8 = made.int('unsigned char', 1)
	made.int('long unsigned int', 8)
	const net = made.struct('net', 8, [
		{ name: 'ns', type: made.struct('ns_common', 8, [{ name: 'inum', type: u32, bit: 32 }]), bit: 64 },
	])
	const skb = made.struct('sk_buff', 16, [
		{ name: 'len', type: u32, bit: 0 },
		{ name: 'data', type: made.pointer(u8), bit: 64 },
	])
	const format = made.pointer(u8)
	const prototype = made.prototype(0, [
		['skb', made.pointer(made.type(KIND.const, '', skb))],
		['net', made.pointer(net)],
		['pf', u32],
		['protonum', u8],
		['fmt', format],
		['', 0],
	])
	made.type(KIND.function, 'nf_l4proto_log_invalid', prototype)
	const btf = readBtf(made.bytes())
	if (isProblem(btf)) throw new Error(btf.problem)
	const [probe, ...more] = reasonProbes(btf, OPTIONS)
	expect(more).toEqual([])
	expect(probe?.layout.text).toMatch(
		/^prot=\$arg4:u8 p6=\+0\(\$arg6\):x64\[2\] p7=\+0\(\$arg7\):x64\[2\] net=\+12\(\$arg2\):u32 len=\+0\(\$arg1\):u32 mac=-16\(\+8\(\$arg1\)\):x64\[2\] hdr=\+0\(\+8\(\$arg1\)\):x64\[20\] a6=\$arg6:x64 .*fmt=\+0\(\$arg5\):string t6=/,
	)
	expect(invalidProbes(btf, OPTIONS)).toEqual([])
	expect(endProbes(btf, OPTIONS)).toEqual([])
})

describe('who ends an entry', () => {
	test.each(KERNELS)('%s: conntrack, time, and conntrack again', (release) => {
		const [probe] = endProbes(btfOf(release), OPTIONS)
		if (probe === undefined) throw new Error('no probe')
		const read = endedReader(probe)
		const ended = materialOf(release).ends.map((one) => read(...eventOf(one, probe)))
		expect(ended).toHaveLength(30)
		expect(ended[0]).toMatchObject({
			netns: 4026532184,
			task: 'conntrack',
			caller: 'ctnetlink_del_conntrack',
			tuple: { family: 2, protocol: 6, destinationPort: 80 },
		})
		expect(ended[0]?.portId).not.toBe(0)
		const timedOut = ended.filter((one) => one?.portId === 0)
		expect(timedOut).toMatchObject([
			{ caller: 'nf_ct_gc_expired', task: 'python3', state: null, tuple: { protocol: 1 } },
		])
		expect(ended.map((one) => one?.state)).toEqual(
			expect.arrayContaining(['ESTABLISHED', 'TIME_WAIT', 'SYN_SENT2']),
		)
		const states = ended.filter((one) => one?.tuple.protocol === 6).map((one) => one?.state)
		expect(states.every((state) => typeof state === 'string' && state !== 'NONE')).toBe(true)
		expect(ended.some((one) => one?.hadReply === true && one.isAssured)).toBe(true)
	})
})
