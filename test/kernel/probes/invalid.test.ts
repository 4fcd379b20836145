import { describe, expect, test } from 'vitest'
import { createInvalidReader, type InvalidPacket } from '../../../src/kernel/probes/invalid.ts'
import { invalidProbes, type Probe, reasonProbes } from '../../../src/kernel/probes/probes.ts'
import { RECIPES } from '../../harness/crafted/recipes/recipes.ts'
import { btfOf, type Captured, eventOf, materialOf, OPTIONS, placeOf, type Release } from './material.ts'

/** The way that this kernel accepts: 6.1 knows no arguments at the end of a function. */
function probesOf(release: Release): { invalid: Probe[]; reasons: Probe[] } {
	const btf = btfOf(release)
	const invalid = invalidProbes(btf, OPTIONS).at(release === '6.1' ? -1 : 0) ?? []
	return { invalid, reasons: reasonProbes(btf, OPTIONS) }
}

function seenBy(release: Release, captured: readonly Captured[]): InvalidPacket[] {
	const { invalid, reasons } = probesOf(release)
	const reader = createInvalidReader(invalid, reasons)
	const byName = new Map([...invalid, ...reasons].map((probe) => [probe.name as string, probe]))
	return captured.flatMap((one) => {
		const probe = byName.get(one.name)
		if (probe === undefined) return []
		return reader.read(...eventOf(one, probe)) ?? []
	})
}

const placesOf = (packets: readonly InvalidPacket[]) =>
	new Set(packets.flatMap(({ packet }) => placeOf(packet.text) ?? []))

const recipesOf = (kind: string, protocols?: readonly string[]) =>
	RECIPES.flatMap((recipe, index) => {
		const isOf = protocols === undefined || protocols.some((name) => recipe.name.startsWith(name))
		return recipe.kind === kind && isOf ? [index + 1] : []
	})

describe('6.12: the end of nf_conntrack_in', () => {
	const seen = seenBy('6.12', materialOf('6.12').quiet)

	test('every INVALID packet once, told or silent', () => {
		// The host's own answers have addresses of the recipe too.
		const silent = seen.filter(({ isTold, packet }) => !isTold && packet.indev !== null)
		// Those two are silent because log_invalid is set to another protocol; the probe is not.
		const expected = recipesOf('silent').filter((place) => place !== 67 && place !== 106)
		expect([...placesOf(silent)].toSorted((a, b) => a - b)).toEqual(expected)
		expect(recipesOf('invalid').filter((place) => !placesOf(seen).has(place))).toEqual([])
	})

	test('where it is', () => {
		expect(seen[0]).toMatchObject({
			cpu: 0,
			isTold: true,
			packet: { netns: 4026532184, hook: 0, family: 2, indev: 'veth0', outdev: null, length: 40 },
		})
	})
})

describe('6.1: beginning and end of each protocol', () => {
	const captured = materialOf('6.1').quiet
	const seen = seenBy('6.1', captured)

	const textsOf = (packets: readonly InvalidPacket[], form: RegExp) =>
		packets.map(({ packet }) => packet.text).filter((text) => form.test(text))

	test('the packets of TCP that 6.12 calls INVALID, if they have ports', () => {
		const newer = seenBy('6.12', materialOf('6.12').quiet)
		const form = / PROTO=TCP (?!INCOMPLETE \[3 bytes\])/
		expect(new Set(textsOf(seen, form))).toEqual(new Set(textsOf(newer, form)))
		expect(textsOf(seen, form).length).toBeGreaterThan(50)
	})

	test('answers of ICMP that nobody has asked for', () => {
		const silent = seen.filter(({ isTold }) => !isTold)
		expect([...placesOf(silent)]).toEqual(expect.arrayContaining([98, 99, 103]))
	})

	test('a packet that is told is none that is silent', () => {
		const [told, silent] = [true, false].map((is) => seen.filter(({ isTold }) => isTold === is))
		expect(told?.length).toBeGreaterThan(30)
		const both = new Set((told ?? []).map(({ packet }) => packet.text))
		expect(silent?.filter(({ packet }) => both.has(packet.text))).toEqual([])
	})

	test('an end without a beginning says nothing', () => {
		const ends = captured.filter(({ name }) => name.endsWith('_ret'))
		expect(seenBy('6.1', ends)).toEqual([])
	})

	test('a beginning on another CPU, in another context, of long ago, or lost in between', () => {
		const begun = captured.find(({ name }) => name === 'tcp')
		const ended = captured.find(({ name }) => name === 'tcp_ret')
		if (begun === undefined || ended === undefined) throw new Error('no pair')
		const at = (one: Captured, task: string, cpu: string, flags: string, seconds: string): Captured => ({
			...one,
			head: `${task.padStart(16)}-7       [${cpu}] ${flags}    ${seconds}`,
		})
		const first = at(begun, 'a', '000', '..s1.', '1.000000')
		expect(seenBy('6.1', [first, at(ended, 'a', '000', '..s1.', '1.000100')])).toHaveLength(1)
		expect(seenBy('6.1', [first, at(ended, 'a', '001', '..s1.', '1.000100')])).toEqual([])
		expect(seenBy('6.1', [first, at(ended, 'a', '000', '.....', '1.000100')])).toEqual([])
		expect(seenBy('6.1', [first, at(ended, 'a', '000', '..s1.', '1.020000')])).toEqual([])
		const { invalid, reasons } = probesOf('6.1')
		const reader = createInvalidReader(invalid, reasons)
		const read = (one: Captured) => {
			const probe = invalid.find(({ name }) => name === one.name)
			return probe === undefined ? undefined : reader.read(...eventOf(one, probe))
		}
		read(first)
		reader.lost(0)
		expect(read(at(ended, 'a', '000', '..s1.', '1.000100'))).toBeUndefined()
	})

	test('a packet of the host itself, and one in a soft interrupt meanwhile', () => {
		const [one, other] = captured.filter(({ name }) => name === 'tcp')
		const ended = captured.find(({ name }) => name === 'tcp_ret')
		if (one === undefined || other === undefined || ended === undefined) throw new Error('no pair')
		const at = (captured: Captured, flags: string, micros: number): Captured => ({
			...captured,
			head: `               a-7       [000] ${flags}     1.${String(micros).padStart(6, '0')}`,
		})
		const found = seenBy('6.1', [
			at(one, '.....', 1),
			at(other, '..s1.', 2),
			at(ended, '..s1.', 3),
			at(ended, '.....', 4),
		])
		expect(found.map(({ micros }) => micros)).toEqual([1_000_003, 1_000_004])
		const [first, second] = [other, one].map(({ values }) => values.hdr)
		expect(first).not.toBe(second)
		expect(found[0]?.packet.text).not.toBe(found[1]?.packet.text)
	})
})
