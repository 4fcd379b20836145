import { intervalOption } from '../common/command-options.ts'
import { common, inNetns, onHost, subcommand } from '../common/subcommand.ts'

const EPILOGUE = `
Examples:
  ctscope rules --interval 10              what they count in ten seconds
  iptables-save -c | ctscope rules -       those of another host`

export const rules = () =>
	subcommand(
		onHost('rules', 'tell which rules act on INVALID packets, with owner and counters; changes nothing')
			.argument(
				'[file]',
				'a listing of another host (iptables-save -c, iptables -nvL, nft list ruleset); - reads standard input',
			)
			.option('--json', 'print JSON')
			.addOption(intervalOption('time between the two readings that are compared'))
			.addHelpText('after', EPILOGUE),
		async (given, [file]) => {
			const { runRules } = await import('./rules.ts')
			const asked = { file, json: given.json === true, intervalMs: given.interval }
			// A listing of another host has no namespace here.
			if (file !== undefined) return runRules({ ...common(given), ...asked })
			return inNetns(given, (options) => runRules({ ...options, ...asked }))
		},
	)
