import * as english from '../../words/english/commands/rules.ts'
import { parseDuration } from '../common/arguments.ts'
import { checked } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.exampleCtscopeFlowTcp10

const LEAST_MS = 1_000
const MOST_MS = 3_600_000

function parseFor(text: string): number | undefined {
	const ms = parseDuration(text)
	return ms !== undefined && ms >= LEAST_MS && ms <= MOST_MS ? ms : undefined
}

export const flow = () =>
	subcommand(
		onHost('flow', english.joinEntrySocketAndRules)
			.argument('<words...>', english.protocolSourcePortDestinationPort)
			.option('--for <time>', english.watchItsEnd, checked(parseFor, english.aTimeFrom1sToAnHour))
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) => {
				const { runFlow } = await import('./flow.ts')
				return runFlow({ ...common, words, forMs: given.for, json: given.json === true })
			}),
	)
