/** The program as the guard's tests start it: guard, revert, and roles that only tests have. Bundled with crash points. */
import { runGuardArgs } from '../../../src/commands/revert/guard.ts'
import { runRevert } from '../../../src/commands/revert/revert.ts'
import { findLeases } from '../../../src/guard/client/find-leases.ts'
import { runClient } from './client.ts'
import { runClaimRace, runUndoRace } from './race.ts'

function revert(args: readonly string[]): Promise<number> {
	const after = (name: string) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
	return runRevert({
		stateDir: after('--state-dir') ?? '',
		lease: after('--lease'),
		dryRun: args.includes('--dry-run'),
		reason: after('--reason'),
		json: args.includes('--json'),
		stays: args.includes('--stay'),
		pastGuard: args.includes('--past-guard'),
		print: (text) => process.stdout.write(`${text}\n`),
	})
}

const ROLES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
	guard: runGuardArgs,
	revert,
	find: async ([dir = '']) => {
		process.stdout.write(JSON.stringify(await findLeases(dir)))
		return 0
	},
	client: runClient,
	'claim-race': runClaimRace,
	'undo-race': runUndoRace,
}

const [role = '', ...args] = process.argv.slice(2)
process.exit((await ROLES[role]?.(args)) ?? 1)
