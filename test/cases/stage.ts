import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Case, Player } from './case.ts'
import type { Link } from './topologies/topology.ts'

const run = promisify(execFile)

const AGENT = join(import.meta.dirname, 'traffic/agent.py')
const READY_MS = 20_000

/** What a player says of one connection, word or datagram; times in seconds since 1970. */
export type Outcome = {
	readonly outcome: string
	readonly began: number
	readonly took: number
	readonly step: string
}

type Answer = { readonly ok: boolean; readonly out: string }

export type StagedPlace = {
	/** Of a process in its network namespace. */
	readonly pid: number
	/** Runs shell lines; rejects with what they printed when one fails. */
	shell(text: string): Promise<string>
	/** Sums of conntrack's counters, and `entries`. Empty where conntrack has never been. */
	counters(): Promise<Readonly<Record<string, number>>>
	start(player: Player): Promise<void>
	stop(name: string): Promise<void>
	plain(): Promise<void>
}

export type Stage = {
	readonly places: ReadonlyMap<string, StagedPlace>
	place(name: string): StagedPlace
	/** All outcomes of a player so far. */
	outcomes(player: string): readonly Outcome[]
	/** Other things that a player has said. */
	said(player: string): readonly Readonly<Record<string, unknown>>[]
	/** Ends every process; the namespaces go with them. */
	end(): Promise<void>
}

/** The places of a case with their links, addresses and rules; nobody plays yet. */
export async function createStage({ topology, setUp }: Case): Promise<Stage> {
	const outcomes = new Map<string, Outcome[]>()
	const said = new Map<string, Record<string, unknown>[]>()
	const hear = (player: string, what: Record<string, unknown>) => {
		if (typeof what.outcome === 'string') listIn(outcomes, player).push(what as Outcome)
		else listIn(said, player).push(what)
	}
	const held = topology.places.map((name) => [name, holdPlace(hear)] as const)
	const end = async () => {
		await Promise.all(held.map(([, place]) => place.end()))
	}
	try {
		const places = new Map(
			await Promise.all(held.map(async ([name, place]) => [name, await place.ready] as const)),
		)
		const place = (name: string) => {
			const found = places.get(name)
			if (found === undefined) throw new Error(`no place ${name}`)
			return found
		}
		await Promise.all([...places.values()].map((one) => one.shell(AT_ONCE)))
		for (const link of topology.links) await connect(link, place)
		await Promise.all(
			[...places].map(async ([name, one]) => {
				await one.shell([...BASE, ...(topology.lines[name] ?? [])].join('\n'))
				await one.plain()
			}),
		)
		// In turn: what one place does may need the routes of another.
		for (const [name, one] of places) {
			const lines = setUp[name] ?? []
			if (lines.length > 0) await one.shell(lines.join('\n'))
		}
		return {
			places,
			place,
			outcomes: (player) => outcomes.get(player) ?? [],
			said: (player) => said.get(player) ?? [],
			end,
		}
	} catch (error) {
		await end()
		throw error
	}
}

function listIn<Value>(lists: Map<string, Value[]>, name: string): Value[] {
	const found = lists.get(name) ?? []
	lists.set(name, found)
	return found
}

/** An address of IPv6 may be used before someone else could say that it is taken. */
const AT_ONCE = 'for name in all default; do echo 0 > /proc/sys/net/ipv6/conf/$name/accept_dad; done'

/** A way back that is another one is no reason to drop, and nobody is told of a shorter one. */
const BASE = [
	'for file in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > "$file"; done',
	'for file in /proc/sys/net/ipv4/conf/*/send_redirects; do echo 0 > "$file"; done',
	'ip link set lo up',
]

async function connect({ from, to }: Link, place: (name: string) => StagedPlace): Promise<void> {
	const [one, two] = [place(from.place).pid, place(to.place).pid]
	const enter = (pid: number, ...command: string[]) =>
		run('nsenter', [`--net=/proc/${pid}/ns/net`, '--', ...command])
	await enter(
		one,
		...['ip', 'link', 'add', from.name, 'type', 'veth', 'peer', 'name', to.name, 'netns', `${two}`],
	)
	for (const [pid, end] of [
		[one, from],
		[two, to],
	] as const) {
		const lines = end.addresses.map(
			(address) => `ip address add ${address} dev ${end.name} ${address.includes(':') ? 'nodad' : ''}`,
		)
		await enter(pid, 'sh', '-ec', [...lines, `ip link set ${end.name} up`].join('\n'))
	}
}

type HeldPlace = { readonly ready: Promise<StagedPlace>; end(): Promise<void> }

/**
 * A network and pid namespace without names, which live as long as the agent in them. It ends when its standard input
 * ends, and everything in it with it, so nothing is left however this process ends.
 */
function holdPlace(hear: (player: string, what: Record<string, unknown>) => void): HeldPlace {
	const child = spawn(
		'unshare',
		['--net', '--pid', '--fork', '--kill-child', '--', '/usr/bin/python3', '-B', AGENT],
		{ stdio: ['pipe', 'pipe', 'pipe'], detached: true },
	)
	let complaint = ''
	child.stderr.on('data', (data) => {
		complaint = `${complaint}${data}`.slice(-1_000)
	})
	child.stdin.on('error', () => {})
	const asked = new Map<number, (answer: Answer) => void>()
	let begun: () => void = () => {}
	const isReady = new Promise<void>((resolve, reject) => {
		begun = resolve
		child.once('error', reject)
		child.once('exit', () => reject(new Error(`a place has ended: ${complaint}`)))
		setTimeout(() => reject(new Error('a place was not ready in time')), READY_MS).unref()
	})
	isReady.catch(() => {})
	child.once('exit', () => {
		for (const answer of asked.values()) answer({ ok: false, out: `the place has ended: ${complaint}` })
	})
	createInterface({ input: child.stdout }).on('line', (line) => {
		const what = JSON.parse(line)
		if (what.ready === true) begun()
		else if (what.from !== undefined) hear(what.from, what.said)
		else {
			asked.get(what.id)?.(what)
			asked.delete(what.id)
		}
	})
	let number = 0
	const ask = async (what: Record<string, unknown>): Promise<string> => {
		number += 1
		const id = number
		const { ok, out } = await new Promise<Answer>((resolve) => {
			if (child.exitCode !== null || child.signalCode !== null)
				resolve({ ok: false, out: `the place has ended: ${complaint}` })
			asked.set(id, resolve)
			child.stdin.write(`${JSON.stringify({ id, ...what })}\n`)
		})
		if (!ok) throw new Error(`${JSON.stringify(what).slice(0, 300)}: ${out}`)
		return out
	}
	return {
		ready: isReady.then(() => ({
			pid: child.pid ?? 0,
			shell: (text) => ask({ do: 'shell', text }),
			counters: async () => JSON.parse(await ask({ do: 'counters' })),
			async start(player) {
				const { name } = player
				await ask(
					'shell' in player
						? { do: 'job', name, text: player.shell }
						: { do: 'start', name, program: player.program, options: player.options },
				)
			},
			async stop(name) {
				await ask({ do: 'stop', name })
			},
			async plain() {
				await ask({ do: 'plain' })
			},
		})),
		end: () => endChild(child),
	}
}

async function endChild(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
	const ended = once(child, 'exit')
	child.stdin?.end()
	const kill = setTimeout(() => child.kill('SIGKILL'), 3_000)
	await ended
	clearTimeout(kill)
}
