import { knobById } from '../../changes/knobs.ts'
import { actionOf, ruleRows } from '../../investigation/join/rule-rows.ts'
import { netnsName } from '../../investigation/netns-words.ts'
import type { FoundLease } from '../../model/change.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import type { Settings } from '../../model/settings.ts'
import type { Counters } from '../../model/table-readings.ts'
import { metricHelp as help } from '../../words/english/commands/status.ts'
import { statTotals } from '../status/data.ts'
import type { Family, Sample } from './exposition.ts'

/** What was read of a host; undefined: it could not be, or was not asked for. */
export type Measured = {
	readonly version: string
	readonly facts: HostFacts
	readonly counters: Counters | undefined
	readonly settings: Settings | undefined
	readonly namespaces: readonly NetnsRow[]
	readonly leases: readonly FoundLease[]
	readonly rules: RulesReading | undefined
}

/** The families in a fixed order, those without a sample too. Counters only rise, but for a namespace or a rule that begins anew. */
export function familiesOf(measured: Measured): readonly Family[] {
	const { version, facts, counters, settings, rules } = measured
	// The settings know of this one what only entering the others would tell.
	const namespaces = measured.namespaces.map((row) =>
		row.here ? { ...row, entries: settings?.count ?? row.entries, max: settings?.max ?? row.max } : row,
	)
	const here = { netns: nameHere(measured) }
	const { entries: _, ...totals } = counters === undefined ? {} : statTotals(counters)
	return [
		{
			name: 'ctscope',
			type: 'info',
			help: help.info,
			samples: [{ labels: { version, kernel: facts.kernel }, value: 1 }],
		},
		{
			name: 'ctscope_conntrack_stat',
			type: 'counter',
			help: help.counters,
			samples: Object.entries(totals).map(([counter, value]) => ({ labels: { ...here, counter }, value })),
		},
		ofNamespaces(
			'ctscope_netns_invalid_packets',
			'counter',
			help.invalid,
			namespaces,
			({ invalid }) => invalid,
		),
		ofNamespaces('ctscope_netns_entries', 'gauge', help.entries, namespaces, ({ entries }) => entries),
		ofNamespaces('ctscope_netns_entries_limit', 'gauge', help.limit, namespaces, ({ max }) => max),
		{
			name: 'ctscope_setting',
			type: 'gauge',
			help: help.settings,
			samples: Object.entries(settings?.values ?? {}).flatMap(([id, value]) => {
				const name = knobById(id)?.sysctl
				return name === undefined || !/^\d{1,15}$/.test(value)
					? []
					: [{ labels: { ...here, name }, value: Number(value) }]
			}),
		},
		{
			name: 'ctscope_logger_bound',
			type: 'gauge',
			help: help.logger,
			samples: (settings?.loggers ?? []).flatMap(({ family, bound }) =>
				bound === null ? [] : [{ labels: { ...here, family: String(family), logger: bound }, value: 1 }],
			),
		},
		...ofChanges(measured.leases),
		...(rules === undefined ? [] : ofRules(rules, here)),
	]
}

const nameHere = ({ namespaces, facts }: Measured): string => {
	const row = namespaces.find(({ here }) => here)
	return row === undefined ? facts.netns.name : netnsName(row)
}

function ofNamespaces(
	name: string,
	type: Family['type'],
	about: string,
	rows: readonly NetnsRow[],
	measure: (row: NetnsRow) => number | null,
): Family {
	const samples = rows.flatMap((row): readonly Sample[] => {
		const value = measure(row)
		// Two namespaces may have one name.
		return value === null ? [] : [{ labels: { netns: netnsName(row), inode: String(row.inode) }, value }]
	})
	return { name, type, help: about, samples }
}

const IN_FORCE: ReadonlySet<string> = new Set(['in-force', 'confirm', 'failed'])

function ofChanges(leases: readonly FoundLease[]): readonly Family[] {
	const all = leases.filter(({ earlierBoot }) => !earlierBoot).flatMap(({ changes }) => changes)
	const count = (is: (state: string) => boolean): readonly Sample[] => [
		{ labels: {}, value: all.filter(({ state }) => is(state)).length },
	]
	return [
		{
			name: 'ctscope_changes_in_force',
			type: 'gauge',
			help: help.changes,
			samples: count((state) => IN_FORCE.has(state)),
		},
		{
			name: 'ctscope_undo_failed',
			type: 'gauge',
			help: help.failedUndos,
			samples: count((state) => state === 'failed'),
		},
	]
}

function ofRules(
	{ ruleset, failures }: RulesReading,
	here: Readonly<Record<string, string>>,
): readonly Family[] {
	const samples = ruleRows(ruleset, undefined).flatMap(({ rule, counter, isInvalid }): readonly Sample[] => {
		if (!isInvalid || counter === null) return []
		const { family, table, chain, number } = rule
		const labels = { ...here, family, table, chain, rule: String(number), action: actionOf(rule) }
		return [{ labels, value: counter.packets }]
	})
	return [
		{ name: 'ctscope_invalid_rule_packets', type: 'counter', help: help.rules, samples },
		{
			name: 'ctscope_rules_not_understood',
			type: 'gauge',
			help: help.unreadRules,
			samples:
				failures.length > 0 ? [] : [{ labels: here, value: ruleset.unreadCount ?? ruleset.unread.length }],
		},
	]
}
