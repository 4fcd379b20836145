import { pause } from '../until.ts'
import { type Known, signal } from './processes.ts'

/** Who there is to be killed in a round. */
export type Targets = {
	/** What was started; the leader of a process group. */
	readonly program: number
	/** Undefined as long as there is none. */
	readonly guard: number | undefined
	/** Everything that the program has started, itself and the guard included. */
	readonly family: readonly Known[]
}

export type Death = {
	readonly name: string
	/** The promises exclude it: nobody is left. `ctscope revert` has to undo all of it afterwards. */
	readonly isExcluded?: true
	/** The guard dies of it, so there has to be one. */
	readonly needsGuard?: true
	/** Resolves when it has happened: time counts from then. */
	happen(targets: Targets, random: () => number): Promise<void> | void
}

const others = ({ program, guard, family }: Targets): readonly number[] =>
	family.flatMap(({ pid }) => (pid === program || pid === guard ? [] : [pid]))
const named = ({ family }: Targets, name: string): readonly number[] =>
	family.flatMap((one) => (one.name === name ? [one.pid] : []))
/** Whoever it hits first decides what the others still see. */
const killAll = (pids: readonly (number | undefined)[]) => {
	for (const pid of pids) signal(pid, 'SIGKILL')
}

const ofProgram = (name: NodeJS.Signals): Death => ({
	name: `program ${name}`,
	happen: ({ program }) => signal(program, name),
})

/** A part dies, and the program a little later. */
const partly = (name: string, part: (targets: Targets) => readonly number[]): Death => ({
	name: `${name} SIGKILL, then the program`,
	async happen(targets, random) {
		killAll(part(targets))
		await pause(random() * 400)
		signal(targets.program, 'SIGKILL')
	},
})

export const DEATHS: readonly Death[] = [
	ofProgram('SIGKILL'),
	ofProgram('SIGTERM'),
	ofProgram('SIGHUP'),
	ofProgram('SIGABRT'),
	ofProgram('SIGSEGV'),
	{ name: 'guard SIGKILL', needsGuard: true, happen: ({ guard }) => signal(guard, 'SIGKILL') },
	{ name: 'guard SIGTERM', needsGuard: true, happen: ({ guard }) => signal(guard, 'SIGTERM') },
	{
		name: 'guard SIGSTOP, program SIGKILL, guard SIGCONT',
		async happen({ guard, program }, random) {
			signal(guard, 'SIGSTOP')
			signal(program, 'SIGKILL')
			await pause(random() * 600)
			signal(guard, 'SIGCONT')
		},
	},
	{
		name: 'program SIGSTOP, guard SIGKILL, program SIGCONT',
		needsGuard: true,
		async happen({ guard, program }, random) {
			signal(program, 'SIGSTOP')
			signal(guard, 'SIGKILL')
			await pause(random() * 400)
			signal(program, 'SIGCONT')
		},
	},
	partly('reader', (targets) => named(targets, 'tcpdump')),
	partly('nft', (targets) => named(targets, 'nft')),
	partly('children', others),
	{
		name: 'group SIGKILL',
		happen({ program }) {
			try {
				process.kill(-program, 'SIGKILL')
			} catch {}
		},
	},
	{
		name: 'everything but the guard SIGKILL',
		// Before it is on record it would be taken for one of the others.
		needsGuard: true,
		happen: (targets) => killAll([targets.program, ...others(targets)]),
	},
	{
		name: 'guard and program SIGKILL',
		isExcluded: true,
		happen: (targets) => killAll([targets.guard, targets.program, ...others(targets)]),
	},
]
