/** What the tests of changes run in a guest: a program that can be killed, and whole stories that answer in JSON. */
import { runClient } from '../../guard/client.ts'
import { sh } from './scene.ts'

async function tell(story: Promise<unknown>): Promise<number> {
	process.stdout.write(`${JSON.stringify(await story, null, 1)}\n`)
	return 0
}

/** Each of its own parts of the bundle: starting a process takes seconds in a guest. */
const ROLES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
	client: runClient,
	changes: async ([part]) => tell((await import('./changes.ts')).runChanges({ whole: part === 'whole' })),
	ssh: async () => tell((await import('./ssh.ts')).runSsh()),
	attacks: async ([form, ...which]) =>
		tell((await import('./attacks.ts')).runAttacks({ which, systemd: form === 'systemd' })),
	sleep: async () => {
		sh('modprobe nf_conntrack')
		return tell((await import('./sleep.ts')).sleepStory())
	},
	probes: async ([told]) =>
		tell((await import('./probes.ts')).runProbes(told === 'run' || told === 'whole' ? told : 'ends')),
	unmounted: async () => tell((await import('./tracefs/unmounted.ts')).runUnmounted()),
	strays: async () => tell((await import('./tracefs/strays.ts')).runStrays()),
	lists: async ([part = '']) => tell((await import('./lists.ts')).runLists(part)),
	flood: async ([part]) => tell((await import('./flood.ts')).runFlood({ whole: part === 'whole' })),
}

const [role = '', ...args] = process.argv.slice(2)
process.exit((await ROLES[role]?.(args)) ?? 1)
