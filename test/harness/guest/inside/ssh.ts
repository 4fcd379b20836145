import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { msUntil, pause } from '../../until.ts'
import { LOG_INVALID, notes, read, type Seen, STATE_DIR, sh } from './scene.ts'

/**
 * What runs in a guest with systemd: sessions over SSH with a change in force, each ended in another way, and what is left
 * of it. Times are ms of this machine, which is emulated.
 */

/** The shortest time that the program lets a change be in force. */
const TTL_S = 60
/** What `ctscope run` may take to have everything in force here. */
const START_MS = 60_000
const GONE_MS = 40_000

/** Writes the time when the setting of its network namespace is off again. */
const WATCH = `exec {tick}<> <(:)
until read -r now <${LOG_INVALID} && [ "$now" = 0 ]; do read -rt 0.05 -u "$tick"; done
echo "$EPOCHREALTIME"`

export type Told = {
	/** From the event until the setting was back, ms; -1: it never was. */
	readonly ms: number
	/** Every setting of netfilter is as before, no lease, no unit and no process of ours is left. */
	readonly left: string
	readonly note: string
}

/** Every setting of netfilter in a network namespace. */
const ALL = "grep -rs '' /proc/sys/net/netfilter | grep -v nf_conntrack_count | sort"
const settings = () => sh(ALL)
const leases = () => (existsSync(`${STATE_DIR}/leases`) ? readdirSync(`${STATE_DIR}/leases`) : [])
const units = () => sh("systemctl list-units --all --plain --no-legend 'ctscope-*'").trim()

/** Processes of the program, without its guards and without what the guards and timers start. */
function programs(word = ''): readonly number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => {
			const command = commandOf(pid)
			return (
				/\/dist\/cli\.js\0/.test(command) && !/\0(?:guard|revert)\0/.test(command) && command.includes(word)
			)
		})
		.map(Number)
}

function commandOf(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
	} catch {
		return ''
	}
}

type Scene = { readonly settings: string; readonly things: ReadonlySet<string> }

/** Leases, units and processes of ours, in words. Timers of a killed program fire later, and find nothing to undo. */
const things = (): readonly string[] => [
	...leases().map((name) => `lease ${name}`),
	...units()
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('ctscope-lease-')),
	...programs().map((pid) => `process ${pid}`),
]

const look = (): Scene => ({ settings: settings(), things: new Set(things()) })

/** What differs from before, in words; empty when nothing does. */
function leftOf(before: Scene): string {
	const more = things().filter((thing) => !before.things.has(thing))
	return [...(settings() === before.settings ? [] : ['a setting differs']), ...more].join('; ')
}

/** Units end a little later than what they did. */
async function untilGone(before: Scene): Promise<string> {
	await msUntil(() => leftOf(before) === '', GONE_MS, 300)
	return leftOf(before)
}

type Login = { readonly client: ChildProcess; said(): string }

/** `ssh -tt`, from the network namespace `from` when it is given. */
function login(to: string, command: string, from?: string): Login {
	const ssh = ['ssh', '-tt', to, command]
	const [file = '', ...args] = from === undefined ? ssh : ['ip', 'netns', 'exec', from, ...ssh]
	const client = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
	let said = ''
	for (const stream of [client.stdout, client.stderr])
		stream?.setEncoding('utf8').on('data', (text) => {
			said += text
		})
	return { client, said: () => said }
}

const runIn = (netns?: string) =>
	`sudo ctscope run --source kmsg --protocol tcp --ttl ${TTL_S} ${netns === undefined ? '' : `--netns ${netns} `}-- sleep 600`

const isOn = () => read(LOG_INVALID).trim() === '6'
const guardUnit = () =>
	sh("systemctl list-units --plain --no-legend 'ctscope-guard-*' | cut -d' ' -f1").trim()
const guardPid = () => Number(sh(`systemctl show -P MainPID ${guardUnit()}`))
const sessionOf = (user: string) =>
	sh(`loginctl list-sessions --no-legend | awk '$3 == "${user}" { print $1 }' | tail -n 1`).trim()

/** A session of alice on this network namespace; then `event`, and how long the setting stays on after it. */
async function row(event: (session: Login) => void): Promise<Told> {
	const before = look()
	const session = login('alice@127.0.0.1', runIn())
	if ((await msUntil(isOn, START_MS, 20)) < 0)
		return { ms: -1, left: '', note: `not in force: ${session.said()}` }
	// Where the program is told that it has changed something.
	await msUntil(() => session.said().includes('log_invalid'), 5_000, 20)
	return ended(before, () => event(session), session.client)
}

async function ended(before: Scene, event: () => void, client: ChildProcess): Promise<Told> {
	const began = performance.now()
	event()
	const isOff = (await msUntil(() => read(LOG_INVALID).trim() === '0', GONE_MS, 5)) >= 0
	const ms = isOff ? Math.round(performance.now() - began) : -1
	client.kill('SIGKILL')
	return { ms, left: await untilGone(before), note: '' }
}

/** The program on a screen of 80x24, its log switched on with keys; then the ssh client is killed. */
async function screenRow(): Promise<Told> {
	const before = look()
	const command = 'ssh -tt alice@127.0.0.1 sudo ctscope --source kmsg'
	const tmux = spawn('tmux', ['-D'], { stdio: 'ignore' })
	sh(`sleep 1; tmux new-session -d -x 80 -y 24 '${command}'`)
	const screen = () => sh('tmux capture-pane -p')
	const steps = [
		['enter log why', 'Enter'],
		['another protocol', 'Enter'],
		['yes, do it', 'y'],
	] as const
	for (const [words, key] of steps) {
		if ((await msUntil(() => screen().includes(words), START_MS, 1_000)) < 0)
			return { ms: -1, left: '', note: `not seen: ${words}\n${screen()}` }
		sh(`sleep 1; tmux send-keys ${key}`)
	}
	if ((await msUntil(() => read(LOG_INVALID).trim() === '255', START_MS, 20)) < 0)
		return { ms: -1, left: '', note: `not in force:\n${screen()}` }
	const client = Number(sh("tmux list-panes -F '#{pane_pid}'"))
	return ended(before, () => kill(withChildren(client), 'SIGKILL'), tmux)
}

/** The process itself, and what it has started when it is a shell. */
const withChildren = (pid: number): readonly number[] => [
	pid,
	...read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number),
]

const kill = (pids: readonly number[], signal: NodeJS.Signals) => {
	for (const pid of pids) process.kill(pid, signal)
}

/** One row each: the event of a session that has a change in force. */
const EVENTS: Readonly<Record<string, (session: Login) => void>> = {
	clientKilled: ({ client }) => client.kill('SIGKILL'),
	terminateUser: () => sh('loginctl terminate-user alice'),
	scopeKilled: () => sh(`systemctl kill --signal=KILL session-${sessionOf('alice')}.scope`),
	programKilled: () => kill(programs(), 'SIGKILL'),
	guardStopped: () => sh(`systemctl stop ${guardUnit()}`),
	guardKilled: () => kill([guardPid()], 'SIGKILL'),
}

/** A session of bob in a network namespace of its own whose change ends with its time. */
async function beginLate(netns: string, at: { readonly host: string; readonly from?: string }) {
	sh(
		`ip netns add ${netns}; ip netns exec ${netns} sh -c 'echo nf_log_ipv4 >/proc/sys/net/netfilter/nf_log/2'`,
	)
	const inside = (...command: readonly string[]) => ['netns', 'exec', netns, ...command]
	const before = new Set(leases())
	const session = login(`bob@${at.host}`, runIn(netns), at.from)
	const answer = (...command: readonly string[]) =>
		execFileSync('ip', inside(...command), { encoding: 'utf8' })
	const value = () => answer('cat', LOG_INVALID).trim()
	const values = () => answer('sh', '-c', ALL)
	const atFirst = values()
	const took = await msUntil(() => value() === '6', START_MS, 300)
	const lease = leases().find((name) => !before.has(name)) ?? ''
	const deadline = deadlineOf(lease)
	const watch = spawn('ip', inside('bash', '-c', WATCH), { stdio: ['ignore', 'pipe', 'inherit'] })
	const off = new Promise<number>((resolve) =>
		watch.stdout.once('data', (text) => resolve(Number(String(text)) * 1000)),
	)
	return {
		session,
		lease,
		note: took < 0 ? `not in force: ${session.said()}` : '',
		isAsBefore: () => values() === atFirst,
		programs: () => programs(`\0${netns}\0`),
		guard: () => Number(sh(`systemctl show -P MainPID ctscope-guard-${lease}.service`)),
		/** What only systemd knows of the guard. */
		unit: () =>
			sh(
				`systemctl show -p ProtectSystem,NoNewPrivileges,OOMScoreAdjust,ControlGroup,NetworkNamespacePath ctscope-guard-${lease}.service; systemctl list-timers --all --no-legend 'ctscope-*' | wc -l`,
			)
				.trim()
				.split('\n'),
		/** Milliseconds from the deadline on record until it was undone. */
		async ended() {
			const never = pause(200_000, 0)
			return Math.round((await Promise.race([off, never])) - deadline)
		},
		end() {
			session.client.kill('SIGKILL')
			watch.kill('SIGKILL')
		},
	}
}

/** Wall clock, ms: the journal has CLOCK_MONOTONIC. */
function deadlineOf(lease: string): number {
	const found = /"deadline":([\d.]+)/.exec(read(`${STATE_DIR}/leases/${lease}/journal.jsonl`))
	return Number(found?.[1]) - Number(process.hrtime.bigint()) / 1e6 + Date.now()
}

export async function runSsh(): Promise<unknown> {
	const seen: Seen = notes()
	sh(`modprobe -a nf_conntrack nf_log_syslog
		echo nf_log_ipv4 >/proc/sys/net/netfilter/nf_log/2; echo 1 >/proc/sys/net/netfilter/nf_log_all_netns
		ip netns add client; ip link add wire0 type veth peer name wire1 netns client
		ip addr add 10.9.0.1/24 dev wire0; ip link set wire0 up
		ip -n client addr add 10.9.0.2/24 dev wire1; ip -n client link set wire1 up`)
	const atFirst = look()

	// Those whose change ends with its time wait beside everything else.
	const halfOpen = await beginLate('halfopen', { host: '10.9.0.1', from: 'client' })
	const stopped = await beginLate('stopped', { host: '127.0.0.1' })
	const both = await beginLate('both', { host: '127.0.0.1' })
	seen.unit = both.unit()
	seen.initialMeanwhile = settings() === atFirst.settings
	sh('ip link set wire0 down')
	kill(stopped.programs(), 'SIGSTOP')
	kill([both.guard(), ...both.programs()], 'SIGKILL')
	const lateOnes = [halfOpen, stopped, both]
	const late = Promise.all(lateOnes.map((one) => one.ended()))

	const rows: Record<string, Told> = {}
	for (const [name, event] of Object.entries(EVENTS)) {
		rows[name] = await row(event)
		seen[name] = rows[name]
	}
	rows.screen = await screenRow()
	seen.screen = rows.screen
	sh(`mkdir -p /etc/systemd/logind.conf.d
		printf '[Login]\\nKillUserProcesses=yes\\n' >/etc/systemd/logind.conf.d/kill.conf
		systemctl restart systemd-logind`)
	rows.killUserProcesses = await row(({ client }) => client.kill('SIGKILL'))

	const times = await late
	for (const one of lateOnes) {
		kill(one.programs(), 'SIGKILL')
		one.end()
	}
	const left = await untilGone(atFirst)
	for (const [at, name] of (['halfOpen', 'programStopped', 'bothKilled'] as const).entries())
		rows[name] = {
			ms: times[at] ?? -1,
			left: lateOnes[at]?.isAsBefore() === true ? left : `settings of the namespace; ${left}`,
			note: lateOnes[at]?.note ?? '',
		}
	seen.rows = rows
	return seen
}
