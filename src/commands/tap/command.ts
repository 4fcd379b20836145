import { Option } from '@commander-js/extra-typings'
import { TAP_HOOKS, TAP_LEVELS, TAP_OPTIONS, TAP_STATES } from '../../changes/tap/tap.ts'
import { parseCount, parseDuration } from '../common/arguments.ts'
import { checked, maxRateOption, ttlOption } from '../common/command-options.ts'
import { inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
The rules are in a table of our own (inet ctscope); chains of others stay as they are. Nothing is dropped.
Examples:
  ctscope tap --state new --state invalid --hook input,output   two taps, told apart
  ctscope tap --log tcp-seq,uid --for 1m -- -p tcp --dport 443
  ctscope preview -- -A INPUT -p tcp --dport 1234 -j DROP       what would it drop?
  ctscope count --for 10s                                       packets by hook and state
`

const SUMMARIES = {
	tap: 'log packets by state, hook and match with rules of our own, for a while',
	preview: 'tell what a rule would hit: count and log, drop nothing',
	count: 'count packets by hook and ct state, for a while',
} as const

type Kind = keyof typeof SUMMARIES

const words = (text: string): readonly string[] =>
	text
		.toLowerCase()
		.split(',')
		.filter((word) => word !== '')

const counting = (kind: Kind) =>
	onHost(kind, SUMMARIES[kind])
		.argument('[rule...]', 'which packets, as for iptables or nft: -- -p tcp --dport 22 -j DROP')
		.passThroughOptions()
		.usage('[options] [-- RULE...]')
		.addOption(new Option('--hook <hooks>', `${TAP_HOOKS.join(', ')}; commas between them`).argParser(words))
		.option(
			'--for <time>',
			'end after this time: 30s, 5m',
			checked(parseDuration, 'a time such as 30s or 5m'),
		)

const logging = (command: ReturnType<typeof counting>) =>
	command
		.addOption(
			new Option('--state <states>', `${TAP_STATES.join(', ')}; again for a tap of its own`).argParser(
				(text, before: readonly string[] | undefined) => [...(before ?? []), text],
			),
		)
		.option('--rate <n/time>', 'lines at most: 10/second, 5/minute')
		.option('--burst <n>', 'lines at once before the rate holds', checked(parseCount, 'a number from 1 on'))
		.option('--level <level>', `level of the lines: ${TAP_LEVELS.join(', ')}`)
		.addOption(
			new Option('--log <options>', `what a line says besides: ${TAP_OPTIONS.join(', ')}`).argParser(words),
		)
		.option(
			'--to <place>',
			'kmsg (the kernel log), nflog (group 0, read by us), or nflog:N for your own reader',
			'kmsg',
		)
		.option('--prefix <text>', 'what a line begins with, up to 29 characters; with one tap only')

/** One program in three moods. */
function oneOf(kind: Kind) {
	const command = counting(kind)
	// What `count` does not take is never given to it.
	const full = kind === 'count' ? (command as ReturnType<typeof logging>) : logging(command)
	return subcommand(
		full
			.option('--json', 'print JSON, one object a line')
			.option('--show', 'only print the nft and iptables commands that do the same')
			.option('--yes', 'go on also where a rule switches connection tracking on')
			.addOption(ttlOption())
			.addOption(maxRateOption())
			.addHelpText('after', EPILOGUE),
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
