import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { tapOf } from '../../../../src/changes/tap/tap.ts'
import { tapText } from '../../../../src/changes/tap/tap-text.ts'
import type { Plan } from '../../../../src/model/change.ts'
import type { ClientCommand, ClientConfig, ClientLine } from '../../guard/client.ts'
import { msUntil, pause } from '../../until.ts'
import { msOfWork } from '../slowness.ts'
import { ATTACKS, type Attack } from './attack-list.ts'
import { notes, plan, type Seen, STATE_DIR, sh } from './scene.ts'

/**
 * What runs in a guest: changes of all kinds in force in a network namespace, an attack of a user on the machine, and the
 * program killed with -9 meanwhile. Times are ms of this machine, which is emulated.
 */

const NETNS = 'web'
const PATH = `/run/netns/${NETNS}`
const NOBODY = 65534
const ATTACKER = '/in/attacker.py'
const PROGRAM = [process.execPath, '--max-semi-space-size=2', '/opt/ctscope/dist/cli.js']

const READY_MS = 90_000
/** More than slowness.ts allows. */
const GONE_MS = 30_000
/** For a command of the program; killed then. */
const COMMAND_MS = 60_000

export type Attacked = {
	/** What is wrong before anything could be seen; empty when nothing is. */
	readonly note: string
	/** Of slowness.ts, just before the attack: others may be at work on the machine that emulates this one. */
	readonly msOfWork: number
	/** From the end of the program until every change was back; -1: never while the attack went on. */
	readonly ms: number
	/** What was not back, in words, and still is not after `revert`. */
	readonly left: string
	readonly leftAfterRevert: string
	/** Exit status, null when it was killed for taking too long; and how long it took. */
	readonly revert: Asked
	readonly status: Asked
	/** `timeout 3 cat /proc/PID/cmdline` of the attacker's process does not come back. */
	readonly isBlocked: boolean
}
export type Asked = { readonly exit: number | null; readonly ms: number }

const invalid = tapText(tapOf({ kind: 'tap', hooks: ['input'], states: ['invalid'] }))
const WANTED: Plan = plan(
	['nf_log_all_netns', '0', '1'],
	['nf_log.2', 'NONE', 'nfnetlink_log'],
	['log_invalid', '0', '255'],
	['table:ctscope', 'absent', invalid],
)

/** Line by line what a shell in a namespace sees change. Before others, or it comes late itself. */
function watcher(path: string, script: string): { now(): string; end(): void } {
	const loop = `exec {tick}<> <(:); old=none
		while :; do ${script}
			[ "$now" = "$old" ] || { echo "$now"; old=$now; }
			read -rt 0.1 -u "$tick"; done`
	const child = spawn('nsenter', [`--net=${path}`, '--', 'chrt', '-r', '1', 'bash', '-c', loop], {
		stdio: ['ignore', 'pipe', 'inherit'],
	})
	let now = ''
	createInterface({ input: child.stdout }).on('line', (line) => {
		now = line
	})
	return { now: () => now, end: () => void child.kill('SIGKILL') }
}

function watchers() {
	const all = [
		watcher('/proc/1/ns/net', 'read -r now </proc/sys/net/netfilter/nf_log_all_netns'),
		watcher(
			PATH,
			'cd /proc/sys/net/netfilter; read -r a <nf_conntrack_log_invalid; read -r b <nf_log/2; now="$a $b"',
		),
	]
	const list = ['nsenter', [`--net=${PATH}`, '--', 'nft', 'list', 'tables'], { encoding: 'utf8' }] as const
	return {
		/** Starts nft only when the rest is as before: that takes long in a guest. */
		now() {
			const values = all.map((one) => one.now()).join(', ')
			if (values !== VALUES_BACK && values !== VALUES_IN_FORCE) return values
			return `${values}, ${spawnSync(...list).stdout.includes('ctscope') ? 'table' : 'none'}`
		},
		end() {
			for (const one of all) one.end()
		},
	}
}
const VALUES_BACK = '0, 0 NONE'
const VALUES_IN_FORCE = '1, 255 nfnetlink_log'
const BACK = `${VALUES_BACK}, none`
const IN_FORCE = `${VALUES_IN_FORCE}, table`

/** A program of its own in the namespace, that asks the guard of the built program. */
function programInside(systemd: boolean) {
	const config: ClientConfig = {
		stateDir: STATE_DIR,
		netnsPath: PATH,
		initial: false,
		ttlMs: 900_000,
		program: PROGRAM,
		...(systemd ? { systemd: '/usr/bin' } : {}),
	}
	const client = [process.execPath, process.argv[1] ?? '', 'client', JSON.stringify(config)]
	const child = spawn('nsenter', [`--net=${PATH}`, '--', ...client], {
		stdio: ['pipe', 'pipe', 'inherit'],
		detached: true,
	})
	const answer = new Promise<string>((resolve) => {
		child.once('exit', () => resolve('the program has ended'))
		createInterface({ input: child.stdout }).on('line', (line) => {
			const said = JSON.parse(line) as ClientLine
			if (said.is === 'answer') resolve(said.result.ok ? '' : JSON.stringify(said.result.failure))
		})
	})
	const command: ClientCommand = { do: 'apply', plan: WANTED }
	child.stdin.write(`${JSON.stringify(command)}\n`)
	return { answer, kill: () => void child.kill('SIGKILL') }
}

/** Answers the pid to look at, or what went wrong. */
async function startAttack(
	list: readonly string[],
): Promise<{ child: ChildProcess; ready: number; said: string }> {
	const drop = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups']
	const child = spawn('setpriv', [...drop, 'setsid', '/usr/bin/python3', ATTACKER, ...list], {
		stdio: ['ignore', 'pipe', 'pipe'],
		cwd: '/',
	})
	let said = ''
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding('utf8').on('data', (text) => {
			said += text
		})
	const pid = () => Number(/^ready (\d+)/m.exec(said)?.[1] ?? 0)
	await msUntil(() => pid() > 0 || child.exitCode !== null, READY_MS, 100)
	return { child, ready: pid(), said }
}

/** Whose are they? Asked of status, which nobody can hold. */
function ofNobody(): readonly number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number)
		.filter((pid) => {
			try {
				return new RegExp(`^Uid:\\s+${NOBODY}\\s`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'))
			} catch {
				return false
			}
		})
}

/** Again and again: they fork meanwhile. A su of theirs ends with its terminal. */
async function endAttack(): Promise<void> {
	await msUntil(
		() => {
			for (const pid of ofNobody())
				try {
					process.kill(pid, 'SIGKILL')
				} catch {}
			return ofNobody().length === 0
		},
		30_000,
		50,
	)
}

function ask(...args: readonly string[]): Asked {
	const begun = performance.now()
	const [file = '', ...rest] = [...PROGRAM, ...args]
	const { status } = spawnSync(file, rest, { stdio: 'ignore', timeout: COMMAND_MS, killSignal: 'SIGKILL' })
	return { exit: status, ms: Math.round(performance.now() - begun) }
}

const leases = () => (existsSync(`${STATE_DIR}/leases`) ? readdirSync(`${STATE_DIR}/leases`) : [])

const isBlocked = (pid: number): boolean =>
	spawnSync('timeout', ['3', 'cat', `/proc/${pid}/cmdline`], { stdio: 'ignore' }).status === 124

/** Where it is slow, and how far it came when it was cut short. */
const tell = (text: string) => void process.stderr.write(`  ${text}\n`)

async function attacked(attack: Attack, systemd: boolean): Promise<Attacked> {
	const none: Asked = { exit: null, ms: -1 }
	const nothing = {
		ms: -1,
		msOfWork: 0,
		left: '',
		leftAfterRevert: '',
		revert: none,
		status: none,
		isBlocked: false,
	}
	const marker = `/run/ctscope/tables/ctscope@${sh(`stat -L -c %i ${PATH}`).trim()}`
	const eyes = watchers()
	try {
		if (attack.before !== undefined) sh(attack.before)
		const program = programInside(systemd)
		const problem = await Promise.race([program.answer, pause(READY_MS, 'no answer')])
		if (problem !== '') return { ...nothing, note: `not in force: ${problem}` }
		if ((await msUntil(() => eyes.now() === IN_FORCE, 10_000, 300)) < 0)
			return { ...nothing, note: `in force is ${eyes.now()}` }
		tell('in force')
		const work = msOfWork()
		const started = await Promise.all(attack.lines(marker).map(startAttack))
		const failed = started.find(({ ready }) => ready === 0)
		if (failed !== undefined) return { ...nothing, note: `no attack: ${failed.said}` }
		const blocked = isBlocked(started[0]?.ready ?? 0)
		tell(`under way, the process ${blocked ? 'cannot' : 'can'} be read`)
		const died = performance.now()
		program.kill()
		let now = ''
		await msUntil(
			() => {
				now = eyes.now()
				return now === BACK
			},
			GONE_MS,
			100,
		)
		const ms = now === BACK ? Math.round(performance.now() - died) : -1
		tell(`${ms} ms after the end of the program: ${now}`)
		const status = attack.asks === true ? ask('status', '--netns', NETNS, '--json') : none
		const revert = ask('revert', '--all', '--yes')
		const after = eyes.now()
		return {
			note: '',
			msOfWork: work,
			ms,
			left: now === BACK ? '' : now,
			leftAfterRevert: after === BACK ? '' : after,
			revert,
			status,
			isBlocked: blocked,
		}
	} finally {
		await endAttack()
		if (attack.after !== undefined) sh(attack.after)
		// Whatever was left would be found by the next one.
		const isClear = () => eyes.now() === BACK && leases().length === 0
		if ((await msUntil(isClear, 15_000, 300)) < 0) ask('revert', '--all', '--yes')
		eyes.end()
	}
}

export async function runAttacks({
	which,
	systemd,
}: {
	which: readonly string[]
	systemd: boolean
}): Promise<unknown> {
	sh(`modprobe -a fuse nf_conntrack nfnetlink_log nf_log_syslog nf_tables nft_ct nft_log nft_limit dummy; chmod 666 /dev/fuse
		ip netns add ${NETNS}; ip -n ${NETNS} link set lo up`)
	execFileSync('nsenter', [
		`--net=${PATH}`,
		'--',
		'nft',
		'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i ct state invalid counter',
	])
	sh(`ip netns exec ${NETNS} sh -c 'echo NONE >/proc/sys/net/netfilter/nf_log/2'`)
	const seen: Seen = notes()
	// What they take when there is nothing to do and nobody in the way.
	seen.revert = ask('revert', '--all', '--yes')
	seen.status = ask('status', '--netns', NETNS, '--json')
	for (const name of which) {
		const attack = ATTACKS[name]
		if (attack !== undefined) seen[name] = await attacked(attack, systemd)
	}
	return seen
}
