import type { BoundLogger } from '../../changes/kinds/kind.ts'
import { knobById } from '../../changes/knobs.ts'
import { settled, type Work } from '../../host/process/later.ts'
import type { KernelFiles } from '../../host/write/write.ts'
import type { Knob } from '../../model/knob.ts'
import type { Book } from './book.ts'

/** What the kernel does by itself when a module is loaded: a logger becomes that of a family which has none. */
export type Consequence = { readonly knob: Knob; readonly logger: string }

/** Which of these loggers the kernel will bind in the network namespace of this process (net/netfilter/nf_log.c, nf_log_set). */
export function* consequencesOf(
	kernel: Pick<KernelFiles, 'read'>,
	loggers: readonly BoundLogger[],
): Work<readonly Consequence[]> {
	const found: Consequence[] = []
	for (const { knob: id, logger } of loggers) {
		const knob = knobById(id)
		if (knob === undefined) continue
		const reading = yield* settled(kernel.read(knob))
		if (reading.kind === 'value' && reading.value === 'NONE') found.push({ knob, logger })
	}
	return found
}

export type ConsequencesOf = {
	readonly list: readonly Consequence[]
	readonly step: number
	/** The change that has them. */
	readonly seq: number
	readonly purpose: string
}

/**
 * Recorded before the module is loaded, like any write of ours: whoever finds the module in use afterwards puts the
 * loggers back all the same. The errno name when it is not on disk.
 */
export function recordConsequences(
	book: Book,
	{ list, step, seq, purpose }: ConsequencesOf,
): string | undefined {
	for (const [index, { knob, logger }] of list.entries()) {
		const code = book.record({
			type: 'intent',
			seq: seq + 1 + index,
			step,
			knob: knob.id,
			class: knob.class,
			path: knob.path,
			purpose,
			was: 'NONE',
			from: 'NONE',
			set: logger,
			cameWith: seq,
		})
		if (code !== undefined) return code
	}
	return undefined
}

/** Which of them have come about. What reads otherwise is not ours. The errno name when it is not on disk. */
export function* settleConsequences(
	kernel: Pick<KernelFiles, 'read'>,
	book: Book,
	{ list, seq }: ConsequencesOf,
): Work<string | undefined> {
	for (const [index, { knob, logger }] of list.entries()) {
		const now = yield* settled(kernel.read(knob))
		const isBound = now.kind === 'value' && now.value === logger
		const own = seq + 1 + index
		if (!isBound) book.note({ type: 'refused', seq: own, code: 'EREADBACK' })
		else {
			const code = book.record({ type: 'applied', seq: own })
			if (code !== undefined) return code
		}
	}
	return undefined
}
