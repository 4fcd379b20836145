import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FillInput, fillOf, isAtMax, isPressed } from '../../../src/investigation/table/fill.ts'
import {
	fillBanner,
	fillEvidence,
	fillSays,
	holderLines,
	roomRemedies,
} from '../../../src/investigation/table/fill-words.ts'
import { ONE_SOURCE } from '../../ui/full.ts'

const fill = (rest: Partial<FillInput> = {}) =>
	fillOf({
		count: 300,
		levels: [],
		max: 300,
		initial: true,
		rates: {},
		since: {},
		seconds: 10,
		...rest,
	})

describe('how full a table is', () => {
	test.each<[string, Partial<FillInput>, string]>([
		['at the limit, and drop moves', { rates: { drop: 2.4 } }, 'dropping'],
		['some entries ended since', { count: 290, levels: [299, 290], rates: { drop: 2.4 } }, 'dropping'],
		['at the limit, early_drop moves', { rates: { early_drop: 3 } }, 'evicting'],
		['both move: what is dropped comes first', { rates: { drop: 1, early_drop: 3 } }, 'dropping'],
		['at the limit, and nothing moves', {}, 'full'],
		['drop has moved in the life of the namespace', { since: { drop: 900 } }, 'full'],
		['96 %', { count: 288 }, 'nearly-full'],
		['it was full a moment ago', { count: 200, levels: [300, 200] }, 'roomy'],
		['80 %', { count: 240 }, 'filling'],
		['10 %', { count: 30 }, 'roomy'],
		['10 %, and drop moves: for another reason', { count: 30, rates: { drop: 9 } }, 'roomy'],
		['clashes drop too, and tell nothing of room', { rates: { drop: 4, insert_failed: 4 } }, 'full'],
		['more dropped than clashed', { rates: { drop: 5, insert_failed: 4 } }, 'dropping'],
		[
			'chains that are too long are no clashes',
			{ rates: { drop: 4, insert_failed: 4, chaintoolong: 4 } },
			'dropping',
		],
		['no limit', { max: 0, rates: { drop: 3 } }, 'roomy'],
		['a limit that cannot be read', { max: null, rates: { drop: 3 } }, 'roomy'],
	])('%s', (_name, input, fullness) => {
		expect(fill(input).fullness).toBe(fullness)
	})

	test('nothing but a loss of now near the limit is called one', () => {
		const rate = fc.double({ min: 0, max: 100, noNaN: true })
		fc.assert(
			fc.property(
				fc.nat(400),
				fc.array(fc.nat(400), { maxLength: 5 }),
				fc.option(fc.nat(400), { nil: null }),
				fc.record({ drop: rate, early_drop: rate, insert_failed: rate, chaintoolong: rate }),
				(count, levels, max, rates) => {
					const one = fill({ count, levels, max, rates, since: { drop: 1000, early_drop: 1000 } })
					if (one.fullness === 'dropping') expect(one.rates.noRoom).toBeGreaterThan(0)
					if (one.fullness === 'evicting') expect(one.rates.evicted).toBeGreaterThan(0)
					if (isPressed(one)) expect(one.peak).toBeGreaterThanOrEqual((max ?? Number.NaN) * 0.95)
					if (isAtMax(one)) expect(one.peak).toBeGreaterThanOrEqual((max ?? Number.NaN) * 0.99)
					expect(fillBanner(one) === undefined).toBe(!isPressed(one))
					for (const text of [fillSays(one), ...fillEvidence(one), ...roomRemedies(one, {})])
						expect(text).not.toMatch(/undefined|NaN|Infinity/)
				},
			),
		)
	})
})

describe('what is said of it', () => {
	test.each<[string, Partial<FillInput>, string | undefined]>([
		['dropping', { rates: { drop: 2.4 } }, 'conntrack table full: new connections are dropped now, 2.4/s'],
		[
			'evicting',
			{ rates: { early_drop: 3 } },
			'conntrack table full: entries are evicted for new ones now, 3/s',
		],
		['full', {}, 'conntrack table full: 300 of 300 entries'],
		['nearly', { count: 288 }, 'conntrack table nearly full: 288 of 300 entries'],
		['filling', { count: 240 }, undefined],
	])('%s', (_name, input, banner) => {
		expect(fillBanner(fill(input))).toBe(banner)
	})

	test('where the limit is set', () => {
		const here = fill({ rates: { drop: 1 } })
		const elsewhere = fill({ rates: { drop: 1 }, initial: false })
		expect(fillEvidence(here).join('\n')).not.toMatch(/initial/)
		expect(fillEvidence(elsewhere).join('\n')).toMatch(/one value for the whole host, set in the initial/)
		expect(roomRemedies(here, {})[0]).toMatch(/^Raise the limit: sysctl -w .*nf_conntrack_max=600/)
		expect(roomRemedies(elsewhere, {})[0]).toMatch(/in the initial network namespace.*nf_conntrack_max=600/)
	})

	test('one source is dealt with before there is more room for it', () => {
		const one = fill({ holders: ONE_SOURCE })
		expect(holderLines(one)[0]).toBe('90% of the entries were opened by 10.0.9.66')
		const [first, second, third] = roomRemedies(one, { tcp_timeout_syn_sent: '120' })
		expect(first).toMatch(/10\.0\.9\.66 does, which began 90%/)
		expect(second).toMatch(/^Raise the limit/)
		expect(third).toMatch(/87% of the entries are tcp SYN_SENT.*tcp_timeout_syn_sent = 120 s/)
	})

	test('a source that has a part only comes after more room', () => {
		const holders = { ...ONE_SOURCE, sources: [{ name: '10.0.9.66', count: 80 }], prefixes: [], targets: [] }
		const [first, second] = roomRemedies(fill({ holders }), {})
		expect(first).toMatch(/^Raise the limit/)
		expect(second).toMatch(/10\.0\.9\.66 does, which began 27%/)
	})

	test('a network is named where no address of it stands out', () => {
		const sources = Array.from({ length: 5 }, (_, at) => ({ name: `10.0.9.${at}`, count: 20 }))
		const holders = { ...ONE_SOURCE, sources, prefixes: [{ name: '10.0.9.0/24', count: 280 }], targets: [] }
		expect(holderLines(fill({ holders }))[0]).toBe('93% of the entries were opened by 10.0.9.0/24')
		expect(roomRemedies(fill({ holders }), {})[0]).toMatch(/10\.0\.9\.0\/24/)
	})

	test('many sources and one service, or nothing that stands out', () => {
		const many = { ...ONE_SOURCE, sources: [], prefixes: [] }
		const service = { ...many, targets: [{ name: 'udp 10.0.3.7:53', count: 200 }] }
		expect(roomRemedies(fill({ holders: service }), {}).at(-1)).toMatch(/udp 10\.0\.3\.7:53.*notrack/)
		const none = fill({ holders: { ...many, targets: [] } })
		expect(holderLines(none)[0]).toMatch(/no address, network or service has a fifth/)
		expect(roomRemedies(none, {})).toHaveLength(1)
	})

	test('of UDP the timeout of the kind that fills it', () => {
		const udp = { ...ONE_SOURCE, kinds: [{ name: 'udp', count: 290 }] }
		const values = { udp_timeout: '30', udp_timeout_stream: '120' }
		const remedy = (unreplied: number) =>
			roomRemedies(fill({ holders: { ...udp, unreplied } }), values).at(-1)
		expect(remedy(280)).toMatch(/nf_conntrack_udp_timeout = 30 s/)
		expect(remedy(3)).toMatch(/nf_conntrack_udp_timeout_stream = 120 s/)
	})
})
