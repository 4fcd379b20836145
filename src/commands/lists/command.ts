import * as english from '../../words/english/commands/lists.ts'
import { parseDuration } from '../common/arguments.ts'
import { checked } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const DEFAULT_MS = 10_000
const LEAST_MS = 1_000
/** PROBE_BOUND_MS, which loads too much for a command line: the guard takes them away then. */
const MOST_MS = 30_000

function parseFor(text: string): number | undefined {
	const ms = parseDuration(text)
	return ms !== undefined && ms >= LEAST_MS && ms <= MOST_MS ? ms : undefined
}

export const lists = () =>
	subcommand(
		onHost('lists', english.listUnconfirmedAndDying)
			.option('--for <time>', english.howLongEntriesAreFollowed, checked(parseFor, english.aTimeFrom1sTo30s))
			.option('--json', english.printJsonOfLists)
			.addHelpText('after', english.exampleOfLists),
		(given) =>
			inNetns(given, async (common) => {
				const { runLists } = await import('./lists.ts')
				return runLists({ ...common, forMs: given.for ?? DEFAULT_MS, json: given.json === true })
			}),
	)
