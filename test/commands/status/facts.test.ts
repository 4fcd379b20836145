import { describe, expect, test } from 'vitest'
import { doctorFacts } from '../../../src/commands/doctor/doctor.ts'
import { rulesFacts } from '../../../src/commands/rules/text.ts'
import { takeSnapshot } from '../../../src/commands/status/data.ts'
import { printStatus } from '../../../src/commands/status/status.ts'
import { ruleRows } from '../../../src/investigation/join/rule-rows.ts'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'
import { fact } from '../../../src/words/fact.ts'
import { ok } from '../../../src/words/failure.ts'
import { FakeClock } from '../../harness/fake/clock.ts'
import type { FakeObserver } from '../../harness/fake/observer.ts'
import { FACTS, hostObserver, LEASE } from '../../harness/samples/readings.ts'
import { countersOf } from '../../harness/samples/samples.ts'

const PROBES = { canBe: false, needsMount: false, tellsPackets: false, says: ['no kprobe_events'] }
const HOSTILE = 'a\nb\x1b]0;x\x07\u202ec'

async function piped(prepare: (observer: FakeObserver) => void = () => {}) {
	const clock = new FakeClock()
	const observer = hostObserver(clock)
	prepare(observer)
	let text = ''
	const code = await printStatus({ json: false }, observer, clock, { write: (part) => (text += part) })
	const doctor = doctorFacts(await takeSnapshot(observer, clock), PROBES)
	return { code, lines: text.trimEnd().split('\n'), doctor }
}

/** A name, a blank, and something behind it; no line begins or ends with a blank, and nothing is grouped. */
const FACT = /^[a-z_][\w.]* \S(.*\S)?$/

describe('status in a pipe', () => {
	test('is one fact a line, counters of 0 too', async () => {
		const { code, lines } = await piped((one) => {
			one.answers.counters = ok(countersOf(0, { entries: 5, invalid: 18_231, drop: 0, early_drop: 12 }))
		})
		expect(code).toBe(0)
		for (const line of lines) expect(line).toMatch(FACT)
		expect(lines).toEqual(
			expect.arrayContaining([
				'drop 0',
				'early_drop 12',
				'invalid 18231',
				'entries 41022',
				'max 262144',
				'nf_conntrack_log_invalid 0 (off)',
				'netlink_group_0 nobody reads it',
				'changes_in_force 0',
				'tool conntrack 1.4.7',
				'tool nft not installed',
				'kernel 6.12.1-test',
			]),
		)
		expect(lines.join('\n')).toMatch(
			/^reason_lines No reason line will reach ctscope: nf_conntrack_log_invalid is 0/m,
		)
	})

	test('tells changes with what undoes them, and ends with 10', async () => {
		const { code, lines, doctor } = await piped((one) => {
			one.found = [{ ...LEASE, alive: false }]
		})
		expect(code).toBe(10)
		expect(lines).toContain('changes_in_force 1')
		expect(lines.join('\n')).toMatch(
			/^change log_invalid 0 -> 6, now 6, in-force, NOBODY UNDOES IT.*revert --lease K2A9X/m,
		)
		expect(lines.join('\n')).toMatch(/^by_hand sysctl -w/m)
		expect(doctor.join('\n')).toMatch(/^left_on /m)
	})

	test('what could not be read is not told as none', async () => {
		const { code, lines } = await piped((one) => {
			one.found = [
				{ ...LEASE, leaseId: '', changes: [], alive: false, problem: 'it needs root', isKnown: false },
			]
		})
		expect(code).toBe(11)
		expect(lines).toEqual(expect.arrayContaining(['changes_in_force not known', 'lease - it needs root']))
	})

	test('text from outside makes no second line, and commands no terminal', async () => {
		const { lines, doctor } = await piped((one) => {
			one.factsNow = {
				...FACTS,
				hostname: HOSTILE,
				missing: [{ what: HOSTILE, why: HOSTILE, next: HOSTILE }],
			}
		})
		for (const line of [...lines, ...doctor]) expect(line).toMatch(FACT)
		expect(lines).toContain(String.raw`host a\x0ab\x1b]0;x\x07\u202ec`)
	})
})

test('doctor in a pipe: a line for each tool, each rung and what follows', async () => {
	const { doctor } = await piped()
	for (const line of doctor) expect(line).toMatch(FACT)
	const text = doctor.join('\n')
	expect(text).toMatch(/^tool conntrack ok conntrack v1\.4\.7$/m)
	expect(text).toMatch(/^tool nft missing: .*apt install nftables$/m)
	expect(text).toMatch(/^reason_line no: Is log_invalid on\? .*; switch log_invalid on/m)
	expect(text).toMatch(/^probes kernel probes cannot be set: no kprobe_events$/m)
})

test('a rule is one line, with its place, its action, its counter and its text', () => {
	const { ruleset } = readPasted(
		[
			'*filter',
			':INPUT DROP [12345:99999]',
			'[1234567:88] -A INPUT -m conntrack --ctstate INVALID -m comment --comment "a rather long comment, as some people write them" -j DROP',
			'COMMIT',
		].join('\n'),
	)
	const lines = rulesFacts({
		ruleset,
		backends: ['iptables-nft'],
		failures: [],
		rows: ruleRows(ruleset, undefined),
		isLive: false,
	})
	for (const line of lines) expect(line).toMatch(FACT)
	const rules = lines.filter((line) => line.startsWith('rule '))
	expect(rules).toEqual([
		expect.stringMatching(
			/^rule input 0 drop ip filter INPUT rule 1: 1234567 packets, 88 bytes \[a rather long .*\]: .*--ctstate INVALID .*-j DROP$/,
		),
	])
	expect(lines).toContainEqual(
		expect.stringMatching(/^policy input 0 ip filter INPUT .*: drop, 12345 packets/),
	)
})

test('a fact has one blank between its parts, whatever they hold', () => {
	expect(fact('a', '', ' b\t\u00a0c ', 3)).toBe('a b c 3')
	expect(fact('a', 'b  c', 'prefix "two  blanks  "')).toBe('a b c prefix "two  blanks  "')
	expect(fact('a', 'b\nc')).toBe(String.raw`a b\x0ac`)
})
