import type { Rule, Verdict } from '../../kernel/rules/rule.ts'
import { type TraceStep, UNKNOWN } from '../../kernel/rules/trace.ts'
import type { PathStep } from './path.ts'

/** A rule that answers is told as one that drops: the answer is in its text. */
const REJECTS = /(?:^| )reject\b|-j REJECT\b/
const TRANSLATES = /(?:^| )(?:dnat|snat|masquerade|redirect)\b|-j (?:DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP)\b/
const SOURCE = /(?:^| )(?:snat|masquerade)\b|-j (?:SNAT|MASQUERADE)\b/
/** Targets of iptables that nat lets through. */
const NAT_TARGETS = ['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP']
/** The packet leaves the chains of this hook. */
const ENDS = ['accept', 'drop', 'reject', 'queue', 'stolen', ...NAT_TARGETS]
const TAKEN = ['drop', 'reject', 'stolen']

/** What a step did, in one or two words. */
export function wordOf({ kind, text, verdict }: TraceStep, rule: string): string {
	if ('chain' in verdict) return `${verdict.kind} ${verdict.chain}`
	if (kind === 'return' && verdict.word === UNKNOWN) return 'return'
	if (verdict.word === 'drop' && kind === 'rule' && (REJECTS.test(text) || REJECTS.test(rule)))
		return 'reject'
	return verdict.word === '' ? 'continue' : verdict.word
}

/** Whether the packet leaves the hook's chain with it. */
export const isLast = ({ step, word }: PathStep): boolean => step.kind === 'policy' || ENDS.includes(word)
/** Whether the packet goes no further. */
export const isTaken = ({ word }: PathStep): boolean => TAKEN.includes(word)
export const letsThrough = ({ word }: PathStep): boolean => word === 'accept' || NAT_TARGETS.includes(word)
export const translates = ({ step, text }: PathStep): boolean => step.kind === 'rule' && TRANSLATES.test(text)
export const changesSource = ({ step, text }: PathStep): boolean => step.kind === 'rule' && SOURCE.test(text)

const plainText = (text: string): string =>
	text
		.replaceAll(/ ?\bcounter(?: packets \d+ bytes \d+)?| ?comment "[^"]*"|"/g, '')
		.replaceAll(/\s+/g, ' ')
		.trim()

const finalOf = (verdict: Verdict): string | undefined =>
	verdict.kind === 'final' ? verdict.word.toLowerCase() : undefined

/** A table that is loaded anew counts its handles from 1: what was read may be another rule than the one that was traced. */
export function isReplaced(step: TraceStep, { backend, text, verdict }: Rule): boolean {
	if (step.text === '') return false
	if (backend === 'nft') return plainText(step.text) !== plainText(text)
	const [traced, read] = [finalOf(step.verdict), finalOf(verdict)]
	const ends = ['accept', 'drop']
	return (
		traced !== undefined &&
		read !== undefined &&
		ends.includes(traced) &&
		ends.includes(read) &&
		traced !== read
	)
}

/** How deep each step is in jumps. A chain that is left is left without a word where its rules are over. */
export function createDepth(): (step: TraceStep) => number {
	const stack: string[] = []
	return ({ chain, kind, verdict }) => {
		const at = stack.lastIndexOf(chain)
		// A policy is that of the chain of the hook, also where a goto has left that one for good.
		if (kind === 'policy') stack.splice(0, stack.length, chain)
		else if (at >= 0) stack.splice(at + 1)
		// The jump to it was not told.
		else stack.push(chain)
		const depth = stack.length - 1
		if ('chain' in verdict) {
			if (verdict.kind === 'goto') stack.pop()
			stack.push(verdict.chain)
		}
		return depth
	}
}
