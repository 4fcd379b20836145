import { Option } from '@commander-js/extra-typings'
import { resolveNetns } from '../../host/netns/netns.ts'
import * as english from '../../words/english/commands/revert.ts'
import { ok } from '../../words/failure.ts'
import { refused, wrongUse } from '../common/failure-exit.ts'
import { print } from '../common/output.ts'
import { common, onHost, subcommand } from '../common/subcommand.ts'

/** Puts back what sessions have changed. */
export const revert = () =>
	subcommand(
		onHost('revert', english.putBackWhatSessionsHave)
			.option('--all', english.putBackEverything)
			.option('--lease <id>', english.putBackTheChangesOf)
			.option('--dry-run', english.tellWhatWouldBeWritten)
			.option('--yes', english.doNotAskBeforeChanges)
			.option('--json', english.printJson)
			.addOption(new Option('--reason <text>', english.whyForTheRecord).hideHelp())
			.addOption(new Option('--stay', english.goOnEveryMinuteUntil).hideHelp())
			.addOption(new Option('--past-guard', english.doNotAskTheGuard).hideHelp()),
		async (given) => {
			const { lease, netns } = given
			if ((lease === undefined) === (given.all !== true)) return wrongUse(english.giveEitherLeaseIdOr)
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
