import { describe, expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import {
	programsBefore,
	surroundingRows,
	surroundingsNotChecked,
} from '../../../src/investigation/proof/surroundings.ts'
import type { Surroundings } from '../../../src/model/surroundings.ts'
import { SURROUNDINGS } from '../../harness/samples/samples.ts'
import { sampled } from '../../ui/situations.ts'

const CARD = { name: 'eth0', checksRx: true, joinsLarge: false, overAllowance: undefined }
const reading = (change: Partial<Surroundings>, before: Partial<Surroundings> = change) => ({
	at: 30_000,
	last: { ...SURROUNDINGS, at: 30_000, ...change },
	first: { ...SURROUNDINGS, ...before },
})
const row = (name: string, state: ReturnType<typeof reading>) => {
	const found = surroundingRows(state).find((one) => one.name === name)
	return found && [found.is, found.isTelling]
}
const filter = (dropped: number | undefined, strict = ['eth0']) => ({
	reversePath: { strict, loose: [], dropped },
})

test('before it was read, nothing is said, and that is said', () => {
	expect(surroundingRows(undefined)).toEqual([])
	expect(surroundingsNotChecked(undefined)[0]).toMatch(/rp_filter.*XDP/)
	expect(programsBefore(undefined)).toBeUndefined()
})

test('a plain host has nothing to tell', () => {
	expect(surroundingRows(reading({})).filter(({ isTelling }) => isTelling)).toEqual([])
})

test('frames of bridges matter where there is a bridge', () => {
	const bridges = { ipv4: true, ipv6: false }
	expect(row('bridges', reading({ bridges, ports: [] }))?.[1]).toBe(false)
	expect(row('bridges', reading({ bridges, ports: ['p1'] }))?.[1]).toBe(true)
	expect(row('bridges', reading({ bridges, ports: undefined }))?.[1]).toBe(true)
	expect(row('bridges', reading({ bridges: { ipv4: false, ipv6: false }, ports: ['p1'] }))?.[1]).toBe(false)
})

describe('rp_filter', () => {
	test('drops now', () =>
		expect(row('rp_filter', reading(filter(50), filter(20)))).toEqual([
			'strict on eth0; it has dropped 30 packets in the last 30 s',
			true,
		]))
	test('has dropped before', () =>
		expect(row('rp_filter', reading(filter(50)))).toEqual([
			'strict on eth0; it has dropped 50 packets before, none now',
			false,
		]))
	test('what it drops now may be users; a few packets, or those of before, are none', () => {
		const causes = (change: Partial<Surroundings>, before = change) =>
			findCauses({ ...stepEvidence(sampled()), reasons: [], surroundings: reading(change, before) })
				.filter(({ id }) => id === 'reverse-path')
				.map(({ confidence }) => confidence)
		expect(causes(filter(50), filter(20))).toEqual(['medium'])
		expect(causes(filter(50), filter(20, []))).toEqual(['medium'])
		expect(causes(filter(29), filter(20))).toEqual([])
		expect(causes(filter(50))).toEqual([])
		expect(causes(filter(undefined))).toEqual([])
	})
	test('not counted', () =>
		expect(row('rp_filter', reading(filter(undefined)))).toEqual(['strict on eth0', false]))
	test('off', () => expect(row('rp_filter', reading(filter(0, [])))).toEqual(['off', false]))
	test('on many interfaces', () =>
		expect(row('rp_filter', reading(filter(0, ['a', 'b', 'c', 'd', 'e', 'f'])))?.[0]).toBe(
			'strict on a, b, c, d, 2 more',
		))
})

test('the limit of a cloud', () => {
	const over = (overAllowance: number) => ({ cards: [{ ...CARD, overAllowance }] })
	expect(row('network cards', reading(over(12), over(2)))).toEqual([
		'eth0: rx checksum offload on, the cloud has dropped 10 packets over its limit of tracked connections in the last 30 s',
		true,
	])
	expect(row('network cards', reading(over(0)))?.[1]).toBe(false)
})

test('what a cloud drops over its limit now is a cause; what it dropped before is none', () => {
	const over = (overAllowance: number | undefined) => ({ cards: [{ ...CARD, overAllowance }] })
	const causes = (now: number, before: number | undefined) =>
		findCauses({ ...stepEvidence(sampled()), reasons: [], surroundings: reading(over(now), over(before)) })
			.filter(({ id }) => id === 'cloud-limit')
			.map(({ confidence }) => confidence)
	expect(causes(60, 20)).toEqual(['high'])
	expect(causes(60, 60)).toEqual([])
	expect(causes(60, 55)).toEqual([])
	expect(causes(60, undefined)).toEqual([])
})

test('programs that see packets before conntrack', () => {
	expect(programsBefore(reading({}))).toEqual([])
	expect(programsBefore(reading({ xdp: ['eth0'], ingress: ['eth1'] }))).toEqual([
		'XDP programs on eth0',
		'tc filters on eth1',
	])
	expect(programsBefore(reading({ xdp: undefined }))).toBeUndefined()
	expect(programsBefore(reading({ ingress: undefined }))).toBeUndefined()
	const before = (change: Partial<Surroundings>) => row('before conntrack', reading(change))?.[0]
	expect(before({})).toBe('no XDP program; no tc filter')
	expect(before({ ingress: undefined })).toBe('no XDP program')
	expect(before({ xdp: undefined, ingress: ['eth1'] })).toBe('tc filters on eth1')
	expect(before({ xdp: undefined, ingress: undefined })).toBeUndefined()
})

test('names of interfaces go to the terminal with nothing that it would obey', () => {
	const state = reading({
		xdp: ['e\u001b[2J'],
		...filter(0, ['a\u001b[2J']),
		cards: [{ ...CARD, name: '\u0007' }],
	})
	for (const { is } of surroundingRows(state)) expect(is).not.toMatch(/\p{Cc}/u)
})
