// Calls methods of the observer and prints each result as one line of JSON: for tests in another network namespace.
import { createObserver } from '../../../src/host/observer.ts'

const observer = createObserver()
for (const method of process.argv.slice(2)) {
	const result =
		await observer[method as 'facts' | 'counters' | 'table' | 'lists' | 'settings' | 'surroundings']()
	process.stdout.write(`${JSON.stringify(result)}\n`)
}
