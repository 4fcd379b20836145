import { expect, test } from 'vitest'
import { stepEvidence } from '../../../src/app/screens/steps/evidence.ts'
import { initialState } from '../../../src/app/store/initial-state.ts'
import { reducer } from '../../../src/app/store/reducer.ts'
import { findCauses } from '../../../src/investigation/causes/causes.ts'
import { parseConntrackStat } from '../../../src/kernel/conntrack/conntrack-stat.ts'
import { ok } from '../../../src/words/failure.ts'
import { answered } from './given.ts'

const MAX = 4096
const stat = (drop: number): string => {
	const hex = (value: number) => value.toString(16).padStart(8, '0')
	return [
		'entries clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error',
		[MAX, 0, 5, 0, 0, 0, 0, 0, 0, 0, drop, 0, 0].map(hex).join(' '),
		'',
	].join('\n')
}
const SYSCTL = `net.netfilter.nf_conntrack_count = ${MAX}\nnet.netfilter.nf_conntrack_max = ${MAX}\nnet.netfilter.nf_conntrack_tcp_loose = 1\n`
const saved = (drops: readonly [string, number][]): string =>
	`${drops.map(([date, drop]) => `${date}\n${stat(drop)}`).join('\n')}\n${SYSCTL}`

/** What the same readings are live. */
function live(drops: readonly number[]) {
	let state = initialState({
		modes: { readOnly: true, ascii: true, color: false, ttlMs: 0 },
		now: 0,
		wall: 0,
		columns: 80,
		rows: 24,
	})
	state = reducer(state, {
		type: 'settings',
		at: 0,
		result: ok({
			at: 0,
			values: { tcp_loose: '1' },
			readOnly: {},
			loggers: [],
			listeners: null,
			consoles: null,
			count: MAX,
			max: MAX,
		}),
	})
	for (const [index, drop] of drops.entries())
		state = reducer(state, {
			type: 'counters',
			at: index * 10_000,
			result: ok({ at: index * 10_000, proc: parseConntrackStat(stat(drop)) ?? null, cli: null }),
		})
	return findCauses(stepEvidence(state))
}

test('a full table is the same cause as live, as sure as live', async () => {
	const { causes } = await answered(
		saved([
			['2026-11-29T10:00:00Z', 100],
			['2026-11-29T10:00:10Z', 700],
		]),
	)
	const wanted = live([100, 700])
	expect(wanted.map(({ id }) => id)).toEqual(['table-full'])
	expect(causes).toEqual(wanted)
})

test('one reading of it is as sure as one reading live', async () => {
	const { causes } = await answered(saved([['2026-11-29T10:00:00Z', 100]]))
	expect(causes).toEqual(live([100]))
})
