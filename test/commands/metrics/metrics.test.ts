import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { exposition, type Family } from '../../../src/commands/metrics/exposition.ts'
import { familiesOf, type Measured } from '../../../src/commands/metrics/families.ts'
import { readPasted } from '../../../src/kernel/rules/read/pasted.ts'
import type { NetnsRow } from '../../../src/model/namespaces.ts'
import { countersOf, FACTS, foundLease, heldChange, settingsOf } from '../../harness/samples/samples.ts'

const EVIL = 'a"b\\c\nd\x1b[2J'

const row = (rest: Partial<NetnsRow>): NetnsRow => ({
	...{ inode: 4_026_531_840, here: true, initial: true, path: '/proc/1/ns/net', names: [], processes: 9 },
	...{ first: { pid: 1, name: 'init' }, container: null, invalid: 7, entries: null, max: null },
	...{ logInvalid: '0', logger: 'NONE', why: '' },
	...rest,
})

const KERNEL = new Map(Object.entries({ log_invalid: '255', tcp_loose: '1', 'nf_log.2': 'nf_log_ipv4' }))
const { ruleset } = readPasted(`table inet fw {
	chain in {
		type filter hook input priority filter; policy accept;
		ct state invalid counter packets 12 bytes 480 drop
		ct state new counter packets 3 bytes 120 accept
	}
}`)

const measured = (rest: Partial<Measured> = {}): Measured => ({
	version: '1.2.3',
	facts: FACTS,
	counters: countersOf(1_000, { invalid: 20_799, drop: 0, entries: 41_022 }),
	settings: { ...settingsOf(1_000, KERNEL), count: 41_022, max: 262_144 },
	namespaces: [row({}), row({ inode: 7, here: false, initial: false, names: ['web'], invalid: 3 })],
	leases: [],
	rules: undefined,
	...rest,
})

const text = (rest: Partial<Measured> = {}, format: 'text' | 'openmetrics' = 'text') =>
	exposition(familiesOf(measured(rest)), format)

describe('metrics', () => {
	test('counters, table, settings, loggers and namespaces, each by its name', () => {
		const lines = text().split('\n')
		expect(lines).toEqual(
			expect.arrayContaining([
				'# TYPE ctscope_conntrack_stat_total counter',
				'ctscope_conntrack_stat_total{netns="init",counter="invalid"} 20799',
				'ctscope_netns_invalid_packets_total{netns="web",inode="7"} 3',
				'ctscope_netns_entries{netns="init",inode="4026531840"} 41022',
				'ctscope_netns_entries_limit{netns="init",inode="4026531840"} 262144',
				'ctscope_setting{netns="init",name="net.netfilter.nf_conntrack_log_invalid"} 255',
				'ctscope_changes_in_force 0',
			]),
		)
		expect(lines.join('\n')).not.toContain('ctscope_invalid_rule_packets')
	})

	test('rules that act on INVALID, with what they have counted', () => {
		const rules = { at: 1, tookMs: 1, ruleset, backends: ['nft' as const], failures: [] }
		expect(text({ rules })).toContain(
			'ctscope_invalid_rule_packets_total{netns="init",family="inet",table="fw",chain="in",rule="1",action="drop"} 12',
		)
		expect(text({ rules })).toContain('ctscope_rules_not_understood{netns="init"} 0')
		// Of rules that could not be read nothing is said, above all not that all were understood.
		const failures = [{ kind: 'missing-tool', tool: 'nft', debianPackage: 'nftables' }] as const
		expect(text({ rules: { ...rules, failures } })).not.toContain('ctscope_rules_not_understood')
	})

	test('changes in force, and those whose undo has failed', () => {
		const changes = [heldChange({ seq: 1, state: 'in-force' }), heldChange({ seq: 2, state: 'failed' })]
		const leases = [foundLease('L1', { earlierBoot: false, changes })]
		expect(text({ leases })).toMatch(/ctscope_changes_in_force 2\n.*ctscope_undo_failed 1/s)
	})

	test('what could not be read is left out', () => {
		const lines = text({ settings: undefined, namespaces: [], counters: undefined })
		expect(lines).not.toMatch(/ctscope_setting|ctscope_netns|conntrack_counter|NaN|undefined|null/)
	})

	test('OpenMetrics names the family of a counter without _total, and has an end', () => {
		const lines = text({}, 'openmetrics').split('\n')
		expect(lines).toContain('# TYPE ctscope_conntrack_stat counter')
		expect(lines).toContain('# TYPE ctscope info')
		expect(lines.at(-1)).toBe('# EOF')
	})

	test.each(['text', 'openmetrics'] as const)(
		'%s: every name from outside is quoted, and safe to print',
		(format) => {
			const families: readonly Family[] = [
				{ name: 'a', type: 'gauge', help: 'of a', samples: [{ labels: { netns: EVIL }, value: 1 }] },
			]
			const line = exposition(families, format)
				.split('\n')
				.find((one) => one.startsWith('a{'))
			expect(line).toBe('a{netns="a\\"b\\\\c\\\\x0ad\\\\x1b[2J"} 1')
		},
	)
})

const promtool = (() => {
	try {
		execFileSync('promtool', ['--version'], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
})()

test.skipIf(!promtool)(
	'promtool has nothing to say against them (it needs promtool, of the package prometheus)',
	() => {
		const rules = { at: 1, tookMs: 1, ruleset, backends: ['nft' as const], failures: [] }
		execFileSync('promtool', ['check', 'metrics'], { input: `${text({ rules })}\n` })
	},
)
