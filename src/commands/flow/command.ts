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

const parseNumber16 = (text: string): number | undefined =>
	/^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined

export const flow = () =>
	subcommand(
		onHost('flow', english.joinEntrySocketAndRules)
			.argument('<words...>', english.protocolSourcePortDestinationPort)
			.option('--for <time>', english.watchItsEnd, checked(parseFor, english.aTimeFrom1sToAnHour))
			.option('--zone <n>', english.onlyThisZone, checked(parseNumber16, english.aNumberUpTo65535))
			.option('--icmp-id <n>', english.idOfItsEcho, checked(parseNumber16, english.aNumberUpTo65535))
			.option('--json', english.printJson)
			.addHelpText('after', EPILOGUE),
		(given, [words]) =>
			inNetns(given, async (common) => {
				const { runFlow } = await import('./flow.ts')
				return runFlow({
					...common,
					words,
					forMs: given.for,
					zone: given.zone,
					icmpId: given.icmpId,
					json: given.json === true,
				})
			}),
	)
