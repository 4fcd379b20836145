/** The program as the guard's tests start it: guard, revert, and roles that only tests have. Bundled with crash points. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

enableCompileCache({ directory: join(import.meta.dirname, 'cache'), portable: true })

async function revert(args: readonly string[]): Promise<number> {
	const { runRevert } = await import('../../../src/commands/revert/revert.ts')
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
	guard: async (args) => (await import('../../../src/commands/revert/guard.ts')).runGuardArgs(args),
	revert,
	find: async ([dir = '']) => {
		const { findLeases } = await import('../../../src/guard/client/find-leases.ts')
		process.stdout.write(JSON.stringify(await findLeases(dir)))
		return 0
	},
	client: async (args) => (await import('./client.ts')).runClient(args),
	'claim-race': async (args) => (await import('./race.ts')).runClaimRace(args),
	'undo-race': async (args) => (await import('./race.ts')).runUndoRace(args),
}

const [role = '', ...args] = process.argv.slice(2)
process.exit((await ROLES[role]?.(args)) ?? 1)
