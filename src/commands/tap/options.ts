import { type Command, Option } from 'commander'
import { TAP_HOOKS, TAP_LEVELS, TAP_OPTIONS, TAP_STATES, type TapKind } from '../../changes/tap/tap.ts'
import type { TapAsked } from '../../changes/tap/tap-asked.ts'
import { parseCount, parseDuration } from '../common/arguments.ts'
import { checked, maxRateOption, ttlOption } from '../common/command-options.ts'
import { TAP_EPILOGUE } from '../common/help-text.ts'
import type { Finish, Given, Start, Subcommand } from '../run/options.ts'

const SUMMARIES = {
	tap: 'log packets by state, hook and match with rules of our own, for a while',
	preview: 'tell what a rule would hit: count and log, drop nothing',
	count: 'count packets by hook and ct state, for a while',
} as const

const words = (text: string): readonly string[] =>
	text
		.toLowerCase()
		.split(',')
		.filter((word) => word !== '')

const kept = (given: Given, name: string): readonly string[] =>
	(given[name] as readonly string[] | undefined) ?? []

function askedOf(kind: TapKind, given: Given, rule: readonly string[]): TapAsked {
	return {
		kind,
		hooks: kept(given, 'hook'),
		states: kept(given, 'state'),
		rate: given.rate as string | undefined,
		burst: given.burst as number | undefined,
		level: given.level as string | undefined,
		options: kept(given, 'log'),
		prefix: given.prefix as string | undefined,
		to: given.to as string | undefined,
		rule: rule.join(' '),
	}
}

/** `ctscope tap`, `preview` and `count`: one program in three moods. `start` enters the network namespace, or not. */
export function addTaps(subcommand: Subcommand, start: Start, finish: Finish): void {
	for (const kind of ['tap', 'preview', 'count'] as const) {
		const command = subcommand(kind, SUMMARIES[kind], async (given, rule) => {
			const common = start(given)
			if (common === undefined) return
			const { runTap } = await import('./tap.ts')
			finish(
				await runTap({
					...common,
					asked: askedOf(kind, given, rule),
					forMs: given.for as number | undefined,
					ttlMs: given.ttl as number,
					maxRate: given.maxRate as number,
					json: given.json === true,
					yes: given.yes === true,
					show: given.show === true,
				}),
			)
		})
		command
			.argument('[rule...]', 'which packets, as for iptables or nft: -- -p tcp --dport 22 -j DROP')
			.passThroughOptions()
			.usage('[options] [-- RULE...]')
			.addOption(
				new Option('--hook <hooks>', `${TAP_HOOKS.join(', ')}; commas between them`).argParser(words),
			)
			.option(
				'--for <time>',
				'end after this time: 30s, 5m',
				checked(parseDuration, 'a time such as 30s or 5m'),
			)
		if (kind !== 'count') logging(command)
		command
			.option('--json', 'print JSON, one object a line')
			.option('--show', 'only print the nft and iptables commands that do the same')
			.option('--yes', 'go on also where a rule switches connection tracking on')
			.addOption(ttlOption())
			.addOption(maxRateOption())
			.addHelpText('after', TAP_EPILOGUE)
	}
}

/** `ctscope trace`: which rule decides about a packet. */
export function addTrace(subcommand: Subcommand, start: Start, finish: Finish): void {
	subcommand(
		'trace',
		'follow a few INVALID packets through the rules: which one decides?',
		async (given, rule) => {
			const common = start(given)
			if (common === undefined) return
			const { runTrace } = await import('./trace.ts')
			finish(
				await runTrace({
					...common,
					asked: askedOf('trace', given, rule),
					forMs: given.for as number,
					count: given.count as number,
					ttlMs: given.ttl as number,
					maxRate: given.maxRate as number,
					json: given.json === true,
					yes: given.yes === true,
				}),
			)
		},
	)
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
}

function logging(command: Command): void {
	command
		.addOption(
			new Option('--state <states>', `${TAP_STATES.join(', ')}; again for a tap of its own`).argParser(
				(text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
			),
		)
		.option('--rate <n/time>', 'lines at most: 10/second, 5/minute')
		.option('--burst <n>', 'lines at once before the rate holds', checked(parseCount, 'a number from 1 on'))
		.addOption(new Option('--level <level>', `level of the lines: ${TAP_LEVELS.join(', ')}`))
		.addOption(
			new Option('--log <options>', `what a line says besides: ${TAP_OPTIONS.join(', ')}`).argParser(words),
		)
		.option(
			'--to <place>',
			'kmsg (the kernel log), nflog (group 0, read by us), or nflog:N for your own reader',
			'kmsg',
		)
		.option('--prefix <text>', 'what a line begins with, up to 29 characters; with one tap only')
}
