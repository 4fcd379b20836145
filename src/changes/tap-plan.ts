import type { Rule } from '../kernel/rules/rule.ts'
import type { Change } from '../model/change.ts'
import type { Settings } from '../model/settings.ts'
import * as english from '../words/english/changes/changes.ts'
import { allNetns, bindNflog, type KnownModules } from './bind-logger.ts'
import { knobOfModule, TAP_MODULES } from './kinds/module.ts'
import { ABSENT, knobOfTable, MOST_TABLES, TABLES } from './kinds/table.ts'
import type { OurReader } from './log-source.ts'
import type { PlanToLog } from './plan.ts'
import { type Tap, tapProblem } from './tap/tap.ts'
import { LONGEST_TAP, tapText } from './tap/tap-text.ts'
import { tappedInWords } from './tap/tap-words.ts'

export type ToTap = {
	readonly taps: readonly Tap[]
	readonly settings: Pick<Settings, 'values' | 'count' | 'loggers' | 'listeners'>
	readonly netns: { readonly initial: boolean }
	/** Names of the tables of nftables in this network namespace, whoever made them. */
	readonly tables: readonly string[]
	/** Taps that are there already: their prefixes are taken. */
	readonly others: readonly Tap[]
	/** The `entries` and counters of this namespace tell that conntrack is at work; false when nothing tells it. */
	readonly isTracking: boolean
	/** Our reader of NFLOG, which is no stranger. */
	readonly ours?: OurReader
	readonly modules?: KnownModules
	/** Version of nft; null when it is not installed. */
	readonly nft: string | null
}

/** What has to be agreed to first: it is more than looking. */
export const SWITCHES_ON = english.nothingTellsThatConntrackIs

const PURPOSES = {
	tap: english.logPackets,
	preview: english.previewWhatARuleWould,
	count: english.countPacketsByState,
	trace: english.tracePacketsThroughTheRules,
} as const

/**
 * The changes that put taps into tables of our own: who may write to the kernel log from here first, then one table for
 * each. Nothing of them touches a chain of somebody else.
 */
export function planTaps(asked: ToTap): PlanToLog {
	const { taps, settings, netns, nft } = asked
	const blockers: string[] = []
	const notes: string[] = []
	const changes: Change[] = []
	if (nft === null) blockers.push(english.nftIsNotInstalledApt)
	// Loaded as changes of ours, so that they go again with the tables.
	for (const name of modulesFor(taps, asked.modules))
		changes.push({ knob: knobOfModule(name), from: 'absent', to: 'loaded' })
	const logs = taps.some(({ kind, to }) => (kind === 'tap' || kind === 'preview') && to.kind === 'kmsg')
	if (logs && !netns.initial) {
		const { change, note, blocker } = allNetns(settings.values, english.linesOfLogRules)
		if (change !== undefined) changes.push(change)
		if (note !== undefined) notes.push(note)
		if (blocker !== undefined) blockers.push(blocker)
	}
	for (const { load, change, blocker, note } of taps.some(isToNflog)
		? bindNflog(settings, asked.ours ?? {}, asked.modules)
		: []) {
		if (load !== undefined && !changes.some(({ knob }) => knob === knobOfModule(load)))
			changes.push({ knob: knobOfModule(load), from: 'absent', to: 'loaded' })
		if (change !== undefined) changes.push(change)
		if (blocker !== undefined) blockers.push(blocker)
		if (note !== undefined) notes.push(note)
	}
	for (const { to } of taps)
		if (to.kind === 'nflog' && to.group > 0) notes.push(english.groupOfNflogIsFor(to.group))
	const free = TABLES.filter((table) => !asked.tables.includes(table))
	const prefixes = new Set(asked.others.map(({ prefix }) => prefix))
	for (const [index, tap] of taps.entries()) {
		const table = free[index]
		const problem = problemOf(tap, prefixes)
		if (problem !== undefined) blockers.push(problem)
		prefixes.add(tap.prefix)
		if (table === undefined) blockers.push(english.thereAreTapsAlreadyUndo(MOST_TABLES))
		else changes.push({ knob: knobOfTable(table), from: ABSENT, to: tapText(tap) })
	}
	if (!asked.isTracking && taps.some(asksForState)) notes.push(SWITCHES_ON)
	return { plan: { purpose: purposeOf(taps), changes }, blockers, notes }
}

/** Modules that are on disk only and that these taps need. */
function modulesFor(taps: readonly Tap[], modules: KnownModules): readonly string[] {
	const needed: Readonly<Record<string, boolean>> = {
		nf_tables: true,
		nft_ct: taps.some(asksForState),
		nft_limit: taps.some(({ kind }) => kind !== 'count'),
		nft_log: taps.some(({ kind }) => kind === 'tap' || kind === 'preview'),
		nf_log_syslog: taps.some(({ kind, to }) => (kind === 'tap' || kind === 'preview') && to.kind === 'kmsg'),
	}
	return [...TAP_MODULES, 'nf_log_syslog'].filter(
		(name) =>
			needed[name] === true &&
			modules?.some((one) => one.name === name && one.state === 'available') === true,
	)
}

const isToNflog = ({ kind, to }: Tap): boolean =>
	(kind === 'tap' || kind === 'preview') && to.kind === 'nflog' && to.group === 0

/** Whether adding it makes the kernel track connections (net/netfilter/nft_ct.c, nf_ct_netns_get). */
const asksForState = ({ kind, states }: Tap): boolean => kind === 'count' || states.length > 0

function problemOf(tap: Tap, prefixes: ReadonlySet<string>): string | undefined {
	const problem = tapProblem(tap)
	if (problem !== undefined) return problem
	if (tapText(tap).length > LONGEST_TAP) return english.thisIsMoreThanOne
	if (tap.kind === 'trace' || tap.kind === 'count') return undefined
	// Lines are told apart by what they begin with.
	const taken = [...prefixes].find((one) => one.startsWith(tap.prefix) || tap.prefix.startsWith(one))
	return taken === undefined ? undefined : english.anotherTapHasThePrefix(JSON.stringify(taken))
}

function purposeOf(taps: readonly Tap[]): string {
	const [first] = taps
	if (first === undefined) return 'nothing'
	if (taps.length === 1) return `${PURPOSES[first.kind]}: ${tappedInWords(first)}`
	return english.taps(taps.length, taps.map(({ name }) => name).join(', '))
}

/** A rule that asks for the state, an entry, or a counter that has moved: nothing else tells that conntrack sees packets here. */
export function isTracking(
	count: number | null,
	cpus: readonly Readonly<Record<string, number>>[] | undefined,
	rules: readonly Pick<Rule, 'state'>[] = [],
): boolean {
	if (count !== null && count > 0) return true
	if (count !== null && rules.some(({ state }) => state !== null)) return true
	return (cpus ?? []).some((cpu) =>
		Object.entries(cpu).some(([name, value]) => name !== 'entries' && value > 0),
	)
}
