/** What the tests of changes run in a guest: the roles of the guard's tests, and whole stories that answer in JSON. */
import { runClient } from './guard-client.ts'

const after = (args: readonly string[], name: string) =>
	args.includes(name) ? args[args.indexOf(name) + 1] : undefined

async function tell(story: Promise<unknown>): Promise<number> {
	process.stdout.write(`${JSON.stringify(await story, null, 1)}\n`)
	return 0
}

/** Each of its own parts of the bundle: starting a process takes seconds in a guest. */
const ROLES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
	guard: async (args) => (await import('../../src/commands/guard.ts')).runGuardArgs(args),
	revert: async (args) =>
		(await import('../../src/commands/revert.ts')).runRevert({
			stateDir: after(args, '--state-dir') ?? '',
			lease: after(args, '--lease'),
			dryRun: args.includes('--dry-run'),
			reason: after(args, '--reason'),
			json: args.includes('--json'),
			print: (text) => process.stdout.write(`${text}\n`),
		}),
	client: runClient,
	printk: async () => tell((await import('./guest-printk.ts')).runPrintk()),
	modules: async () => tell((await import('./guest-modules.ts')).runModules()),
	flood: async () => tell((await import('./guest-flood.ts')).runFlood()),
}

const [role = '', ...args] = process.argv.slice(2)
process.exit((await ROLES[role]?.(args)) ?? 1)
