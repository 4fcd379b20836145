import { Option } from '@commander-js/extra-typings'
import { TAP_HOOKS, TAP_LEVELS, TAP_OPTIONS, TAP_STATES } from '../../changes/tap/tap.ts'
import * as english from '../../words/english/commands/tap.ts'
import { parseCount, parseDuration } from '../common/arguments.ts'
import { checked, maxRateOption, ttlOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const SUMMARIES = {
	tap: english.logPacketsByStateHook,
	preview: english.tellWhatARuleWould,
	count: english.countPacketsByHookAnd,
} as const

type Kind = keyof typeof SUMMARIES

const words = (text: string): readonly string[] =>
	text
		.toLowerCase()
		.split(',')
		.filter((word) => word !== '')

const counting = (kind: Kind) =>
	onHost(kind, SUMMARIES[kind])
		.argument('[rule...]', english.whichPacketsAsForIptables)
		.passThroughOptions()
		.usage('[options] [-- RULE...]')
		.addOption(new Option('--hook <hooks>', english.commasBetweenThem(TAP_HOOKS.join(', '))).argParser(words))
		.option('--for <time>', english.endAfterThisTime30s, checked(parseDuration, english.aTimeSuchAs30s))

const logging = (command: ReturnType<typeof counting>) =>
	command
		.addOption(
			new Option('--state <states>', english.againForATapOf(TAP_STATES.join(', '))).argParser(
				(text, before: readonly string[] | undefined) => [...(before ?? []), text],
			),
		)
		.option('--rate <n/time>', english.linesAtMost10Second)
		.option('--burst <n>', english.linesAtOnceBeforeThe, checked(parseCount, english.aNumberFrom1On))
		.option('--level <level>', english.levelOfTheLines(TAP_LEVELS.join(', ')))
		.addOption(
			new Option('--log <options>', english.whatALineSaysBesides(TAP_OPTIONS.join(', '))).argParser(words),
		)
		.option('--to <place>', english.kmsgTheKernelLogNflog, 'kmsg')
		.option('--prefix <text>', english.whatALineBeginsWith)

/** One program in three moods. */
function oneOf(kind: Kind) {
	const command = counting(kind)
	// What `count` does not take is never given to it.
	const full = kind === 'count' ? (command as ReturnType<typeof logging>) : logging(command)
	return subcommand(
		full
			.option('--json', english.printJsonOneObjectA)
			.option('--show', english.onlyPrintTheNftAnd)
			.option('--yes', english.goOnAlsoWhereA)
			.addOption(ttlOption())
			.addOption(maxRateOption())
			.addHelpText('after', english.helpAfter[kind]),
		(given, [rule]) =>
			inNetns(given, async (common) => {
				const { runTap } = await import('./tap.ts')
				const { rate, burst, level, prefix, to } = given
				return runTap({
					...common,
					asked: {
						kind,
						hooks: given.hook ?? [],
						states: given.state ?? [],
						options: given.log ?? [],
						rule: rule.join(' '),
						rate,
						burst,
						level,
						prefix,
						to,
					},
					forMs: given.for,
					ttlMs: given.ttl,
					maxRate: given.maxRate,
					json: given.json === true,
					yes: given.yes === true,
					show: given.show === true,
				})
			}),
	)
}

export const tap = () => oneOf('tap')
export const preview = () => oneOf('preview')
export const count = () => oneOf('count')
