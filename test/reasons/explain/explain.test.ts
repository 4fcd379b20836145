import { describe, expect, test } from 'vitest'
import { knobById } from '../../../src/changes/knobs.ts'
import { explain } from '../../../src/reasons/explain/explain.ts'
import {
	nearestIds,
	reasonById,
	reasonsAbout,
	reasonsTitled,
	reasonsTouching,
	reasonsWithText,
} from '../../../src/reasons/find.ts'
import { REASONS } from '../../../src/reasons/list.ts'
import { silentPathAbout } from '../../../src/reasons/silent-paths.ts'

const IDS = [...REASONS.map(({ id }) => id), 'helper-new-other', 'helper-sip-mangle']

describe('every explanation', () => {
	test.each(IDS)('%s says something and fits on a screen', (id) => {
		const explanation = explain(id)
		if (explanation === undefined) throw new Error('no explanation')
		const { meaning, causes, next, settings, hides } = explanation
		expect(meaning.length).toBeGreaterThan(20)
		expect(meaning.length).toBeLessThan(250)
		expect(meaning).toMatch(/\.$/)
		expect(causes.length).toBeGreaterThan(0)
		expect(next.length).toBeGreaterThan(0)
		const lines = [...causes, ...next, ...hides, ...settings.flatMap(({ effect, cost }) => [effect, cost])]
		for (const line of lines) {
			expect(line.length, line).toBeGreaterThan(5)
			expect(line.length, line).toBeLessThan(160)
			expect(line).not.toMatch(/[.;]$/)
		}
	})

	test.each(IDS)('%s names only knobs that can be changed', (id) => {
		for (const { knob } of explain(id)?.settings ?? []) expect(knobById(knob), knob).toBeDefined()
	})

	test.each([
		['tcp-win-seq-over', 'tcp_be_liberal'],
		['tcp-win-seq-under-old', 'tcp_be_liberal'],
		['tcp-overshot', 'tcp_be_liberal'],
		['tcp-rst', 'tcp_ignore_invalid_rst'],
		['legacy-tcp-tcp-csum', 'checksum'],
		['udp-csum', 'checksum'],
		['icmp6-csum', 'checksum'],
		['sctp-3', 'checksum'],
		['dccp-loose', 'dccp_loose'],
		['tcp-lower-timeout-old', 'tcp_timeout_unacknowledged'],
	])('%s: %s would change it', (id, knob) => {
		expect(explain(id)?.settings.map((one) => one.knob)).toContain(knob)
	})

	test('be_liberal is not offered where it does not help', () => {
		for (const id of ['tcp-rst', 'tcp-flags', 'tcp-state', 'tcp-new'])
			expect(explain(id)?.settings.map(({ knob }) => knob)).not.toContain('tcp_be_liberal')
	})
})

describe('names', () => {
	test.each([
		['sctp-short', 'sctp-1'],
		['sctp-crc', 'sctp-3'],
		['dccp-new', 'dccp-state'],
	])('%s is %s', (alias, id) => {
		expect(reasonById(alias)?.id).toBe(id)
		expect(explain(alias)).toBe(explain(id))
	})

	test('that nobody has', () => {
		for (const id of [
			'unknown',
			'',
			'helper-',
			'helper-x-constructor',
			'constructor',
			'__proto__',
			'tcp-nonsense',
		]) {
			expect(explain(id)).toBeUndefined()
			expect(reasonById(id)).toBeUndefined()
		}
	})
})

describe('finding', () => {
	test.each<[string, readonly string[]]>([
		['invalid new', ['tcp-new']],
		['bad checksum', ['tcp-csum', 'udp-csum', 'udplite-csum', 'legacy-dccp-dccp-csum']],
		['bad CRC', ['legacy-sctp-sctp-3']],
		['nf_ct_sctp: bad CRC', ['sctp-3']],
		['SEQ is over upper bound 5 (over the window of the receiver) IN=eth0 OUT= SEQ=7', ['tcp-win-seq-over']],
		[
			'cannot mangle packet',
			[
				'helper-amanda-nat-mangle',
				'helper-ftp-nat-mangle',
				'helper-irc-nat-mangle',
				'helper-sip-nat-9',
				'helper-snmp-1',
			],
		],
		['no such text', []],
		['', []],
	])('by the text %j', (text, ids) => {
		expect(
			reasonsWithText(text)
				.map(({ listed }) => listed.id)
				.toSorted(),
		).toEqual([...ids].toSorted())
	})

	test.each([
		['overshot', 'tcp-overshot'],
		['win-seq-over', 'tcp-win-seq-over'],
		['redirect hoplimit', 'icmp6-redir-src'],
		['UDP checksum', 'udp-csum'],
		['MULTIHOMED', undefined],
	])('by the words %j, best first', (words, id) => expect(reasonsAbout(words)[0]?.id).toBe(id))

	test('a word in the middle of another is none', () => {
		expect(reasonsAbout('ply')).toEqual([])
		expect(reasonsAbout('rst').map(({ id }) => id)).not.toContain('sctp-basic')
	})

	test('by some of the words, when not all are known', () => {
		expect(reasonsAbout('checksum of a unicorn')).toEqual([])
		expect(reasonsTouching('checksum of a unicorn')[0]?.id).toMatch(/csum/)
	})

	test.each([
		['SEQ is over upper bound', ['tcp-win-seq-over']],
		['seq is over the upper bound', ['tcp-win-seq-over-old', 'legacy-tcp-tcp-win-seq-over-old']],
		['sip: cannot mangle contact', ['helper-sip-nat-7']],
	])('by the title %s', (title, ids) => expect(reasonsTitled(title).map(({ id }) => id)).toEqual(ids))

	test('by an id with a slip', () => {
		expect(nearestIds('tcp-flaqs', 1)).toEqual(['tcp-flags'])
		expect(nearestIds('helper-ftp-pratial', 2)).toContain('helper-ftp-partial')
		expect(nearestIds('x'.repeat(100_000), 3)).toEqual([])
		expect(nearestIds('xyzzy', 3)).toEqual([])
	})

	test.each([
		['out of window', 'tcp-win-seq-over', 2],
		['spurious RST', 'tcp-rst', 1],
		['retransmission', 'tcp-ign', 1],
		['bad csum', 'tcp-csum', 2],
		['xmas', 'tcp-flags', 1],
	])('by what admins call it: %s', (asked, id, least) => {
		const found = reasonsAbout(asked).map((one) => one.id)
		expect(found).toContain(id)
		expect(found.length).toBeGreaterThanOrEqual(least)
	})

	test.each([
		['icmp reply', 'silent-icmp-reply'],
		['tcp_loose', undefined],
		['middle of a connection not picked up', 'silent-tcp-loose'],
		['', undefined],
	])('a packet that has no line: %s', (asked, id) => {
		expect(silentPathAbout(asked)?.id).toBe(id)
	})
})
