import type { MonotonicMs } from '../../model/clock.ts'
import type { Result } from '../../words/failure.ts'
import type { Reading } from './state.ts'

/** A reading that fails keeps the last value and its age, and says why there is no newer one. */
export function readingOf<T>(before: Reading<T>, result: Result<T & { at: MonotonicMs }>): Reading<T> {
	if (!result.ok) return { ...before, failure: result.failure }
	return { value: result.value, at: result.value.at, failure: undefined }
}
