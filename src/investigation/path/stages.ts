import { TABLES } from '../../changes/kinds/table.ts'
import type { BaseChain } from '../../kernel/rules/order.ts'
import { ownerOf } from '../../kernel/rules/owner.ts'
import type { Rule, RuleFamily } from '../../kernel/rules/rule.ts'
import type { TracedPacket, TraceStep, TraceVisit } from '../../kernel/rules/trace.ts'
import { conntrackAt } from './conntrack-at.ts'
import type { PathStep, Stage } from './path.ts'
import { createDepth, isLast, isReplaced, letsThrough, translates, wordOf } from './steps.ts'

type Chained = { readonly family: RuleFamily; readonly table: string; readonly chain: string }

/** What is known of the rules that packets met. */
export type Known = {
	/** By `keyOf`. */
	readonly bases: ReadonlyMap<string, BaseChain>
	/** By family, table and handle: those that were read, and those of before the trace. */
	readonly rules: ReadonlyMap<string, Rule>
	readonly before: ReadonlyMap<string, Rule>
}

export const keyOf = ({ family, table, chain }: Chained): string => `${family} ${table} ${chain}`
export const isOurs = ({ family, table }: Pick<Chained, 'family' | 'table'>): boolean =>
	family === 'inet' && TABLES.includes(table)

type Draft = {
	/** Undefined: that the packet came into this chain was not told. */
	readonly visit: TraceVisit | undefined
	readonly at: Chained
	readonly steps: PathStep[]
	readonly depthOf: (step: TraceStep) => number
}

/**
 * The way of a packet, chain of a hook by chain of a hook; what happens in tables of our own is no part of it. A chain that
 * the packet came into is there also where nothing told what happened in it.
 */
export function stagesOf(packet: TracedPacket, known: Known, isTracked: boolean): readonly Stage[] {
	const drafts: Draft[] = []
	const begin = (at: Chained, visit: TraceVisit | undefined): Draft => {
		const draft = { visit, at, steps: [], depthOf: createDepth() }
		drafts.push(draft)
		return draft
	}
	const visitsAt = Map.groupBy(packet.visits, ({ steps }) => steps)
	const arrive = (index: number): void => {
		for (const visit of visitsAt.get(index) ?? []) begin(visit, visit)
	}
	for (const [index, step] of packet.steps.entries()) {
		arrive(index)
		const here = drafts.at(-1)
		const draft = here === undefined || leaves(here, step, known) ? begin(step, undefined) : here
		draft.steps.push(pathStep(step, draft.depthOf(step), known))
	}
	arrive(packet.steps.length)
	const kept = drafts.filter(({ at }) => !isOurs(at))
	return kept.map((draft, index) => stageOf(draft, kept[index - 1], { packet, known, isTracked }))
}

/** Whether a step is of another chain of a hook, into which nothing told that the packet came. */
function leaves({ at, steps }: Draft, step: TraceStep, { bases }: Known): boolean {
	if (step.family !== at.family || step.table !== at.table) return true
	if (step.chain !== at.chain && bases.has(keyOf(step))) return true
	const last = steps.at(-1)
	return last !== undefined && isLast(last)
}

function pathStep(step: TraceStep, depth: number, { rules, before }: Known): PathStep {
	const key = `${step.family} ${step.table} ${step.handle}`
	const read = step.handle === null ? undefined : rules.get(key)
	const isOther = read !== undefined && isReplaced(step, read)
	const old = read === undefined || isOther ? before.get(key) : undefined
	const isOld = step.handle !== null && old !== undefined && !isReplaced(step, old)
	const rule = isOld ? old : isOther ? undefined : read
	const isUnlisted = step.kind === 'rule' && step.text === '' && step.handle !== null
	const text = step.kind === 'rule' ? (rule?.text ?? step.text) : ''
	return {
		step,
		word: wordOf(step, text),
		text,
		rule,
		owner: ownerOf(rule ?? { ...step, comment: '' }),
		depth,
		doubt: isUnlisted ? 'unlisted' : isOld ? 'gone' : isOther ? 'replaced' : undefined,
	}
}

type About = { readonly packet: TracedPacket; readonly known: Known; readonly isTracked: boolean }

function stageOf(draft: Draft, before: Draft | undefined, { packet, known, isTracked }: About): Stage {
	const { at, visit, steps } = draft
	const base = known.bases.get(keyOf(at))?.base
	const conntrack = visit === undefined ? null : conntrackAt(packet, visit, base, isTracked)
	return {
		hook: base?.hook ?? '',
		priority: base?.priority ?? null,
		family: at.family,
		table: at.table,
		chain: at.chain,
		ends: visit?.ends ?? '',
		from: visit?.from ?? '',
		to: visit?.to ?? '',
		changed: changedOn(before, visit),
		conntrack,
		steps,
	}
}

/** What changed on the way here from the chain before. */
function changedOn(before: Draft | undefined, visit: TraceVisit | undefined): Stage['changed'] {
	const from = before?.visit?.ends ?? ''
	const now = visit?.ends ?? ''
	if (before === undefined || from === '' || now === '' || from === now) return undefined
	const [old, fresh] = [before.visit?.layers ?? '', visit?.layers ?? '']
	// A bridge may tell of Ethernet alone: other headers were told, not changed.
	if (old === '' || fresh === '') return undefined
	if (old !== fresh) return { before: from, after: now, by: 'headers' }
	const last = before.steps.at(-1)
	const isByRule = last !== undefined && letsThrough(last) && translates(last)
	return { before: from, after: now, by: isByRule ? 'rule' : 'entry' }
}
