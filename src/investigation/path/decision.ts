import type { BaseChain } from '../../kernel/rules/order.ts'
import { UNKNOWN } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/path.ts'
import type { Path, PathStep, Stage } from './path.ts'
import { changesSource, isLast } from './steps.ts'

const chainOf = ({ family, table, chain }: Pick<Stage, 'family' | 'table' | 'chain'>): string =>
	`${family} ${table} ${chain}`

const numberOf = ({ rule, step }: PathStep): number | undefined => rule?.number ?? step.number

/** `drop by rule 1 of ip filter INPUT (docker)`: where it ended, in words. Untrusted. */
export function decisionText(path: Path): string {
	const { decision, ending, stages, missed } = path
	if (ending === 'unmet')
		return missed.length > 0 ? english.nothingWasToldOfIt : english.noChainOfNftablesStood
	if (decision === undefined) return cutText(stages)
	const { word, by } = decision
	const chain = chainOf(by.step)
	const whose = by.owner === null ? '' : ` (${by.owner})`
	const number = numberOf(by)
	const { handle, kind } = by.step
	const text =
		kind === 'policy'
			? english.byThePolicyOf(word, chain, whose)
			: number !== undefined
				? english.byRuleOf(word, english.ruleNumber(number), chain, whose, by.text)
				: handle !== null
					? english.byRuleOf(word, english.ruleHandle(handle), chain, whose, by.text)
					: english.by(word, chain, whose, by.text)
	return ending === 'queued' ? english.aProgramHasIt(text) : text
}

/** After what nothing more was told. */
function cutText(stages: readonly Stage[]): string {
	const stage = stages.at(-1)
	const last = stage?.steps.at(-1)
	if (stage === undefined) return english.nothingWasToldOfIt
	if (last === undefined) return english.nothingMoreAfter(english.comingInto(chainOf(stage)))
	const number = numberOf(last)
	const what =
		number === undefined
			? last.text || last.step.kind
			: [english.ruleNumber(number), last.text].filter(Boolean).join(': ')
	const place = `${chainOf(last.step)}, ${what}`
	if (last.word === UNKNOWN) return english.lastSeenAt(place)
	return english.nothingMoreAfter(`${place} (${last.word})`)
}

/** Whether what comes behind this hook is another one, and which. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
	ingress: ['prerouting'],
	prerouting: ['input', 'forward'],
	forward: ['postrouting'],
	output: ['postrouting'],
}
/** So many chains are named. */
const NAMED = 3

const nameOf = ({ family, table, name, base }: BaseChain): string =>
	`${family} ${table} ${name} (${base.hook} ${base.priority})`

const named = (chains: readonly BaseChain[]): string =>
	`${chains.slice(0, NAMED).map(nameOf).join(', ')}${chains.length > NAMED ? ' ...' : ''}`

/** What this trace does not tell of the packet, a sentence each. Untrusted. */
export function untold(path: Path): readonly string[] {
	const { stages, lost, again, ending } = path
	const [first] = path.packet.visits
	return [
		...(lost > 0 ? [english.eventsWereLost(lost)] : []),
		...beforeIt(path),
		...stages.flatMap(doubts),
		...stages.slice(0, -1).flatMap((stage) => (isOpen(stage) ? [english.howItWentOn(chainOf(stage))] : [])),
		...(ending === 'passed' ? behindIt(path) : []),
		...(again === undefined ? [] : [english.itIsAgain(again, first?.from === 'lo')]),
		...(stages.slice(0, -1).some(({ steps }) => steps.at(-1)?.word === 'queue') ? [english.byProgram] : []),
		...(stages.some(({ conntrack }) => conntrack?.state === 'invalid') ? [english.noConntrackLine] : []),
	]
}

/** Nothing in it tells that the packet left it. */
export const isOpen = ({ steps }: Stage): boolean => {
	const last = steps.at(-1)
	return last === undefined || !isLast(last)
}

/** Chains in front of the place where a rule of ours marks packets. */
function beforeIt({ markedAt, missed }: Path): readonly string[] {
	if (markedAt === undefined) return []
	const { hook, priority } = markedAt
	const before = missed.filter(({ base }) => base.hook === hook && base.priority < priority)
	return before.length === 0 ? [] : [english.notTracedBefore(hook, priority, named(before))]
}

function doubts({ steps }: Stage): readonly string[] {
	return steps.flatMap(({ doubt, step, rule }) => {
		const handle = step.handle ?? 0
		switch (doubt) {
			case 'unlisted':
				return [english.ruleUnlisted(handle, chainOf(step), rule !== undefined)]
			case 'replaced':
				return [english.ruleReplaced(handle, chainOf(step))]
			case 'gone':
				return [english.ruleGone(handle, chainOf(step))]
			default:
				return []
		}
	})
}

/** What a packet that was let through would have met behind its last chain. */
function behindIt({ stages, decision, missed }: Path): readonly string[] {
	const last = stages.at(-1)
	const step = decision?.by
	if (last === undefined || step === undefined) return []
	const source = changesSource(step) ? [english.newSourceUntold] : []
	const { hook, priority } = last
	if (priority === null) return [...source, english.letThroughLast(chainOf(last))]
	const later = missed.filter(({ base }) => base.hook === hook && base.priority > priority)
	if (later.length > 0) return [...source, english.laterChainsInHook(hook, named(later))]
	const next = NEXT[hook]
	if (next === undefined || last.family === 'bridge') return source
	const there = missed.filter(({ base }) => next.includes(base.hook))
	const isEach = next.every((one) => there.some(({ base }) => base.hook === one))
	const names = next.join(' or ')
	return [
		...source,
		isEach ? english.laterHooks(hook, names, named(there)) : english.noLaterChain(hook, names),
	]
}
