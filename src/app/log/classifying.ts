import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import { answerTo, NO_ANSWERS } from '../../reasons/answers.ts'
import { classify, type Reason } from '../../reasons/classify.ts'
import { judgedBefore, NO_JUDGED } from '../../reasons/judged-twice.ts'
import { learn } from '../../reasons/traits.ts'
import * as english from '../../words/english/app/log.ts'
import type { State } from '../state/state.ts'

/** What one line says may depend on the lines before it: what they taught about this kernel, and what was answered. */
export type Reasoning = {
	reasonOf(line: PacketLine, at: MonotonicMs): Reason
	learned(): Pick<State, 'traits' | 'answers' | 'judged'>
}

/** Reads lines in their order, from what is known in `state` on. Changes nothing in it. */
export function createReasoning(
	state: Pick<State, 'traits'> & Partial<Pick<State, 'answers' | 'judged'>>,
): Reasoning {
	let { traits, answers = NO_ANSWERS, judged = NO_JUDGED } = state
	return {
		reasonOf(line, at) {
			traits = learn(traits, line)
			const reason = classify(line, traits)
			const found = answerTo(answers, line, reason, at)
			answers = found.book
			const seen = judgedBefore(judged, line.packet, at)
			judged = seen.book
			const told = seen.again ? { ...reason, again: true as const } : reason
			return found.answer ? { ...told, title: ANSWER_TITLE, answer: true } : told
		},
		learned: () => ({ traits, answers, judged }),
	}
}

/** A row of its own: the host's RST to an INVALID packet is INVALID too; it is what the other side notices. */
const ANSWER_TITLE = english.ownRstToSuchA
