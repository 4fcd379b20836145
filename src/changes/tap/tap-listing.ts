import type { MonotonicMs } from '../../model/clock.ts'
import { TAP_HOOKS, TAP_STATES, type Tap, type TapHook, type TapState } from './tap.ts'
import { textInComments } from './tap-rules.ts'
import { parseTap } from './tap-text.ts'

/** Tables of ours in this network namespace, those of other sessions too. */
export type TapsReading = {
	readonly at: MonotonicMs
	/** Names of all tables of family inet, whoever made them. */
	readonly tables: readonly string[]
	readonly taps: readonly TapReading[]
}

/** What one rule of a table of ours has counted, since the table is there. */
export type TapCount = {
	readonly hook: TapHook
	/** Null: the rule does not tell states apart. */
	readonly state: TapState | null
	readonly packets: number
	readonly bytes: number
}

/** A table of ours as the kernel has it now. */
export type TapReading = {
	readonly table: string
	readonly tap: Tap
	readonly counts: readonly TapCount[]
}

/** What the comments of the chain `about` say, the only ones in a table of ours; undefined when they say nothing of us. */
export function tapInListing(listing: string): Tap | undefined {
	const text = textInComments([...listing.matchAll(/ comment "([^"]*)"/g)].map(([, comment = '']) => comment))
	return text === undefined ? undefined : parseTap(text)
}

/** `nft list table inet NAME` of a table of ours; undefined for any other text. Never throws. */
export function parseTapListing(table: string, listing: string): TapReading | undefined {
	const tap = tapInListing(listing)
	if (tap === undefined) return undefined
	const counts: TapCount[] = []
	let hook: TapHook | undefined
	for (const line of listing.split('\n')) {
		const [, chain] = /^\s*chain (\S+) \{/.exec(line) ?? []
		if (chain !== undefined) hook = TAP_HOOKS.find((one) => one === chain)
		const [, packets, bytes] = / counter packets (\d+) bytes (\d+)/.exec(line) ?? []
		if (hook === undefined || packets === undefined) continue
		const [, named] = /ct state ([a-z]+) /.exec(line) ?? []
		const state = tap.kind === 'count' ? (TAP_STATES.find((one) => one === named) ?? null) : null
		counts.push({ hook, state, packets: Number(packets), bytes: Number(bytes) })
	}
	return { table, tap, counts }
}

/** Names of the tables in what `nft list tables` prints that could stand in the way of ours: those of family inet. */
export function inetTables(listing: string): readonly string[] {
	return [...listing.matchAll(/^table inet (\S+)$/gm)].map(([, name = '']) => name)
}
