import { Option } from '@commander-js/extra-typings'
import { parseCount, parseDuration } from '../common/arguments.ts'
import { checked, maxRateOption, ttlOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Examples:
  ctscope trace                            the next five INVALID packets
  ctscope trace --for 1m -- -p tcp -s 10.0.0.1 --sport 443`

/** Which rule decides about a packet. */
export const trace = () =>
	subcommand(
		onHost('trace', 'follow a few INVALID packets through the rules: which one decides?')
			.argument('[rule...]', 'which packets instead of INVALID ones: -- -p tcp -s 10.0.0.1 --sport 443')
			.passThroughOptions()
			.usage('[options] [-- RULE...]')
			.addOption(
				new Option('--for <time>', 'end after this time')
					.default(10_000, '10s')
					.argParser(checked(parseDuration, 'a time such as 10s or 1m')),
			)
			.addOption(
				new Option('--count <n>', 'end after so many packets')
					.default(5, '5')
					.argParser(checked(parseCount, 'a number from 1 on')),
			)
			.option('--json', 'print JSON')
			.option('--yes', 'go on also where a rule switches connection tracking on')
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
