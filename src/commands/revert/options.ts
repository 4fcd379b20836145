import { type Command, Option } from 'commander'
import { type NetnsTarget, resolveNetns } from '../../host/netns/netns.ts'
import { ok, type Result } from '../../words/failure.ts'
import { common } from '../common/command-options.ts'
import { exitOf, failureLine } from '../common/failure-exit.ts'
import type { Finish, Given, Subcommand } from '../run/options.ts'

/** `revert --netns`: only leases of that namespace; it needs not be entered for that. */
function leasesOf({ netns }: Given): Result<NetnsTarget | undefined> {
	return typeof netns === 'string' ? resolveNetns(netns) : ok(undefined)
}

/** `revert`: puts back what sessions have changed. */
export function addRevert(program: Command, subcommand: Subcommand, finish: Finish): void {
	subcommand('revert', 'put back what sessions have changed, also dead ones', async (given) => {
		const lease = typeof given.lease === 'string' ? given.lease : undefined
		if ((lease === undefined) === (given.all !== true)) {
			program.error("error: give either --lease ID or --all; 'ctscope status' lists the leases")
		}
		const only = leasesOf(given)
		if (!only.ok) {
			process.stderr.write(`${failureLine(only.failure)}\n`)
			finish(exitOf(only.failure))
			return
		}
		const { runRevert } = await import('./revert.ts')
		const { askOnTerminal } = await import('../common/change-with.ts')
		const confirm = given.yes === true ? undefined : askOnTerminal()
		finish(
			await runRevert({
				stateDir: common(given).stateDir,
				lease,
				only: only.value,
				dryRun: given.dryRun === true,
				reason: typeof given.reason === 'string' ? given.reason : undefined,
				json: given.json === true,
				stays: given.stay === true,
				pastGuard: given.pastGuard === true,
				print: (text) => process.stdout.write(`${text}\n`),
				...(confirm === undefined ? {} : { confirm }),
			}),
		)
	})
		.option('--all', 'put back everything')
		.option('--lease <id>', 'put back the changes of one session')
		.option('--dry-run', 'tell what would be written, write nothing')
		.option('--yes', 'do not ask before changes of a living session are put back')
		.option('--json', 'print JSON')
		.addOption(new Option('--reason <text>', 'why, for the record').hideHelp())
		.addOption(new Option('--stay', 'go on every minute until nothing is in force').hideHelp())
		.addOption(new Option('--past-guard', 'do not ask the guard, which stands still').hideHelp())
}
