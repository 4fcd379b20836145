import { Option } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/rules.ts'
import { parseCount, parseDuration } from '../common/arguments.ts'
import { checked, maxRateOption, ttlOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.examplesCtscopeTraceTheNext

/** Which rule decides about a packet. */
export const trace = () =>
	subcommand(
		onHost('trace', english.followAFewInvalidPackets)
			.argument('[rule...]', english.whichPacketsInsteadOfInvalid)
			.passThroughOptions()
			.usage('[options] [-- RULE...]')
			.addOption(
				new Option('--for <time>', english.endAfterThisTime)
					.default(10_000, '10s')
					.argParser(checked(parseDuration, english.aTimeSuchAs10s)),
			)
			.addOption(
				new Option('--count <n>', english.endAfterSoManyPackets)
					.default(5, '5')
					.argParser(checked(parseCount, english.aNumberFrom1On)),
			)
			.option('--json', english.printJson)
			.option('--yes', english.goOnAlsoWhereA)
			.addOption(ttlOption())
			.addOption(maxRateOption())
			.addHelpText('after', EPILOGUE),
		(given, [rule]) =>
			inNetns(given, async (common) => {
				const { runTrace } = await import('./trace.ts')
				return runTrace({
					...common,
					asked: { kind: 'trace', hooks: [], states: [], options: [], rule: rule.join(' ') },
					forMs: given.for,
					count: given.count,
					ttlMs: given.ttl,
					maxRate: given.maxRate,
					json: given.json === true,
					yes: given.yes === true,
				})
			}),
	)
