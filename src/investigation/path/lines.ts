import type { TraceConntrack } from '../../kernel/rules/trace.ts'
import * as english from '../../words/english/investigation/path.ts'
import { INVALID, isBehind } from './conntrack-at.ts'
import { decisionText, isOpen, untold } from './decision.ts'
import { packetText } from './packet-words.ts'
import type { Path, PathStep, Stage } from './path.ts'

/** A line of a path for people. Untrusted text. */
export type PathLine = {
	/**
	 * `facts`: of the packet; `conntrack`; `hook`: a chain that it came into; `step`: a rule or policy there; `nat`; `end`: what
	 * became of it where no step tells that; `untold`: what this trace does not tell.
	 */
	readonly kind: 'facts' | 'conntrack' | 'hook' | 'step' | 'nat' | 'end' | 'untold'
	/** How far it is moved in, from 0: rules stand below their hook, and those of a chain below the jump to it. */
	readonly indent: number
	readonly text: string
	/** The rule or policy that decided. */
	readonly decides: boolean
	/** Which rule, for whoever wants to know more. */
	readonly of: PathStep | undefined
}

const lineOf = (
	kind: PathLine['kind'],
	indent: number,
	text: string,
	of?: PathStep,
	decides = false,
): PathLine => ({
	kind,
	indent,
	text,
	of,
	decides,
})

/** The way of a packet, hook by hook, without its flow: that is the head of it. */
export function pathLines(path: Path): readonly PathLine[] {
	const { stages } = path
	const facts = packetText(path.packet)
	let known = ''
	const first = conntrackFirst(path)
	const behind = stages.findIndex(({ hook, priority }) => priority !== null && isBehind({ hook, priority }))
	const ways = stages.flatMap((stage, index): readonly PathLine[] => {
		const says = stage.conntrack === null ? '' : conntrackText(stage.conntrack)
		const isNew = says !== '' && says !== known && first === undefined
		known = says === '' ? known : says
		return [
			...changedLines(stage),
			...(index === behind ? conntrackLines(first) : []),
			...(isNew ? [lineOf('conntrack', 0, english.conntrackSays(says))] : []),
			...stageLines(stage, path, index === stages.length - 1),
		]
	})
	return [
		...(facts === '' ? [] : [lineOf('facts', 0, facts)]),
		...(behind < 0 ? conntrackLines(first) : []),
		...ways,
		...untold(path).map((text) => lineOf('untold', 0, text)),
	]
}

/** What became of a packet, where no step tells that; to be drawn behind its way where nothing else says it. */
export const endLine = (path: Path): PathLine | undefined =>
	path.ending === 'decided' || path.ending === 'passed'
		? undefined
		: lineOf('end', 0, english.endsHere(decisionText(path)))

const conntrackLines = (text: string | undefined): readonly PathLine[] =>
	text === undefined ? [] : [lineOf('conntrack', 0, english.conntrackSays(text))]

/** Why it is INVALID by the log, or the state by a rule; undefined where nft itself tells the state chain by chain. */
function conntrackFirst({ reason, state, stages }: Path): string | undefined {
	const isTold = stages.some(({ conntrack }) => conntrack !== null)
	if (reason !== undefined && reason.body !== '')
		return english.conntrackReason(isTold ? '' : (state ?? '').toUpperCase(), reason.body)
	return isTold || state === null ? undefined : english.stateBy(state.toUpperCase())
}

function changedLines({ changed }: Stage): readonly PathLine[] {
	if (changed === undefined) return []
	const { before, after, by } = changed
	if (by === 'headers') return [lineOf('nat', 0, english.headersChanged(before, after))]
	const how = by === 'rule' ? english.byTheRuleAbove : english.byItsEntry
	return [lineOf('nat', 0, english.natChanged(before, after, how))]
}

const chainText = ({ hook, priority, family, table, chain }: Stage): string => {
	const name = `${family} ${table} ${chain}`
	return priority === null ? english.unknownHook(name) : english.place(hook, priority, name)
}

/** One line where nothing but its policy was met, and else one for the chain and for each rule. */
function stageLines(stage: Stage, path: Path, isLast: boolean): readonly PathLine[] {
	const { steps } = stage
	const [only] = steps
	const chain = chainText(stage)
	const decides = (step: PathStep): boolean => step === path.decision?.by
	if (only !== undefined && steps.length === 1 && only.step.kind === 'policy')
		return [lineOf('step', 0, `${chain}: ${english.policy(only.word)}`, only, decides(only))]
	return [
		lineOf('hook', 0, chain),
		...steps.map((step) => lineOf('step', step.depth + 1, stepText(step), step, decides(step))),
		...(isOpen(stage) && !isLast ? [lineOf('end', 1, english.nothingToldHere)] : []),
		...(steps.at(-1)?.word === 'queue' && !isLast ? [lineOf('end', 1, english.cameBackFromQueue)] : []),
	]
}

/** `drop: ct state invalid counter drop (rule 1, handle 7)`. */
function stepText({ step, word, text, rule }: PathStep): string {
	if (step.kind === 'policy') return english.policy(word)
	if (step.kind === 'return') return word
	const which = english.ruleIs(rule?.number ?? step.number ?? null, step.handle)
	const shown = text === '' ? english.textUnknown : text
	// `jump more` of a rule that does nothing else.
	const said = shown === word ? word : `${word}: ${shown}`
	return which === '' ? said : english.whichOne(said, which)
}

/** What conntrack knows of it there, in words. */
function conntrackText({ state, direction, status, id }: TraceConntrack): string {
	if (state === INVALID) return english.conntrackInvalid
	if (id === null) return state === 'untracked' ? english.isUntracked : english.isOfState(state)
	const bits = status.length === 0 ? english.noStatus : english.ofStatus(status.join(', '))
	return english.hasEntry(state, direction ?? '?', bits, id)
}

/** The line as it is read without a screen: moved in, the one that decided with an arrow in front of it. */
export const textOf = ({ indent, text, decides }: PathLine): string =>
	`${decides ? english.decided : '  '} ${'  '.repeat(indent)}${text}`
