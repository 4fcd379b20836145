import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	type AccountingInput,
	account,
	errorIsWithin,
} from '../../../src/investigation/accounting/accounting.ts'

const NO_LINES = {
	invalid: 0,
	accepted: 0,
	dropped: 0,
	'second-line': 0,
	depends: 0,
	unknown: 0,
	icmp: 0,
	answers: 0,
	again: 0,
}

type Given = Partial<Omit<AccountingInput, 'counted' | 'lines' | 'lost'>> & {
	readonly counted?: Partial<AccountingInput['counted']>
	readonly lines?: Partial<AccountingInput['lines']>
	readonly lost?: Partial<AccountingInput['lost']>
}

const input = ({ counted, lines, lost, ...rest }: Given): AccountingInput => ({
	counted: { invalid: 0, error: 0, drop: 0, ...counted },
	lines: { ...NO_LINES, ...lines },
	lost: { ring: 0, socket: 0, ...lost },
	source: 'kmsg',
	asked: '255',
	shared: false,
	...rest,
})

test.each<[string, Given, object, string]>([
	['nothing', {}, { counted: 0, explained: 0, silent: 0, lost: 0 }, 'counted 0: no packet was INVALID'],
	[
		'lines that came before the next look at the counters',
		{ lines: { invalid: 32 } },
		{ counted: 0, explained: 0, aside: { ahead: 32 } },
		'counted 0 so far; 32 not counted yet',
	],
	[
		'explained and silent',
		{ counted: { invalid: 1234 }, lines: { invalid: 1180 } },
		{ counted: 1234, explained: 1180, silent: 54, lost: 0 },
		'counted 1 234 = explained 1 180 + silent 54 + lost 0',
	],
	[
		'silent packets with a name',
		{ counted: { invalid: 20 }, lines: { invalid: 12 }, named: { invalid: 6, error: 0 } },
		{ counted: 20, explained: 12, named: 6, silent: 2, lost: 0, unexplained: { invalid: 2, error: 0 } },
		'counted 20 = explained 12 + named 6 + silent 2 + lost 0',
	],
	[
		'never more names than packets without a log line, counter by counter',
		{ counted: { invalid: 20, error: 3 }, lines: { invalid: 18 }, named: { invalid: 6, error: 1 } },
		{ counted: 23, explained: 18, named: 3, silent: 2, unexplained: { invalid: 0, error: 2 } },
		'counted 23 = explained 18 + named 3 + silent 2 + lost 0',
	],
	[
		'lines of other namespaces take no place of what was seen here',
		{ counted: { invalid: 20 }, lines: { invalid: 18 }, named: { invalid: 6, error: 0 }, shared: true },
		{ counted: 20, explained: 14, named: 6, silent: 0, aside: { foreign: 4 } },
		'counted 20 = explained 14 + named 6 + silent 0 + lost 0',
	],
	[
		'one counter for both on kernels up to 5.0',
		{ counted: { invalid: 4, error: 4 }, named: { invalid: 1, error: 2 }, errorWithin: true },
		{ counted: 4, named: 3, silent: 1, unexplained: { invalid: 1, error: 0 } },
		'counted 4 = explained 0 + named 3 + silent 1 + lost 0',
	],
	[
		'what has a name was not lost, and what was lost may have been a copy',
		{
			counted: { invalid: 10 },
			lines: { invalid: 3 },
			named: { invalid: 4, error: 0 },
			lost: { socket: 3 },
			source: 'nflog',
		},
		{ explained: 3, named: 4, silent: 0, silentAtMost: 3, lost: 3, lostIsUpperBound: true },
		'counted 10 = explained 3 + named 4 + silent 0 to 3 + lost up to 3',
	],
	[
		'a call site may speak of a packet that has a name',
		{
			counted: { invalid: 20 },
			lines: { invalid: 12 },
			named: { invalid: 5, error: 0 },
			printed: [{ explains: ['silent-tcp-new'], count: 7 }],
		},
		{ named: 5, silent: 3, told: 2 },
		'counted 20 = explained 12 + named 5 + silent 3 (2 by printk) + lost 0',
	],
	[
		'great numbers with a name and bounds',
		{
			counted: { invalid: 9_000_000_000 },
			lines: { invalid: 3_000_000_000, unknown: 1_000_000_000 },
			named: { invalid: 2_000_000_000, error: 0 },
			lost: { ring: 1_000_000_000 },
		},
		{ named: 2_000_000_000 },
		'counted 9000M=explained 3000M-4000M+named 2000M+silent 2000M-4000M+lost<=1000M',
	],
	[
		'call sites speak of silent packets',
		{
			counted: { invalid: 20 },
			lines: { invalid: 12 },
			printed: [{ explains: ['silent-tcp-new'], count: 7 }],
		},
		{ counted: 20, explained: 12, silent: 8, told: 7 },
		'counted 20 = explained 12 + silent 8 (7 shown by printk, likely) + lost 0',
	],
	[
		'or of those of other namespaces',
		{
			counted: { invalid: 20 },
			lines: { invalid: 12 },
			printed: [{ explains: ['silent-tcp-new'], count: 70 }],
			printedByOthers: true,
		},
		{ silent: 8, told: 8 },
		'counted 20 = explained 12 + silent 8 (at most 8 shown by printk) + lost 0',
	],
	[
		'also where the kernel is not asked',
		{
			counted: { invalid: 20 },
			asked: '0',
			printed: [{ explains: ['silent-tcp-new'], count: 7 }],
		},
		{ silent: 20, told: 7 },
		'counted 20: log_invalid is 0; 7 shown by printk, likely',
	],
	[
		'in few words where the room is short',
		{
			counted: { invalid: 1_234_567 },
			lines: { invalid: 1_134_567 },
			printed: [{ explains: ['silent-tcp-new'], count: 99_999 }],
		},
		{ silent: 100_000, told: 99_999 },
		'counted 1234k = explained 1134k + silent 100k (99k by printk) + lost 0',
	],
	[
		'what is not read yet is not silent',
		{ counted: { invalid: 500_000 }, lines: { invalid: 142_588 }, source: 'nflog', unread: 400_000 },
		{ counted: 500_000, explained: 500_000, explainedAtLeast: 142_588, silent: 0, silentAtMost: 357_412 },
		'counted 500k = explained 142k-500k + silent 0-357k + lost 0; reading on',
	],
	[
		'the ICMP checks move error',
		{ counted: { invalid: 5, error: 3 }, lines: { invalid: 7, icmp: 2 } },
		{ counted: 8, explained: 7, silent: 1, unexplained: { invalid: 0, error: 1 } },
		'counted 8 = explained 7 + silent 1 + lost 0',
	],
	[
		'a line of one counter explains nothing of the other',
		{ counted: { invalid: 5 }, lines: { invalid: 5, icmp: 5 } },
		{ counted: 5, explained: 0, silent: 5, aside: { ahead: 5 } },
		'counted 5 = explained 0 + silent 5 + lost 0; 5 not counted yet',
	],
	[
		'up to Linux 5.0 error is part of invalid',
		{ counted: { invalid: 5, error: 3 }, lines: { invalid: 5, icmp: 2 }, errorWithin: true },
		{ counted: 5, explained: 5, silent: 0 },
		'counted 5 = explained 5 + silent 0 + lost 0',
	],
	[
		'accepted lines, second lines and helpers explain nothing',
		{ counted: { invalid: 4 }, lines: { invalid: 1, accepted: 9, 'second-line': 8, dropped: 7 } },
		{
			explained: 1,
			silent: 3,
			aside: { accepted: 9, secondLines: 8, droppedByHelper: 7, answers: 0, again: 0, foreign: 0, ahead: 0 },
		},
		'counted 4 = explained 1 + silent 3 + lost 0; 9 accepted; 7 dropped by helpers',
	],
	[
		'RSTs of this host are explained, and told apart',
		{ counted: { invalid: 6 }, lines: { invalid: 6, answers: 2 } },
		{ explained: 6, silent: 0, aside: { answers: 2 } },
		'counted 6 = explained 6 + silent 0 + lost 0; 2 RST sent by this host',
	],
	[
		'lost records are an upper bound',
		{ counted: { invalid: 100 }, lines: { invalid: 50 }, lost: { ring: 10 } },
		{ explained: 50, silent: 40, lost: 10, lostIsUpperBound: true, silentAtMost: 50 },
		'counted 100 = explained 50 + silent 40 to 50 + lost up to 10',
	],
	[
		'no more can be missing than there is a gap',
		{ counted: { invalid: 100 }, lines: { invalid: 98 }, lost: { ring: 5000 } },
		{ explained: 98, silent: 0, lost: 2, lostIsUpperBound: true, silentAtMost: 2 },
		'counted 100 = explained 98 + silent 0 to 2 + lost up to 2',
	],
	[
		'lost in the socket is known exactly',
		{ source: 'nflog', counted: { invalid: 100 }, lines: { invalid: 50 }, lost: { socket: 10, ring: 99 } },
		{ silent: 40, lost: 10, lostIsUpperBound: false, silentAtMost: 40 },
		'counted 100 = explained 50 + silent 40 + lost 10',
	],
	[
		'lost in the socket while accepted lines come too',
		{
			source: 'nflog',
			counted: { invalid: 100 },
			lines: { invalid: 50, accepted: 1 },
			lost: { socket: 10 },
		},
		{ silent: 40, lost: 10, lostIsUpperBound: true, silentAtMost: 50 },
		'counted 100 = explained 50 + silent 40 to 50 + lost up to 10; 1 accepted',
	],
	[
		'what was lost while nothing was asked was no reason',
		{ asked: '0', counted: { invalid: 7 }, lost: { ring: 500 } },
		{ silent: 7, lost: 0 },
		'counted 7: log_invalid is 0, so the kernel does not say why',
	],
	[
		'it depends: a range',
		{ counted: { invalid: 50 }, lines: { invalid: 10, depends: 30, unknown: 1 } },
		{ explained: 41, explainedAtLeast: 10, silent: 9, silentAtMost: 40 },
		'counted 50 = explained 10 to 41 + silent 9 to 40 + lost 0',
	],
	[
		'it depends, and the counter says no',
		{ counted: { invalid: 10 }, lines: { invalid: 10, depends: 30 } },
		{ explained: 10, explainedAtLeast: 10, silent: 0, silentAtMost: 0 },
		'counted 10 = explained 10 + silent 0 + lost 0',
	],
	[
		'more lines than packets, other namespaces mixed in',
		{ shared: true, counted: { invalid: 10 }, lines: { invalid: 14 } },
		{ explained: 10, silent: 0, aside: { foreign: 4, ahead: 0 } },
		'counted 10 = explained 10 + silent 0 + lost 0; 4 lines of other netns',
	],
	[
		'other namespaces may be mixed in',
		{ shared: true, counted: { invalid: 10 }, lines: { invalid: 8 } },
		{ explained: 8, silent: 2, aside: { foreign: 0 } },
		'counted 10 = explained 8 + silent 2 + lost 0; other netns mixed in',
	],
	[
		'lines run ahead of the counters',
		{ counted: { invalid: 10 }, lines: { invalid: 14 } },
		{ explained: 10, silent: 0, aside: { foreign: 0, ahead: 4 } },
		'counted 10 = explained 10 + silent 0 + lost 0; 4 not counted yet',
	],
	[
		'one protocol asked for',
		{ asked: '6', counted: { invalid: 10 }, lines: { invalid: 4 } },
		{ explained: 4, silent: 6 },
		'counted 10 = explained 4 + silent 6 + lost 0; logging TCP only',
	],
	[
		'drop is no part of it',
		{ counted: { invalid: 3, drop: 40 }, lines: { invalid: 3 } },
		{ counted: 3, explained: 3 },
		'counted 3 = explained 3 + silent 0 + lost 0',
	],
])('%s', (_, given, expected, sentence) => {
	const found = account(input(given))
	expect(found).toMatchObject(expected)
	expect(found.sentence).toBe(sentence)
})

describe('for any numbers', () => {
	const number = fc.oneof(fc.nat(5), fc.nat(2000), fc.nat(4_294_967_295), fc.nat(2 ** 44))
	const anything: fc.Arbitrary<AccountingInput> = fc
		.record({
			counted: fc.record({ invalid: number, error: number, drop: number }),
			lines: fc.record({
				invalid: number,
				accepted: number,
				dropped: number,
				'second-line': number,
				depends: number,
				unknown: number,
			}),
			parts: fc.record({ icmp: fc.double({ min: 0, max: 1, noNaN: true }), answers: fc.nat(100) }),
			lost: fc.record({ ring: number, socket: number }),
			source: fc.constantFrom('kmsg' as const, 'nflog' as const),
			asked: fc.constantFrom('0', '6', '255', '99', undefined),
			shared: fc.boolean(),
			errorWithin: fc.boolean(),
			printed: fc.array(
				fc.record({
					explains: fc.constantFrom(
						['silent-tcp-new'],
						['silent-icmp-error'],
						['silent-tcp-short', 'silent-gre'],
					),
					count: number,
				}),
				{ maxLength: 4 },
			),
			printedByOthers: fc.boolean(),
			seen: fc.option(fc.record({ invalid: number, error: number }), { nil: undefined }),
		})
		.map(({ parts, lines, seen, ...rest }) => ({
			...rest,
			...(seen === undefined ? {} : { named: seen }),
			lines: {
				...lines,
				icmp: Math.floor(lines.invalid * parts.icmp),
				answers: parts.answers,
				again: parts.answers,
			},
		}))

	test('counted = explained + named + silent + lost, and every part is one', () => {
		fc.assert(
			fc.property(anything, (given) => {
				const found = account(given)
				const { counted, explained, named, silent, lost, aside } = found
				expect(explained + named + silent + lost).toBe(counted)
				expect(named).toBeLessThanOrEqual((given.named?.invalid ?? 0) + (given.named?.error ?? 0))
				expect(counted).toBe(given.counted.invalid + (given.errorWithin ? 0 : given.counted.error))
				for (const part of [explained, named, silent, lost, ...Object.values(aside)])
					expect(part).toBeGreaterThanOrEqual(0)
			}),
		)
	})

	test('bounds enclose what they bound', () => {
		fc.assert(
			fc.property(anything, (given) => {
				const { explained, explainedAtLeast, silent, silentAtMost, lost, counted, unexplained, told } =
					account(given)
				expect(explainedAtLeast).toBeLessThanOrEqual(explained)
				expect(silent).toBeLessThanOrEqual(silentAtMost)
				expect(explainedAtLeast + silentAtMost).toBeLessThanOrEqual(counted)
				expect(unexplained.invalid + unexplained.error).toBe(silent + lost)
				expect(Math.min(unexplained.invalid, unexplained.error)).toBeGreaterThanOrEqual(0)
				expect(explained).toBeLessThanOrEqual(given.lines.invalid + given.lines.depends + given.lines.unknown)
				expect(lost).toBeLessThanOrEqual(given.lost.ring + given.lost.socket)
				expect(told).toBeLessThanOrEqual(silent)
				expect(told).toBeGreaterThanOrEqual(0)
			}),
		)
	})

	test('every line about a packet is either explaining or aside', () => {
		fc.assert(
			fc.property(anything, (given) => {
				const { explainedAtLeast, aside } = account(given)
				expect(explainedAtLeast + aside.foreign + aside.ahead).toBe(given.lines.invalid)
			}),
		)
	})

	test('the sentence is one line of at most 78 columns', () => {
		fc.assert(
			fc.property(anything, (given) => /^[ -~]{1,78}$/.test(account(given).sentence)),
			{ numRuns: 2000 },
		)
	})

	test('more of a source of lines never explains less', () => {
		fc.assert(
			fc.property(anything, fc.nat(1000), (given, more) => {
				const longer = { ...given, lines: { ...given.lines, invalid: given.lines.invalid + more } }
				expect(account(longer).explained).toBeGreaterThanOrEqual(account(given).explained)
			}),
		)
	})
})

test.each([
	[['entries', 'searched', 'found'], '4.19.0-1-amd64', true],
	[['entries', 'searched', 'found'], '3.10.0-1127.el7', true],
	[['entries', 'searched', 'found'], '5.0.21', true],
	[['entries', 'searched', 'found'], '5.4.0-100', false],
	[['entries', 'clash_resolve', 'found'], '4.18.0-394.el8', false],
	[['entries', 'clash_resolve', 'found'], '6.18.1', false],
])('error is part of invalid: %s %s', (columns, kernel, within) =>
	expect(errorIsWithin(columns, kernel)).toBe(within),
)
