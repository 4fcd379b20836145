import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
	parseDuration,
	parseMaxRate,
	parseProtocol,
	parseSource,
	parseTtl,
} from '../../../src/commands/common/arguments.ts'
import { exitOf, failureLine } from '../../../src/commands/common/failure-exit.ts'
import { exitOfSignal } from '../../../src/commands/common/signals.ts'
import { VERSION } from '../../../src/commands/common/version.ts'
import type { Failure } from '../../../src/words/failure.ts'

test.each([
	['90s', 90_000],
	['10m', 600_000],
	['10min', 600_000],
	['1h', 3_600_000],
	['1.5', 1_500],
	['0.25s', 250],
	[' 7 ', 7_000],
	['', undefined],
	['m', undefined],
	['-1s', undefined],
	['1d', undefined],
	['1e9', undefined],
	['9999999s', undefined],
])('the time %j is %s ms', (text, ms) => {
	expect(parseDuration(text)).toBe(ms)
})

test.each([
	['59s', undefined],
	['1m', 60_000],
	['4h', 14_400_000],
	['4.1h', undefined],
])('%s as the time of changes: %s', (text, ms) => {
	expect(parseTtl(text)).toBe(ms)
})

test.each([
	['all', 255],
	['tcp', 6],
	['ICMPv6', 58],
	['58', 58],
	['0', undefined],
	['256', undefined],
	['x', undefined],
])('protocol %s is %s', (text, number) => {
	expect(parseProtocol(text)).toBe(number)
})

test.each([
	['auto', 'auto'],
	['NFLOG', 'nflog'],
	['kmsg', 'kmsg'],
	['syslog', undefined],
	['', undefined],
])('source %j is %s', (text, source) => {
	expect(parseSource(text)).toBe(source)
})

test.each([
	['0', 0],
	['1', 1],
	['200', 200],
	['100000', 100_000],
	['100001', undefined],
	['-1', undefined],
	['+5', undefined],
	['007', undefined],
	['1.5', undefined],
	['1e3', undefined],
	['0x10', undefined],
	['200/s', undefined],
	['none', undefined],
	['', undefined],
])('the rate %j is %s', (text, rate) => {
	expect(parseMaxRate(text)).toBe(rate)
})

describe('failures', () => {
	test.each<[Failure, number, RegExp]>([
		[
			{ kind: 'usage', message: 'no such thing', next: 'try another' },
			1,
			/^ctscope: no such thing; try another$/,
		],
		[
			{ kind: 'not-permitted', what: 'reading x', need: 'root' },
			2,
			/^ctscope: not permitted: reading x needs root; run it with sudo/,
		],
		[{ kind: 'missing-tool', tool: 'nsenter', debianPackage: 'util-linux' }, 2, /apt install util-linux/],
		[{ kind: 'busy', knob: 'log_invalid', holder: 'bob', leaseId: 'K2A9X' }, 5, /held by bob/],
		[{ kind: 'unsupported', what: '\x1b[2J', why: 'b' }, 2, /\\x1b\[2J/],
	])('%j', (failure, exit, line) => {
		expect(exitOf(failure)).toBe(exit)
		expect(failureLine(failure)).toMatch(line)
		expect(failureLine(failure)).not.toContain('\n')
	})
})

test.each([
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGKILL', 137],
] as const)('%s is exit status %d', (signal, exit) => {
	expect(exitOfSignal(signal)).toBe(exit)
})

test('the version is that of package.json', () => {
	const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'))
	expect(VERSION).toBe(version)
})
