import type { Neighbour } from '../../kernel/conntrack/neighbour.ts'
import { FoldJoiner } from '../../kernel/log/fold-joiner.ts'
import { type LogLine, parseLogLine } from '../../kernel/log/log-line.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { classify } from '../../reasons/classify.ts'
import { explain } from '../../reasons/explain/explain.ts'
import {
	nearestIds,
	reasonById,
	reasonsAbout,
	reasonsTitled,
	reasonsTouching,
	reasonsWithText,
} from '../../reasons/find.ts'
import { type ListedReason, REASONS } from '../../reasons/list.ts'
import type { Reason } from '../../reasons/shape/reason.ts'
import { pathOfName } from '../../reasons/silent-names.ts'
import { SILENT_PATHS, type SilentPath, silentPathAbout } from '../../reasons/silent-paths.ts'
import type { Beside, Suspect } from '../../reasons/suspects/suspect.ts'
import { saysInvalid, suspectsOf } from '../../reasons/suspects/suspects.ts'
import { type FoundTerm, termsIn, termsOfNeighbour, termWithin } from '../../reasons/terms/find-term.ts'

export type Silent = Pick<SilentPath, 'id' | 'title' | 'counter' | 'tellApart'>

/** What was found for what somebody asked about. */
export type Answer =
	/** One reason; `reason` is what the given line says, `others` are explained in the same words. */
	| {
			readonly kind: 'reason'
			readonly id: string
			readonly listed: ListedReason | undefined
			readonly reason: Reason | undefined
			readonly others: readonly ListedReason[]
	  }
	/** Several with this text, or about these words. */
	| { readonly kind: 'several'; readonly by: 'text' | 'words'; readonly listed: readonly ListedReason[] }
	| { readonly kind: 'silent'; readonly path: Silent }
	/** Counters, fields, settings, spellings of rules, errors: with their values where these were given. */
	| { readonly kind: 'term'; readonly terms: readonly FoundTerm[] }
	| { readonly kind: 'neighbour'; readonly neighbour: Neighbour; readonly terms: readonly FoundTerm[] }
	/** A line of a rule, and why its packet may be INVALID. */
	| {
			readonly kind: 'rule'
			readonly prefix: string
			readonly saysInvalid: boolean
			readonly suspects: readonly Suspect[]
	  }
	/** A line of conntrack with a text that the catalogue does not have. */
	| { readonly kind: 'unknown'; readonly reason: Reason; readonly nearest: readonly string[] }
	| { readonly kind: 'nothing'; readonly nearest: readonly string[] }

/** More would not be read. */
const MOST_ABOUT = 15
const MOST_NEAREST = 3

/**
 * `asked`: an id, a whole line of any log, several lines of one, the text of a reason alone, part of an id, a word of
 * conntrack (a counter, a field, a setting, a rule, an error), or words.
 */
export function answerOf(asked: string): Answer {
	const text = asked.trim()
	const listed = reasonById(text)
	if (listed !== undefined) return one(listed)
	if (explain(text) !== undefined) return ofHelperKind(text)
	const ofName = pathOfName(text)
	const path = SILENT_PATHS.find(({ id }) => id === text || id === ofName)
	if (path !== undefined) return { kind: 'silent', path }
	const terms = termsIn(text)
	if (terms.length > 0) return { kind: 'term', terms }
	const lines = text.includes('\n') ? linesIn(text) : undefined
	if (lines !== undefined) return lines
	const line = lineIn(text)
	if (line !== undefined) return ofLine(line, [])
	const same = reasonsWithText(text)
	const [first] = same
	if (first !== undefined)
		return ofText(
			same.map((one) => one.listed),
			classify(first.line),
		)
	const titled = reasonsTitled(text)
	if (titled.length > 0) return ofText(titled, undefined)
	const term = termWithin(text)
	return term === undefined ? ofWords(text) : { kind: 'term', terms: [{ term, name: term.names[0] ?? '' }] }
}

/** More lines would be a log: ctscope parse reads these. */
const MOST_LINES = 200

/**
 * Several lines: the one to explain is the first of a rule that says INVALID, else the first of a rule, else the first
 * that is known; the others stand beside it. Undefined when they are one record that was folded, or no lines of a log.
 */
function linesIn(text: string): Answer | undefined {
	const joiner = new FoldJoiner()
	const records = [...joiner.push(text.split('\n').map((line) => ({ text: line, cut: 0 }))), ...joiner.end()]
	const known = records.slice(0, MOST_LINES).flatMap((record) => lineIn(record.text) ?? [])
	const rules = known.filter((one) => one.kind === 'rule')
	const asked = rules.find((one) => 'line' in one && saysInvalid(one.line.prefix)) ?? rules[0] ?? known[0]
	if (asked === undefined || records.length < 2) return undefined
	return ofLine(
		asked,
		known.filter((one) => one !== asked),
	)
}

function besideOf(known: KnownLine): Beside {
	if (known.kind === 'neighbour')
		return { isTableFull: known.neighbour.id === 'table-full' || known.neighbour.id === 'table-full-netns' }
	if (known.kind === 'rule') return { line: known.line }
	const { id, title } = classify(known.line)
	return { line: known.line, reason: { id, title } }
}

/** All of them, unless they are explained in the same words: then the first, which is that of the newest kernels. */
function ofText(same: readonly ListedReason[], reason: Reason | undefined): Answer {
	const [first, ...others] = same
	const alike = same.every(({ explainedBy }) => explainedBy === first?.explainedBy)
	return first !== undefined && alike
		? one(first, reason, others)
		: { kind: 'several', by: 'text', listed: same }
}

/** `helper-NAME-KIND`: a text of a helper that the catalogue does not have goes by this, and those that it has are like it. */
function ofHelperKind(id: string): Answer {
	const [, name, kind] = /^helper-(.*)-([a-z]+)$/.exec(id) ?? []
	const others = REASONS.filter(
		({ protocol, explainedBy }) => protocol === name && explainedBy === `helper ${kind}`,
	)
	return { kind: 'reason', id, listed: undefined, reason: undefined, others }
}

type KnownLine = Extract<LogLine, { line: PacketLine } | { neighbour: Neighbour }>

/** A whole line, or one that lost its packet. */
function lineIn(text: string): KnownLine | undefined {
	const whole = parseLogLine(text)
	if ('line' in whole || 'neighbour' in whole) return whole
	const completed = parseLogLine(`${text} IN= OUT= `)
	// Any words before a packet are a rule's.
	return 'line' in completed && completed.kind !== 'rule' ? completed : undefined
}

function ofLine(found: KnownLine, beside: readonly KnownLine[]): Answer {
	if (found.kind === 'neighbour') {
		const { neighbour } = found
		return { kind: 'neighbour', neighbour, terms: termsOfNeighbour(neighbour.id) }
	}
	const { line } = found
	if (line.kind === 'rule') {
		// The text of a reason that lost its prefix and kept its packet looks like the words of a rule.
		const same = reasonsWithText(line.prefix)
		const ofProtocol = same.filter(({ listed }) => listed.protocol === line.packet.protocol?.toUpperCase())
		const [first] = ofProtocol.length > 0 ? ofProtocol : same
		if (first === undefined || line.prefix === '')
			return {
				kind: 'rule',
				prefix: line.prefix,
				saysInvalid: saysInvalid(line.prefix),
				suspects: suspectsOf({ line, beside: beside.map(besideOf) }),
			}
		return one(first.listed, classify({ ...first.line, packet: line.packet }))
	}
	const reason = classify(line)
	if (reason.id === 'unknown') return { kind: 'unknown', reason, nearest: nearest(line.body) }
	const listed = reasonById(reason.id)
	return { kind: 'reason', id: reason.id, listed, reason, others: [] }
}

function ofWords(text: string): Answer {
	const found = about(text)
	// What only old kernels had a line for has none today.
	const path = found.every(({ legacy }) => legacy) ? silentPathAbout(text) : undefined
	if (path !== undefined) return { kind: 'silent', path }
	if (found.length === 0) return { kind: 'nothing', nearest: nearest(text) }
	const [only] = found
	return only !== undefined && found.length === 1
		? one(only)
		: { kind: 'several', by: 'words', listed: found }
}

/** A slip in an id, or words of which not all are known. */
function nearest(text: string): readonly string[] {
	return text.includes(' ')
		? reasonsTouching(text)
				.slice(0, MOST_NEAREST)
				.map(({ id }) => id)
		: nearestIds(text, MOST_NEAREST)
}

/** One of those that share an explanation: the best, which is that of kernels of today where it matters. */
function about(text: string): readonly ListedReason[] {
	const explained = new Set<string>()
	const best = reasonsAbout(text).filter(({ explainedBy }) => {
		if (explained.has(explainedBy)) return false
		explained.add(explainedBy)
		return true
	})
	return best.slice(0, MOST_ABOUT)
}

const one = (listed: ListedReason, reason?: Reason, others: readonly ListedReason[] = []): Answer => ({
	kind: 'reason',
	id: listed.id,
	listed,
	reason,
	others,
})
