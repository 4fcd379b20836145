import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createChanger } from '../../../../src/guard/client/client.ts'
import { ownerOfThisProcess, ownNetns } from '../../../../src/host/process/identity.ts'
import { controlRow, type PrintkSite, siteIds } from '../../../../src/kernel/dyndbg/dyndbg-control.ts'
import type { LeaseView, Plan } from '../../../../src/model/change.ts'
import type { Changer } from '../../../../src/ports/changer.ts'
import type { Result } from '../../../../src/words/failure.ts'
import type { ClientCommand, ClientConfig, ClientLine } from '../../guard/client.ts'

/** What runs inside a guest of the lab: a whole machine of our own, where anything may be loaded and switched. */

const CONTROL = '/proc/dynamic_debug/control'
export const STATE_DIR = '/run/ctscope'
export const LOG_INVALID = '/proc/sys/net/netfilter/nf_conntrack_log_invalid'

export const sh = (script: string): string => execFileSync('bash', ['-c', script], { encoding: 'utf8' })
export const read = (path: string): string => readFileSync(path, 'utf8')
export const rows = (): readonly string[] => read(CONTROL).trimEnd().split('\n').slice(1)
export const moduleNames = (): readonly string[] =>
	read('/proc/modules')
		.split('\n')
		.flatMap((line) => line.split(' ')[0] || [])
		.toSorted()
/** Loggers of this network namespace and of the one named `other`. */
export const loggers = (): readonly string[] =>
	sh(
		'grep -H . /proc/sys/net/netfilter/nf_log/*; ip netns exec other grep -H . /proc/sys/net/netfilter/nf_log/* | sed "s/^/other /"',
	)
		.trimEnd()
		.split('\n')
		.filter((line) => !line.endsWith(':NONE'))

export const ask = (query: string): void => appendFileSync(CONTROL, `${query}\n`)
export function sites(): ReadonlyMap<string, PrintkSite> {
	return siteIds(
		rows()
			.filter((line) => line.startsWith('net/'))
			.flatMap((line) => controlRow(line) ?? []),
	)
}

export const flagsOf = (id: string): string => sites().get(id)?.flags ?? 'gone'

/** Words of a query that name the site. */
export function whereIs(id: string): string {
	const site = sites().get(id)
	return `file ${site?.file} line ${site?.line} func ${site?.func}`
}

/** Everything that these stories touch; the order of the modules is nobody's. */
export const kernelState = (): string =>
	JSON.stringify([moduleNames(), loggers(), rows().toSorted(), read(LOG_INVALID)])

/** Sites of a function, by id. */
export function sitesOf(func: string): readonly string[] {
	return [...sites()].filter(([, site]) => site.func === func).map(([id]) => id)
}

export const plan = (...changes: readonly (readonly [string, string, string])[]): Plan => ({
	purpose: 'test',
	changes: changes.map(([knob, from, to]) => ({ knob, from, to })),
})

/** The built program, as scripts/ctscope starts it. */
const PROGRAM = [process.execPath, '--max-semi-space-size=2', '/opt/ctscope/dist/cli.js']

export type Program = Pick<Changer, 'apply' | 'undo' | 'extend' | 'view'>

/** Asks the guard of the built program, from this process. */
export function program(maxRate?: number, confirmMs?: number): Program {
	return createChanger({
		stateDir: STATE_DIR,
		netns: { inode: 0, rtnl: 0, ...ownNetns(), path: null, initial: true },
		nodeArgv: PROGRAM,
		ttlMs: 240_000,
		owner: ownerOfThisProcess(),
		systemd: false,
		...(maxRate === undefined ? {} : { maxRate }),
		...(confirmMs === undefined ? {} : { confirmMs }),
	})
}

export type Other = {
	/** Resolves when the changes are in force, or cannot be. */
	apply(wanted: Plan): Promise<Result<unknown>>
	/** Its newest view. */
	last(): LeaseView | undefined
	kill(signal: NodeJS.Signals): void
}

/** A program in a process of its own, that can be killed. */
export function otherProgram(): Other {
	const config: ClientConfig = {
		stateDir: STATE_DIR,
		netnsPath: null,
		initial: true,
		ttlMs: 240_000,
		program: PROGRAM,
	}
	const child = spawn(process.execPath, [process.argv[1] ?? '', 'client', JSON.stringify(config)], {
		stdio: ['pipe', 'pipe', 'inherit'],
	})
	const answers: ((result: Result<unknown>) => void)[] = []
	let last: LeaseView | undefined
	createInterface({ input: child.stdout }).on('line', (line) => {
		const said = JSON.parse(line) as ClientLine
		if (said.is === 'view') last = said.view
		if (said.is === 'answer') answers.shift()?.(said.result)
	})
	return {
		apply(wanted) {
			const command: ClientCommand = { do: 'apply', plan: wanted }
			child.stdin.write(`${JSON.stringify(command)}\n`)
			return new Promise((resolve) => answers.push(resolve))
		},
		last: () => last,
		kill: (signal) => void child.kill(signal),
	}
}

/** The states of the changes of a view, by name. */
export const told = (view: LeaseView | undefined) =>
	view === undefined
		? null
		: {
				phase: view.phase,
				outcome: view.outcome,
				why: view.why,
				changes: view.changes.map(({ sysctl, was, set, now, state, note, byHand }) => ({
					sysctl,
					was,
					set,
					now,
					state,
					note,
					byHand,
				})),
			}

/** What came of a request: the changes, or the failure. */
export const outcome = (result: Result<LeaseView>) =>
	result.ok ? told(result.value) : { failure: result.failure }

/** Pid of the guard of that program. */
export function guardOf(program: Program): number {
	const lease = program.view()?.leaseId ?? 'none'
	const fits = new RegExp(`^ctscope guard ${lease}|\\0guard\\0--lease\\0${lease}\\0`)
	const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && fits.test(commandOf(name)))
	if (pid === undefined) throw new Error('no guard runs')
	return Number(pid)
}

function commandOf(pid: string): string {
	try {
		return read(`/proc/${pid}/cmdline`)
	} catch {
		return ''
	}
}

const LOADED = '/run/loaded'

/** From now on a modprobe that loads something does so, says it in a file, and does not end. */
export function holdModprobe(): void {
	const modprobe = sh('command -v modprobe').trim()
	sh(`mkdir /run/real; cp -L ${modprobe} /run/real/modprobe; rm ${modprobe}`)
	writeFileSync(
		modprobe,
		`#!/bin/sh\n[ "$1" = --quiet ] || exec /run/real/modprobe "$@"\n/run/real/modprobe "$@"; echo > ${LOADED}; exec sleep 60\n`,
		{ mode: 0o755 },
	)
}

/** A held modprobe has loaded what it was to load. */
export const hasLoaded = (): boolean => existsSync(LOADED)

/** Two places with a wire between them, and a rule here that makes conntrack look at what comes from there. */
export function wire(): void {
	sh(`ip netns add peer
		ip link add veth0 type veth peer name veth1 netns peer
		ip addr add 10.77.0.2/24 dev veth0; ip link set veth0 up
		ip -n peer addr add 10.77.0.1/24 dev veth1; ip -n peer link set veth1 up
		nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state invalid drop'`)
}

/** The change of that knob which was made last. */
export const seqOf = (program: Program, knob: string): number =>
	program.view()?.changes.findLast((change) => change.knob === knob)?.seq ?? 0

export type Seen = Record<string, unknown>

/** Answers of a story, written down as they come: what is on standard error tells where it was slow. */
export function notes(): Seen {
	return new Proxy<Seen>(
		{},
		{
			set(target, key, value) {
				target[String(key)] = value
				process.stderr.write(
					`${(performance.now() / 1000).toFixed(1)} ${String(key)} ${JSON.stringify(value)}\n`,
				)
				return true
			},
		},
	)
}
