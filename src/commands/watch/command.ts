import { Option } from '@commander-js/extra-typings'
import * as english from '../../words/english/commands/screens.ts'
import { parseCount } from '../common/arguments.ts'
import { checked, intervalOption, ttlOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = english.exampleCtscopeWatchInterval5

/** Counters and reasons again and again. */
export const watch = () =>
	subcommand(
		onHost('watch', english.printCountersAndReasonsAgain)
			.option('--json', english.printOneJsonObjectA)
			.addOption(intervalOption(english.timeBetweenTwoReadings))
			.addOption(
				new Option('--count <n>', english.endAfterNReadings).argParser(
					checked(parseCount, english.aNumberFrom1On),
				),
			)
			.addOption(
				new Option('--source <probe>', english.probeSetsKernelProbes).argParser(
					checked((text) => (text === 'probe' ? text : undefined), english.giveProbeOrLeaveItOut),
				),
			)
			.addOption(ttlOption())
			.addHelpText('after', EPILOGUE),
		(given) =>
			inNetns(given, async (common) => {
				const { runWatch } = await import('./watch.ts')
				return runWatch({
					...common,
					json: given.json === true,
					intervalMs: given.interval,
					count: given.count,
					source: given.source,
					ttlMs: given.ttl,
				})
			}),
	)
