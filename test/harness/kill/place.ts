import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { leaseOf } from '../../../src/changes/fold.ts'
import { decodeJournal } from '../../../src/changes/journal.ts'
import { cleanUpLater, tempFolder } from '../folders.ts'
import { hostSnapshot } from '../kernel/lab.ts'
import { startLineChild } from '../kernel/line-child.ts'
import { callSites } from './plans.ts'
import { familyOf, isThere, type Known, pidsOf, signal, tiedTo } from './processes.ts'
import type { Watched } from './watch.ts'

/** An admin's own rules: conntrack is at work, and none of ours may come near them. */
const ADMIN =
	'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i ct state invalid counter comment "mine"'

/** A network namespace, a state directory and a folder for one round, with everything that must be as before after it. */
export type Place = {
	readonly netns: string
	readonly stateDir: string
	/** Working directory of the program, and its folder for temporary files. */
	readonly folder: string
	guardPid(): number | undefined
	/** What an undo has to put back, here and in the initial namespace. */
	values(): Promise<Watched>
	/** Those, and rules, readers, modules, leases, claims and files. */
	whole(): Promise<Watched>
	/** Processes of the round that have not ended, in words. */
	processes(family: readonly Known[]): readonly string[]
	/** Ends processes with that name that are here. */
	endAll(name: string): void
	/** Ends what is left and removes all of it. */
	end(family: readonly Known[]): Promise<void>
}

let made = 0

export async function createPlace(): Promise<Place> {
	made += 1
	const netns = `cts-kill-${process.pid}-${made}`
	const path = `/run/netns/${netns}`
	const folder = tempFolder('kill')
	const stateDir = join(folder, 'state')
	execFileSync('ip', ['netns', 'add', netns])
	const cleared = cleanUpLater(() => spawnSync('ip', ['netns', 'del', netns]))
	execFileSync('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
	execFileSync('nsenter', [`--net=${path}`, '--', 'nft', ADMIN])
	const places = [`net:[${statSync(path).ino}]`, folder, netns]
	const script = join(import.meta.dirname, 'watch.ts')
	const node = [process.execPath, '--disable-warning=ExperimentalWarning']
	const watcher = startLineChild(['nsenter', `--net=${path}`, '--', ...node, script])
	const ask = async (what: string): Promise<Watched> => JSON.parse(await watcher.ask(what))
	await ask('values')
	// The watcher itself is one of them.
	const strangers = new Set([process.pid, ...familyOf([process.pid]).map(({ pid }) => pid)])
	const entries = (of: string) => (existsSync(of) ? readdirSync(of).toSorted().join(' ') : '')

	return {
		netns,
		stateDir,
		folder,
		guardPid() {
			const leases = join(stateDir, 'leases')
			for (const name of existsSync(leases) ? readdirSync(leases) : [])
				try {
					const text = readFileSync(join(leases, name, 'journal.jsonl'), 'utf8')
					const pid = leaseOf(decodeJournal(text).records)?.guard.pid
					if (pid !== undefined) return pid
				} catch {}
			return undefined
		},
		values: async () => ({ ...(await ask('values')), ...hostValues() }),
		whole: async () => ({
			...(await ask('whole')),
			...hostValues(),
			modules: modules(),
			leases: entries(join(stateDir, 'leases')),
			claims: entries(join(stateDir, 'knobs')),
			files: (readdirSync(folder, { recursive: true }) as string[])
				.filter((name) => !['state', 'state/leases', 'state/knobs', 'state/readers'].includes(name))
				.toSorted()
				.join(' '),
		}),
		endAll(name) {
			for (const pid of pidsOf(name, places)) signal(pid, 'SIGKILL')
		},
		processes(family) {
			const left = family.filter(isThere)
			const known = left.map(({ pid, name }) => `process ${pid} ${name} that it had started`)
			return [...known, ...tiedTo(places, new Set([...strangers, ...left.map(({ pid }) => pid)]))]
		},
		async end(family) {
			for (const one of family) if (isThere(one)) signal(one.pid, 'SIGKILL')
			await watcher.end()
			const left = tiedTo(places, new Set([process.pid]))
			for (const line of left) signal(Number(/^process (\d+)/.exec(line)?.[1]), 'SIGKILL')
			execFileSync('ip', ['netns', 'del', netns])
			cleared()
			rmSync(folder, { recursive: true, force: true })
		},
	}
}

const hostValues = (): Watched => ({ ...hostSnapshot(), sites: callSites() })

/** Their names; how many use one changes while something ends. */
function modules(): string {
	if (!existsSync('/proc/modules')) return ''
	const names = readFileSync('/proc/modules', 'utf8').split('\n')
	return names
		.map((line) => line.split(' ')[0])
		.toSorted()
		.join(' ')
}

/** Lines that differ: what it was, and what it is. */
export function difference(before: Watched, after: Watched): readonly string[] {
	return Object.keys({ ...before, ...after })
		.filter((name) => before[name] !== after[name])
		.map((name) => `${name}: ${before[name] ?? 'absent'} -> ${after[name] ?? 'absent'}`)
}
