import { Option } from '@commander-js/extra-typings'
import { resolveNetns } from '../../host/netns/netns.ts'
import { ok } from '../../words/failure.ts'
import { refused, wrongUse } from '../common/failure-exit.ts'
import { print } from '../common/output.ts'
import { common, onHost, subcommand } from '../common/subcommand.ts'

/** Puts back what sessions have changed. */
export const revert = () =>
	subcommand(
		onHost('revert', 'put back what sessions have changed, also dead ones')
			.option('--all', 'put back everything')
			.option('--lease <id>', 'put back the changes of one session')
			.option('--dry-run', 'tell what would be written, write nothing')
			.option('--yes', 'do not ask before changes of a living session are put back')
			.option('--json', 'print JSON')
			.addOption(new Option('--reason <text>', 'why, for the record').hideHelp())
			.addOption(new Option('--stay', 'go on every minute until nothing is in force').hideHelp())
			.addOption(new Option('--past-guard', 'do not ask the guard, which stands still').hideHelp()),
		async (given) => {
			const { lease, netns } = given
			if ((lease === undefined) === (given.all !== true))
				return wrongUse("give either --lease ID or --all; 'ctscope status' lists the leases")
			// Only leases of that namespace; it needs not be entered for that.
			const only = netns === undefined ? ok(undefined) : resolveNetns(netns)
			if (!only.ok) return refused(only.failure)
			const { runRevert } = await import('./revert.ts')
			const { askOnTerminal } = await import('../common/change-with.ts')
			const confirm = given.yes === true ? undefined : askOnTerminal()
			return runRevert({
				stateDir: common(given).stateDir,
				lease,
				only: only.value,
				dryRun: given.dryRun === true,
				reason: given.reason,
				json: given.json === true,
				stays: given.stay === true,
				pastGuard: given.pastGuard === true,
				print,
				...(confirm === undefined ? {} : { confirm }),
			})
		},
	)
