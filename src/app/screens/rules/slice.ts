import type { TapsReading } from '../../../changes/tap/tap-listing.ts'
import { ruleRows } from '../../../investigation/join/rule-rows.ts'
import { pathsOf } from '../../../investigation/path/paths.ts'
import { parsePacketLine } from '../../../kernel/packet/packet-line.ts'
import { tallied } from '../../../kernel/rules/difference.ts'
import { countedRules } from '../../../kernel/rules/merge.ts'
import type { TracedPacket } from '../../../kernel/rules/trace.ts'
import type { RulesReading } from '../../../model/rules-reading.ts'
import { ok, type Result } from '../../../words/failure.ts'
import { readingOf } from '../../state/readings.ts'
import type { State } from '../../state/state.ts'

/** Adds a reading of the rules to what was counted since the first one. */
export function rulesRead(state: State, result: Result<RulesReading>): State {
	if (!result.ok) return { ...state, rules: readingOf(state.rules, result) }
	const { ruleset, at } = result.value
	const tally = tallied(state.rules.value?.tally, countedRules(ruleset), at)
	const value = { ...result.value, tally, rows: ruleRows(ruleset, tally) }
	return { ...state, rules: readingOf(state.rules, ok(value)) }
}

/** What our own tables have counted, and how fast since the reading before. */
export function tapsRead(state: State, result: Result<TapsReading>): State {
	if (!result.ok) return { ...state, taps: readingOf(state.taps, result) }
	const before = state.taps.value
	const seconds = before === undefined ? 0 : (result.value.at - before.at) / 1000
	const rates = new Map(
		result.value.taps.flatMap(({ table, counts }) =>
			counts.map((count): [string, number] => {
				const key = tapCountKey(table, count)
				const old = before?.taps
					.find((one) => one.table === table)
					?.counts.find((one) => tapCountKey(table, one) === key)
				return [key, seconds > 0 ? Math.max(0, count.packets - (old?.packets ?? 0)) / seconds : 0]
			}),
		),
	)
	return { ...state, taps: readingOf(state.taps, ok({ ...result.value, rates })) }
}

/** How many lines of the log are looked through for the reason of a traced packet. */
const REASONS_LOOKED_AT = 300

/** All packets of the trace that runs, beside the rules as they were read last, and beside the reasons that conntrack has told. */
export function packetsTraced(state: State, packets: readonly TracedPacket[], lost = 0): State {
	const { rules, log } = state
	const reasons = log.entries.slice(-REASONS_LOOKED_AT).flatMap(({ kind, text }) => {
		const line = kind === 'conntrack' ? parsePacketLine(text) : undefined
		return line === undefined ? [] : [line]
	})
	const ruleset = rules.value?.ruleset ?? { chains: [], rules: [] }
	return { ...state, traced: pathsOf(packets, { ruleset, reasons, lost }) }
}

/** One counter of a table of ours. */
export const tapCountKey = (
	table: string,
	{ hook, state }: { readonly hook: string; readonly state: string | null },
): string => `${table} ${hook} ${state ?? ''}`
