import { describe, type Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { EXIT } from './options.ts'

/** Exit status that belongs to a failure before anything was changed. */
export function exitOf(failure: Failure): number {
	switch (failure.kind) {
		case 'usage':
			return EXIT.usage
		case 'busy':
			return EXIT.held
		case 'conflict':
			return EXIT.conflict
		default:
			return EXIT.refused
	}
}

/** A failure as one line for stderr: what is the matter, and what can be done. */
export function failureLine(failure: Failure): string {
	const { title, detail, next } = describe(failure)
	const what = failure.kind === 'usage' ? detail : `${title}: ${detail}`
	return visible(next === '' ? `ctscope: ${what}` : `ctscope: ${what}; ${next}`)
}
