import { resolve } from 'node:path'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DEFAULT_MAX_RATE, HIGHEST_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { DEFAULT_STATE_DIR } from '../../host/files/state-dir.ts'
import * as english from '../../words/english/commands/common.ts'
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
		if (value === undefined) throw new InvalidArgumentError(english.give(hint))
		return value
	}
}

export const file = checked(parseFile, english.aPathAsNameWhen)

const protocol = checked(parseRunProtocol, english.allNoneTcpUdpIcmp)

export const netnsOption = () => new Option('--netns <name|pid|path>', english.lookAtAnotherNetworkNamespace)

export const stateDirOption = () =>
	new Option('--state-dir <dir>', english.whereChangesAreRecordedDefault(DEFAULT_STATE_DIR)).argParser(
		// The guard has another working directory.
		(text) => resolve(file(text)),
	)

export const ttlOption = () =>
	new Option('--ttl <time>', english.howLongChangesStayOn)
		.default(DEFAULT_TTL_MS, '10m')
		.argParser(checked(parseTtl, english.aTimeFrom1mTo))

export const maxRateOption = () =>
	new Option('--max-rate <n>', english.moreLogLinesASecond)
		.default(DEFAULT_MAX_RATE, String(DEFAULT_MAX_RATE))
		.argParser(checked(parseMaxRate, english.aWholeNumberOfLog(HIGHEST_MAX_RATE)))

export const protocolOption = () =>
	new Option('--protocol <name|number>', english.allTcpUdpIcmpIcmpv6).default(255, 'all').argParser(protocol)

const siteWord = checked(parseSiteWord, english.aFunctionFileLineFile)

export const printkOption = () =>
	new Option('--printk <what>', english.letCallSitesPrintFunction)
		.default([], 'none')
		.argParser((text, before: readonly string[]) => [...before, siteWord(text)])

export const consoleLevelOption = () =>
	new Option('--console-level <n>', english.whatTheConsoleShowsMeanwhile).argParser(
		checked(parseConsoleLevel, english.aNumberFrom1To),
	)

export const sourceOption = () =>
	new Option('--source <auto|probe|nflog|kmsg>', english.whereTheReasonsComeFrom)
		.default('auto')
		.argParser(checked(parseSource, english.autoProbeNflogKmsg))

export const forceOption = () => new Option('--force', english.writeOverAFileOf).default(false)

export const intervalOption = (what: string) =>
	new Option('--interval <seconds>', what)
		.default(1_000, '1')
		.argParser(checked(parseInterval, english.aTimeFrom01))
