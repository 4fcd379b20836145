import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DEFAULT_MAX_RATE, HIGHEST_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { DEFAULT_STATE_DIR } from '../../host/files/state-dir.ts'
import {
	parseConsoleLevel,
	parseFile,
	parseInterval,
	parseMaxRate,
	parseRunProtocol,
	parseSiteWord,
	parseSource,
	parseTtl,
} from './arguments.ts'

/** Options that more than one subcommand takes, and how their values are read. */

const DEFAULT_TTL_MS = 600_000

/** Turns a parser into one that tells what would have been right. */
export function checked<T>(parse: (text: string) => T | undefined, hint: string): (text: string) => T {
	return (text) => {
		const value = parse(text)
		if (value === undefined) throw new InvalidArgumentError(`give ${hint}`)
		return value
	}
}

export const file = checked(parseFile, 'a path, as ./NAME when the name begins with a dash')

const protocol = checked(
	parseRunProtocol,
	'all, none, tcp, udp, icmp, icmpv6, sctp, gre, or a number from 1 to 255',
)

export const netnsOption = () => new Option('--netns <name|pid|path>', 'look at another network namespace')

export const stateDirOption = () =>
	new Option('--state-dir <dir>', `where changes are recorded (default: ${DEFAULT_STATE_DIR})`).argParser(
		// The guard has another working directory.
		(text) => resolve(file(text)),
	)

export const ttlOption = () =>
	new Option('--ttl <time>', 'how long changes stay on: 90s, 10m, 1h; 1m to 4h')
		.default(DEFAULT_TTL_MS, '10m')
		.argParser(checked(parseTtl, 'a time from 1m to 4h, such as 90s, 10m or 1h'))

export const maxRateOption = () =>
	new Option('--max-rate <n>', 'more log lines a second for 3 s: undo what logs more; 0: never')
		.default(DEFAULT_MAX_RATE, String(DEFAULT_MAX_RATE))
		.argParser(
			checked(
				parseMaxRate,
				`a whole number of log lines a second from 1 to ${HIGHEST_MAX_RATE}, or 0 for never`,
			),
		)

export const protocolOption = () =>
	new Option(
		'--protocol <name|number>',
		'all, tcp, udp, icmp, icmpv6, sctp, gre, a number, or none with --printk',
	)
		.default(255, 'all')
		.argParser(protocol)

const siteWord = checked(parseSiteWord, 'a function, FILE:LINE, FILE:FUNCTION or proposed')

export const printkOption = () =>
	new Option(
		'--printk <what>',
		"let call sites print: FUNCTION, FILE:LINE, FILE:FUNCTION or proposed; see 'ctscope printk'",
	)
		.default([], 'none')
		.argParser((text, before: readonly string[]) => [...before, siteWord(text)])

export const consoleLevelOption = () =>
	new Option('--console-level <n>', 'what the console shows meanwhile, as dmesg -n: 1 to 8').argParser(
		checked(parseConsoleLevel, 'a number from 1 to 8'),
	)

export const sourceOption = () =>
	new Option('--source <auto|kmsg|nflog>', 'where the reasons come from: NFLOG or the kernel log')
		.default('auto')
		.argParser(
			checked(parseSource, 'auto, kmsg (the kernel log) or nflog (netlink group 0, through tcpdump)'),
		)

export const forceOption = () =>
	new Option('--force', 'write over a file of yours that is there already').default(false)

export const intervalOption = (what: string) =>
	new Option('--interval <seconds>', what)
		.default(1_000, '1')
		.argParser(checked(parseInterval, 'a time from 0.1 to 3600 seconds'))
