import type { PacketLine } from '../kernel/packet-line.ts'
import type { Reason } from '../reasons/classify.ts'

export type AnswerBook = { readonly at: number }
export const NO_ANSWERS: AnswerBook = { at: 0 }
export const answerTo = (book: AnswerBook, _line: PacketLine, _reason: Reason, _at: number) => ({
	book,
	answer: false,
})
