import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { planProbes } from '../../../../src/changes/kinds/probes.ts'
import { drawProbes } from '../../../../src/host/trace/tracefs.ts'
import { msUntil, until } from '../../until.ts'
import { msOfWork } from '../slowness.ts'
import {
	guardOf,
	notes,
	otherProgram,
	outcome,
	type Program,
	plan,
	program,
	read,
	type Seen,
	sh,
} from './scene.ts'

const TRACING = '/sys/kernel/tracing'
/** A start of the program takes seconds there. */
const IN_GUEST_MS = 120_000
const QUEUE = 7

const RULES = `add table inet t
	add chain inet t o { type filter hook output priority 0; }
	add rule inet t o udp dport 53 queue num ${QUEUE}
	add rule inet t o udp dport 60 ct state established queue num ${QUEUE}
	add rule inet t o udp dport 99 drop`

/** Ports of the host itself: from the first to the second. A reply makes the entry ESTABLISHED. */
const TRAFFIC = `
import socket
def end(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('127.0.0.1', port)); return s
def send(s, port):
    try: s.sendto(b'x', ('127.0.0.1', port))
    except PermissionError: pass
server = end(60); client = end(4060); good = end(2000)
for port in (4053, 4054): send(end(port), 53)
for port in (4099, 4100, 4101): send(end(port), 99)
for port in range(5000, 5040): send(end(port), 2000)
send(client, 60); server.recv(9); send(server, 4060); client.recv(9); send(client, 60)
`

const packetsIn = (queue: number): number => {
	const row = read('/proc/net/netfilter/nfnetlink_queue')
		.split('\n')
		.find((line) => line.trim().startsWith(`${queue} `))
	return Number(row?.trim().split(/\s+/)[2] ?? 0)
}

/** Holds what comes into the queue until it is let go. */
async function holder(): Promise<() => void> {
	const child = spawn('python3', ['/in/hold.py', String(QUEUE)], { stdio: ['ignore', 'pipe', 'inherit'] })
	await new Promise<void>((resolve) => createInterface({ input: child.stdout }).once('line', () => resolve()))
	return () => void child.kill('SIGKILL')
}

async function traffic(): Promise<void> {
	sh(`python3 - <<'END'\n${TRAFFIC}\nEND`)
	await until(() => packetsIn(QUEUE) === 3, 'three packets are held', IN_GUEST_MS)
	sh('conntrack -D -p udp --orig-port-src 4060; ip netns exec other ping -c 1 127.0.0.1')
}

const areSet = (): boolean => /ctscope/.test(read(`${TRACING}/dynamic_events`))

/** What the kernel writes of such traffic, as text. */
async function captured(): Promise<string> {
	const ctscope = program()
	const { change, probes } = planProbes('lists', drawProbes())
	const { knob, from, to } = change
	const applied = outcome(await ctscope.apply(plan([knob, from, to])))
	const release = await holder()
	await traffic()
	release()
	const text = sh(`timeout 3 cat ${TRACING}/instances/${probes.group}/trace_pipe || true`)
	const profile = read(`${TRACING}/kprobe_profile`)
	await ctscope.undo('all')
	return JSON.stringify({ applied, secret: probes.secret, text, profile })
}

/** Killed while the probes are set: the program, its guard, both. */
async function killed(who: 'program' | 'guard' | 'both'): Promise<unknown> {
	const other = otherProgram()
	const { knob, from, to } = planProbes('lists', drawProbes()).change
	await other.apply(plan([knob, from, to]))
	const state = other.last()?.changes[0]?.state
	const guard = guardOf({ view: other.last } as Pick<Program, 'view'> as Program)
	if (who !== 'program') process.kill(guard, 'SIGKILL')
	if (who !== 'guard') other.kill('SIGKILL')
	// Where there is no systemd, nobody is left to do it.
	if (who === 'both') sh('ctscope revert --all >/dev/null 2>&1')
	const ms = await msUntil(() => !areSet() && readdirSync(`${TRACING}/instances`).length === 0, 20_000, 20)
	other.kill('SIGKILL')
	return { state, ms, left: sh(`grep -c ctscope ${TRACING}/dynamic_events; ls ${TRACING}/instances`).trim() }
}

/**
 * Lets the built program follow entries of which some are held, and some are not. `part`: `capture` for what the kernel
 * writes of them, and no more; `whole` with what does not depend on the kernel.
 */
export async function runLists(part: string): Promise<Seen> {
	const seen = notes()
	seen.msOfWork = msOfWork()
	sh('modprobe -a nf_conntrack nf_tables nft_ct nf_conntrack_netlink nfnetlink_queue nft_queue')
	sh(`ip link set lo up; nft '${RULES}'; ip netns add other; ip netns exec other ip link set lo up`)
	sh(
		"ip netns exec other nft 'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state new counter'",
	)
	sh('conntrack -F')
	if (part === 'capture') {
		seen.captured = await captured()
		return seen
	}
	const before = sh(`cat ${TRACING}/kprobe_events ${TRACING}/dynamic_events; ls ${TRACING}/instances`)

	const release = await holder()
	const lists = spawn('bash', ['-c', 'exec ctscope lists --for 8s --json'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	})
	let said = ''
	lists.stdout.on('data', (piece) => {
		said += piece
	})
	const ended = new Promise((resolve) => lists.on('close', resolve))
	// Seldom: whoever reads that file is in the way of who writes it.
	if ((await msUntil(areSet, IN_GUEST_MS, 200)) < 0) throw new Error('the probes are not set')
	await traffic()
	await ended
	seen.report = JSON.parse(said)
	release()

	seen.text = sh('ctscope lists --for 2s')
	seen.programKilled = await killed('program')
	if (part === 'whole') {
		seen.guardKilled = await killed('guard')
		seen.bothKilled = await killed('both')
	}
	seen.same = sh(`cat ${TRACING}/kprobe_events ${TRACING}/dynamic_events; ls ${TRACING}/instances`) === before
	return seen
}
