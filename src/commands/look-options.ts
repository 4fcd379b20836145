import { Option } from 'commander'
import { columnsOf } from '../words/paragraph.ts'
import { parseCount, parseInterval } from './common/arguments.ts'
import { checked, common } from './common/command-options.ts'
import { PRINTK_EPILOGUE } from './common/help-text.ts'
import type { Finish, Start, Subcommand } from './run/options.ts'

const intervalOption = (what: string): Option =>
	new Option('--interval <seconds>', what)
		.default(1_000, '1')
		.argParser(checked(parseInterval, 'a time from 0.1 to 3600 seconds'))

/** `watch`: counters and reasons again and again. */
export function addWatch(subcommand: Subcommand, start: Start, finish: Finish): void {
	subcommand('watch', 'print counters and reasons again and again; changes nothing', async (given) => {
		const options = start(given)
		if (options === undefined) return
		const { runWatch } = await import('./screen/watch.ts')
		finish(
			await runWatch({
				...options,
				json: given.json === true,
				intervalMs: given.interval as number,
				count: given.count as number | undefined,
			}),
		)
	})
		.option('--json', 'print one JSON object a line')
		.addOption(intervalOption('time between two readings'))
		.addOption(
			new Option('--count <n>', 'end after n readings').argParser(checked(parseCount, 'a number from 1 on')),
		)
}

/** Subcommands that look once and change nothing. */
export function addLooks(subcommand: Subcommand, start: Start, finish: Finish): void {
	subcommand(
		'doctor',
		'tell what is missing on this host, and whether a reason line can reach us',
		async (given) => {
			const options = start(given)
			if (options === undefined) return
			const { runDoctor } = await import('./status/doctor.ts')
			finish(await runDoctor({ ...options, json: given.json === true }))
		},
	).option('--json', 'print JSON')

	subcommand(
		'printk',
		'list messages of conntrack that the kernel can be made to print, and what each tells; changes nothing',
		async (given, words) => {
			const options = start(given)
			if (options === undefined) return
			const { runPrintk } = await import('./printk/printk.ts')
			finish(
				await runPrintk({
					...options,
					words,
					json: given.json === true,
					columns: columnsOf(process.stdout),
					print: (text) => process.stdout.write(`${text}\n`),
				}),
			)
		},
	)
		.argument('[words...]', 'only those with all these words in file, function or text')
		.option('--json', 'print JSON')
		.addHelpText('after', PRINTK_EPILOGUE)

	subcommand(
		'flow',
		'join entry, socket and rules of one flow, and say what follows; changes nothing',
		async (given, words) => {
			const options = start(given)
			if (options === undefined) return
			const { runFlow } = await import('./rules/flow.ts')
			finish(await runFlow({ ...options, words, json: given.json === true }))
		},
	)
		.argument('<words...>', 'PROTOCOL SOURCE[:PORT] DESTINATION[:PORT], or a packet line')
		.option('--json', 'print JSON')

	subcommand(
		'namespaces',
		'list all network namespaces with what conntrack counts in each; changes nothing',
		async (given) => {
			const options = start(given)
			if (options === undefined) return
			const { runNamespaces } = await import('./status/namespaces.ts')
			finish(
				await runNamespaces({
					...options,
					json: given.json === true,
					intervalMs: given.interval as number,
				}),
			)
		},
	)
		.option('--json', 'print JSON')
		.addOption(intervalOption('time between the two readings that are compared'))

	subcommand(
		'rules',
		'tell which rules act on INVALID packets, with owner and counters; changes nothing',
		async (given, [file]) => {
			// A listing of another host has no namespace here.
			const options = file === undefined ? start(given) : common(given)
			if (options === undefined) return
			const { runRules } = await import('./rules/rules.ts')
			finish(
				await runRules({
					...options,
					file,
					json: given.json === true,
					intervalMs: given.interval as number,
				}),
			)
		},
	)
		.argument(
			'[file]',
			'a listing of another host (iptables-save -c, iptables -nvL, nft list ruleset); - reads standard input',
		)
		.option('--json', 'print JSON')
		.addOption(intervalOption('time between the two readings that are compared'))
}
