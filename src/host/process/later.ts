/** A value, or one that has to be waited for: a file of the kernel answers at once, a tool does not. */
export type Later<T> = T | Promise<T>

/**
 * Steps that stop wherever something has to be waited for, and only there. What needs no waiting happens in one go, so
 * that nothing of our own can come in between.
 */
export type Work<T> = Generator<Promise<unknown>, T, unknown>

/** The value of `given`, inside of work. */
export function* settled<T>(given: Later<T>): Work<T> {
	return given instanceof Promise ? ((yield given) as T) : given
}

/** Does the work: the value itself when nothing had to be waited for. */
export function carryOut<T>(work: Work<T>): Later<T> {
	return goOn(work, work.next())
}

function goOn<T>(work: Work<T>, turn: IteratorResult<Promise<unknown>, T>): Later<T> {
	if (turn.done === true) return turn.value
	return turn.value.then(
		(value) => goOn(work, work.next(value)),
		(error: unknown) => goOn(work, work.throw(error)),
	)
}

/** `then` without waiting where there is nothing to wait for. */
export function after<T, U>(given: Later<T>, next: (value: T) => Later<U>): Later<U> {
	return given instanceof Promise ? given.then(next) : next(given)
}
