import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type SiteLines, toldOf } from '../../../src/investigation/accounting/accounting.ts'
import { SITE_TEXTS } from '../../../src/reasons/printk/printk-sites.ts'

const TCP: SiteLines = { explains: ['silent-tcp-new'], count: 7 }
const ICMP: SiteLines = { explains: ['silent-icmp-reply'], count: 3 }
const QUOTED: SiteLines = { explains: ['silent-icmp-error'], count: 4 }
const HEADER = ['silent-header', 'silent-icmp-error']
const TUPLE = ['silent-tcp-short', 'silent-gre']
const ROOM = { invalid: 100, error: 100 }

describe('silent packets that call sites speak of', () => {
	test.each<[string, readonly SiteLines[], { invalid: number; error: number }, number]>([
		['nothing printed', [], ROOM, 0],
		['one site', [TCP], ROOM, 7],
		['never more than are silent', [TCP], { invalid: 5, error: 9 }, 5],
		['two paths are two sorts of packets', [TCP, ICMP], ROOM, 10],
		['two sites of one path may print for one packet', [TCP, { ...TCP, count: 9 }], ROOM, 9],
		['in any order', [{ ...TCP, count: 9 }, TCP], ROOM, 9],
		['each counter for itself', [TCP, QUOTED], { invalid: 7, error: 0 }, 7],
		['and the other one', [TCP, QUOTED], { invalid: 0, error: 9 }, 4],
		['a site that leaves open which path it was', [{ explains: TUPLE, count: 6 }], ROOM, 6],
		[
			'has counted the packets of a site of one of them already',
			[
				{ explains: TUPLE, count: 6 },
				{ explains: ['silent-gre'], count: 4 },
			],
			ROOM,
			6,
		],
		['may be of either counter', [{ explains: HEADER, count: 6 }], { invalid: 0, error: 9 }, 6],
		['and of both', [{ explains: HEADER, count: 6 }], { invalid: 2, error: 3 }, 5],
		['a path that nobody knows', [{ explains: ['silent-later'], count: 6 }], ROOM, 6],
		['a site that counts no packets', [{ explains: [], count: 6 }], ROOM, 0],
	])('%s', (_, sites, gap, told) => expect(toldOf(sites, gap, false)).toBe(told))

	test('where error is a part of invalid', () =>
		expect(toldOf([QUOTED], { invalid: 9, error: 0 }, true)).toBe(4))

	test('whatever was printed: never more than the gap, never more than all lines, never less by more lines', () => {
		const explains = fc.constantFrom(
			...SITE_TEXTS.flatMap(({ explains: paths = [] }) => (paths.length === 0 ? [] : [paths])),
		)
		const sites = fc.array(fc.record({ explains, count: fc.nat(50) }), { maxLength: 8 })
		const gap = fc.record({ invalid: fc.nat(60), error: fc.nat(60) })
		fc.assert(
			fc.property(sites, gap, (given, room) => {
				const told = toldOf(given, room, false)
				expect(told).toBeLessThanOrEqual(room.invalid + room.error)
				expect(told).toBeLessThanOrEqual(given.reduce((sum, { count }) => sum + count, 0))
				expect(told).toBeGreaterThanOrEqual(0)
				const more = given.map((one) => ({ ...one, count: one.count + 1 }))
				expect(toldOf(more, room, false)).toBeGreaterThanOrEqual(told)
			}),
			{ numRuns: 1_000 },
		)
	})
})
