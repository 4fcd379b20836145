import { describe, expect, test } from 'vitest'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { reasonProbes, reasonProbesWithoutTypes } from '../../../src/kernel/probes/probes.ts'
import type { ToldPacket } from '../../../src/kernel/probes/told.ts'
import { btfOf, KERNELS, materialOf, OPTIONS, placeOf, tellerOf } from './material.ts'

/** The kernel log writes newlines as `\x0a`. */
const asLogged = (text: string) => text.replaceAll('\n', '\\x0a')

/** Recipes for which log_invalid is set to another protocol: the kernel says nothing, and the probe does. */
const OTHER_PROTOCOL = new Set([67, 106])

describe.each(KERNELS)('%s', (release) => {
	const material = materialOf(release)
	const tell = tellerOf(reasonProbes(btfOf(release), OPTIONS))

	test('every line is the one that the kernel itself has printed, byte for byte', () => {
		const told = [...tell(material.local), ...tell(material.told)]
		expect(told.every(({ isWhole }) => isWhole)).toBe(true)
		const texts = told.map(({ text }) => asLogged(text))
		const more = texts.filter((text) => OTHER_PROTOCOL.has(placeOf(text) ?? 0))
		expect(texts.filter((text) => !more.includes(text))).toEqual(material.kernel)
		expect(more.map((text) => text.split(' IN=')[0])).toEqual([
			'nf_ct_proto_6: invalid tcp flag combination',
			'nf_ct_proto_58: ICMPv6 checksum failed',
		])
	})

	test('the same while log_invalid is 0', () => {
		const whole = (captured: typeof material.told) =>
			tell(captured)
				.map(({ text }) => text)
				// Addresses that a format points at were not read in that run.
				.filter((text) => !text.includes('outer daddr'))
		expect(whole(material.quiet)).toEqual(whole(material.told))
	})

	test('packets are read like those of any source', () => {
		for (const { text, packet, isWhole } of tell(material.told)) {
			const line = parsePacketLine(text)
			expect(line?.kind).toBe(text.startsWith('nf_ct_proto_') ? 'conntrack' : 'helper')
			expect(line?.body).not.toBe('')
			expect(line?.packet.length).toBe(packet?.length)
			expect(isWhole).toBe(true)
		}
	})

	test('namespace, hook, entry and window ledger', () => {
		const told = tell(material.told)
		const over = told.find(({ text }) => text.includes('SEQ is over upper bound 1001002'))
		expect({ ...over, entry: over?.entry() }).toMatchObject({
			cpu: 0,
			packet: { netns: 4026532184, hook: 0, family: 2, indev: 'veth0', outdev: null, length: 41 },
			entry: {
				isConfirmed: true,
				tuple: {
					family: 2,
					protocol: 6,
					source: '10.150.18.1',
					sourcePort: 40000,
					destination: '10.150.18.2',
					destinationPort: 80,
				},
				ledger: {
					state: 'ESTABLISHED',
					original: {
						end: 1000001,
						highestEnd: 1001001,
						largestWindow: 1000,
						highestAck: 2000001,
						scale: 0,
						flags: ['ack-seen'],
					},
					reply: { end: 2000001, highestEnd: 2001001, largestWindow: 1000, scale: 0 },
					lastDirection: 'original',
					lastWindow: 1000,
				},
			},
		})
		const without = told.find(({ text }) => text.includes('invalid tcp flag combination'))
		expect(without?.entry()).toBeNull()
		expect(without?.micros).toBeGreaterThan(1_000_000)
		const six = told.find((one) => one.text.includes('SRC=fd78:') && one.entry() !== null)
		expect(six?.entry()?.tuple.source).toMatch(/^fd78:96:[0-9a-f]+::[12]$/)
		// Bytes of SCTP are no windows.
		const isTcp = (one: ToldPacket) => one.entry()?.tuple.protocol === 6
		for (const one of told) expect((one.entry()?.ledger ?? null) !== null).toBe(isTcp(one))
	})

	test('what is in pages of its own is not read from behind the packet', () => {
		const fragments = tell(material.local).find(({ packet }) => packet?.length === 3028)
		expect(fragments?.text).toContain('nf_ct_proto_17: bad checksum IN=veth0')
		const sent = materialOf(release).local.find(
			({ values }) => values.len === '3028' && values.fmt !== undefined,
		)
		if (sent === undefined) throw new Error('no packet in fragments')
		const values = { ...sent.values, dlen: '3000' }
		const [cut] = tell([{ ...sent, values }])
		expect(cut?.packet?.bytes).toHaveLength(28)
		expect(cut?.packet?.length).toBe(3028)
	})

	test('without type information: the reasons, and no packets', () => {
		const plain = tellerOf(reasonProbesWithoutTypes(OPTIONS))
		// What the format is filled with goes by other names then: all arguments from the third on.
		const captured = material.told
			.filter(({ name }) => name === 'ct')
			.map((one) => ({ ...one, values: { ...one.values, t3: '(fault)', t4: one.values.fmt ?? '' } }))
		const told = plain(captured)
		expect(told).toHaveLength(captured.length)
		expect(told.map(({ text }) => text)).toContain(
			'nf_ct_proto_?: packet (index 1) in dir 0 invalid, state CLOSE ',
		)
		expect(told.every(({ packet, entry }) => packet === null && entry() === null)).toBe(true)
	})
})

describe('a text of its own, as nf_tcp_log_invalid hands it over', () => {
	const inner = reasonProbes(btfOf('6.12'), OPTIONS).filter(({ name }) => name === 'ct_inner')
	const [real] = materialOf('6.12').told.filter(
		({ name, values }) => name === 'ct' && values.fmt?.includes('SEQ is over'),
	)
	if (real === undefined) throw new Error('no packet out of window')

	/** Two values are in registers that were saved, where the function has four parameters; else all are on the stack. */
	const told = (gp: string, vfmt: string, values: Readonly<Record<string, string>>) => {
		const texts = {
			fmt: '"%pV"',
			vfmt: `"${vfmt}"`,
			gp,
			r0: '0x0',
			r1: '0x0',
			o0: '0x0',
			o1: '0x0',
			o2: '0x0',
		}
		return tellerOf(inner)([
			{ ...real, name: 'ct_inner', values: { ...real.values, ...texts, ...values } },
		])[0]
	}

	test.each([
		[
			'48',
			'SEQ is over upper bound %u (of %d)',
			{ o0: '0xffffffff000f462a', o1: '0xffffffff' },
			'SEQ is over upper bound 1001002 (of -1)',
		],
		['32', '%u, %u, %u', { r0: '0x1', r1: '0x2', o0: '0x3' }, '1, 2, 3'],
		['48', 'in state %s', { o0: '0xffffffffc0316829', o0t: '"SYN_SENT"' }, 'in state SYN_SENT'],
	] as const)('%s saved, %s', (gp, format, values, expected) => {
		const one = told(gp, format, values)
		expect(one?.text).toMatch(/^nf_ct_proto_6: .* IN=veth0 OUT= MAC=/)
		expect(one?.text.split(' IN=')[0]).toBe(`nf_ct_proto_6: ${expected}`)
		expect(one?.isWhole).toBe(true)
	})

	test('more values than are read', () => {
		const one = told('48', '%u %u %u %u', { o0: '0x1', o1: '0x2', o2: '0x3' })
		expect(one?.text.split(' IN=')[0]).toBe('nf_ct_proto_6: 1 2 3 ?')
		expect(one?.isWhole).toBe(false)
	})

	test('on an architecture whose lists are not read the packet is told all the same', () => {
		const [ct, ...more] = reasonProbes(btfOf('6.12'), { ...OPTIONS, architecture: 'arm64' })
		expect([ct?.name, ct?.filter, more.map(({ name }) => name)]).toEqual(['ct', null, ['l4', 'helper']])
		const [one] = tellerOf(ct === undefined ? [] : [ct])([
			{ ...real, values: { ...real.values, fmt: '"%pV"' } },
		])
		expect(one).toMatchObject({ isWhole: false, packet: { length: 41 } })
		expect(one?.text).toMatch(/^nf_ct_proto_6: \? IN=veth0 /)
	})

	test('once, where log_invalid is on and nothing is known of types', () => {
		const plain = tellerOf(reasonProbesWithoutTypes(OPTIONS))
		expect(plain([{ ...real, name: 'l4', values: { t4: '"%pV"' } }])).toEqual([])
		expect(plain([{ ...real, name: 'ct', values: { t4: '"%pV"' } }])).toMatchObject([{ isWhole: false }])
	})
})
