import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	NOBODY,
	type SeenPacket,
	WHO_LIMITS,
	type Who,
	whoWith,
	within,
} from '../../../src/investigation/who/tally.ts'
import { parsePacketLine } from '../../../src/kernel/packet/packet-line.ts'
import { GROUPINGS } from '../../../src/model/grouping.ts'

const packet = (source: string, target: string, port: number, into = 'eth0') =>
	parsePacketLine(
		`nf_ct_proto_6: bad checksum IN=${into} OUT= SRC=${source} DST=${target} LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=4000 DPT=${port} SEQ=1 ACK=2 WINDOW=5 RES=0x00 SYN URGP=0 `,
	)?.packet

const seen = (source: string, target: string, port: number, isSilent = false): SeenPacket => ({
	packet: packet(source, target, port),
	what: 'TCP bad checksum',
	isSilent,
	netns: 'own',
})

const anyPacket = fc
	.record({
		source: fc.integer({ min: 0, max: 40 }),
		target: fc.integer({ min: 0, max: 9 }),
		port: fc.integer({ min: 1, max: 9 }),
		isSilent: fc.boolean(),
		isCut: fc.boolean(),
		netns: fc.constantFrom('', 'own'),
	})
	.map(
		({ source, target, port, isSilent, isCut, netns }): SeenPacket => ({
			packet: isCut ? undefined : packet(`10.0.${source}.7`, `192.0.2.${target}`, port),
			what: 'TCP bad checksum',
			isSilent,
			netns,
		}),
	)

const SMALL = { groups: 5, distinct: 3, kept: 20, reasons: 2, flows: 2 }

const sumOf = (who: Who, by: (typeof GROUPINGS)[number]) =>
	who[by].groups.reduce((sum, { count }) => sum + count, 0) + who[by].beyond.count

describe('packets by who they are of', () => {
	test('a scan is one row with its targets and ports', () => {
		const scan = Array.from({ length: 254 }, (_, index) => seen('10.0.3.7', `192.0.2.${index + 1}`, 22))
		const who = whoWith(NOBODY, [...scan, seen('10.0.3.8', '192.0.2.1', 80)], 10)
		const [first, second] = who.source.groups
		expect(first).toMatchObject({ key: '10.0.3.7', count: 254 })
		expect(first?.targets.values.size).toBe(254)
		expect(first?.ports).toEqual({ values: new Set(['TCP 22']), isMore: false })
		expect(second).toMatchObject({ key: '10.0.3.8', count: 1 })
		expect(who['source-prefix'].groups.map(({ key, count }) => [key, count])).toEqual([['10.0.3.0/24', 255]])
		expect(who.port.groups.map(({ key }) => key)).toEqual(['TCP 22', 'TCP 80'])
	})

	test('more targets than are kept apart: at least so many', () => {
		const many = Array.from({ length: WHO_LIMITS.distinct + 5 }, (_, index) =>
			seen('10.0.3.7', `192.0.${index >> 8}.${index & 255}`, 22),
		)
		const { targets } = whoWith(NOBODY, many, 10).source.groups[0] ?? {}
		expect(targets?.values.size).toBe(WHO_LIMITS.distinct)
		expect(targets?.isMore).toBe(true)
	})

	test('who becomes frequent late is seen, whoever was there before', () => {
		const early = Array.from({ length: 300 }, (_, index) =>
			seen(`10.1.${index >> 8}.${index & 255}`, '192.0.2.1', 1),
		)
		const before = whoWith(NOBODY, early, 10)
		expect(before.source.groups).toHaveLength(WHO_LIMITS.groups)
		const late = whoWith(before, [seen('10.9.9.9', '192.0.2.1', 1), seen('10.9.9.9', '192.0.2.2', 1)], 20)
		expect(late.source.groups[0]).toMatchObject({ key: '10.9.9.9', count: 2 })
		expect(sumOf(late, 'source')).toBe(302)
	})

	test('whatever comes: bounded, nothing is lost, and nobody has more than came', () => {
		fc.assert(
			fc.property(fc.array(fc.array(anyPacket, { maxLength: 30 }), { maxLength: 8 }), (batches) => {
				let who = NOBODY
				let at = 0
				for (const batch of batches) who = whoWith(who, batch, ++at, SMALL)
				const all = batches.flat()
				for (const by of GROUPINGS) {
					const { groups, kept } = who[by]
					expect(sumOf(who, by)).toBe(all.length)
					expect(groups.length).toBeLessThanOrEqual(SMALL.groups)
					const values = groups.flatMap(({ sources, targets, ports }) =>
						[sources, targets, ports].map((one) => one.values.size),
					)
					expect(kept).toBe(values.reduce((sum, size) => sum + size, 0))
					expect(kept).toBeLessThanOrEqual(SMALL.kept)
					for (const group of groups) {
						expect(group.silent).toBeLessThanOrEqual(group.count)
						for (const tops of [group.reasons, group.flows]) {
							const counts = [...tops.counts.values()]
							expect(counts.reduce((sum, count) => sum + count, tops.others)).toBe(group.count)
						}
						for (const one of [group.sources, group.targets, group.ports])
							expect(one.values.size).toBeLessThanOrEqual(SMALL.distinct)
					}
				}
				const unknown = who.namespace.groups.find(({ key }) => key === '')?.count ?? 0
				expect(unknown).toBe(all.filter(({ netns }) => netns === '').length)
			}),
		)
	})

	test('an account has them all, however many it has: what came last is cut, what nobody saw is the rest', () => {
		fc.assert(
			fc.property(
				fc.array(fc.array(anyPacket, { maxLength: 20 }), { maxLength: 5 }),
				fc.nat(60),
				fc.nat(60),
				(batches, told, silent) => {
					let who = NOBODY
					let at = 0
					for (const batch of batches) who = whoWith(who, batch, ++at, SMALL)
					const silentSeen = batches.flat().filter(({ isSilent }) => isSilent).length
					const toldSeen = batches.flat().length - silentSeen
					for (const by of GROUPINGS) {
						const { groups, beyond, rest } = within(who[by], { told, silent })
						const sum = groups.reduce((all, { count }) => all + count, 0) + beyond
						expect(sum + rest).toBe(told + silent)
						expect(rest).toBe(Math.max(0, told - toldSeen) + Math.max(0, silent - silentSeen))
						expect(beyond).toBeGreaterThanOrEqual(0)
						for (const { count } of groups) expect(count).toBeGreaterThan(0)
					}
				},
			),
		)
		const who = whoWith(
			whoWith(NOBODY, [seen('10.0.0.1', '192.0.2.1', 1, true)], 1),
			[seen('10.0.0.2', '192.0.2.1', 1, true)],
			2,
		)
		expect(within(who.source, { told: 0, silent: 1 }).groups.map(({ key }) => key)).toEqual(['10.0.0.1'])
	})
})
