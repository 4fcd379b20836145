import { startPlay } from '../../host/practice/practice-plays.ts'
import { PLACES } from '../../practice/scenario.ts'
import { scenarioById } from '../../practice/scenarios.ts'
import * as english from '../../words/english/commands/practice.ts'
import { EXIT } from '../common/options.ts'

/**
 * Holds a network namespace of a practice: makes its traffic from the first line of standard input on, and ends with
 * it. Everything it has opened ends with the process.
 */
export async function runPracticePlace(
	scenario: string | undefined,
	name: string | undefined,
): Promise<number> {
	const plays = scenarioById(scenario ?? '')?.plays
	const place = PLACES.find((one) => one === name)
	if (plays === undefined || place === undefined || process.stdin.isTTY === true) {
		process.stderr.write(english.thisIsForCtscopeItself)
		return EXIT.usage
	}
	// The list of namespaces calls this one by the name of its process.
	process.title = `practice-${place}`
	process.on('SIGINT', () => {})
	process.stdin.once('data', () => {
		for (const play of plays[place] ?? []) startPlay(play)
	})
	process.stdout.on('error', () => {})
	process.stdout.write('ready\n')
	await new Promise<void>((resolve) => {
		process.stdin.once('end', resolve)
		process.stdin.once('close', resolve)
	})
	return EXIT.ok
}
