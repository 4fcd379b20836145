// Runs in a guest, as one bundle, and prints what it measured as JSON: see guest.ts.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { planProbes } from '../../../src/changes/kinds/probes.ts'
import { knobById } from '../../../src/changes/knobs.ts'
import { createClock } from '../../../src/host/clock.ts'
import { followProbes } from '../../../src/host/trace/probe-follower.ts'
import { FILES } from '../../../src/host/trace/trace-files.ts'
import { drawProbes } from '../../../src/host/trace/tracefs.ts'
import { waysHere } from '../../../src/host/trace/ways-here.ts'
import { measureCost } from '../../../src/host/write/probe-cost.ts'
import { createProbes } from '../../../src/host/write/probes.ts'
import type { ProbeSet } from '../../../src/kernel/probes/probe-sets.ts'
import type { InGuest } from './guest.ts'

const TRACING = '/sys/kernel/tracing'
const BURST = 50_000
const ROUNDS = 3
const QUIET_MS = 1_000

const sh = (script: string): string => execFileSync('bash', ['-c', script], { encoding: 'utf8' })

function prepare(): void {
	sh('modprobe -a nf_conntrack nf_tables nft_ct nf_conntrack_netlink; ip link set lo up mtu 1500')
	// What does not fit into the queue of the loopback device is dropped before conntrack sees it.
	sh('sysctl -qw net.core.netdev_max_backlog=200000')
	// Without it a packet of the device has 64 kB, and little is seen of what each one costs.
	sh('ip link set lo gso_max_size 1500 gso_max_segs 1 || true; sysctl -qw net.ipv4.conf.all.route_localnet=1')
	sh(
		"nft 'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state invalid counter drop'",
	)
}

const invalid = (): number =>
	[...sh('conntrack -S').matchAll(/ invalid=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0)

/** As the guard does, without one: it takes half a minute to begin in a guest, and this one is discarded. */
async function set(which: ProbeSet) {
	const { change, probes } = planProbes(which, drawProbes())
	const knob = knobById(change.knob)
	if (knob === undefined) throw new Error(`no knob ${change.knob}`)
	const writer = createProbes()
	await writer.detail()
	const made = writer.write(knob, change.to)
	if (!made.ok) throw new Error(JSON.stringify(made))
	return { probes, remove: () => writer.write(knob, change.from) }
}

/** A burst of bad packets, and what the probes of reasons told of it. */
async function burst(): Promise<NonNullable<InGuest['burst']>> {
	const clock = createClock()
	const { probes, remove } = await set('reasons')
	let [seen, lost, last] = [0, 0, clock.monotonic()]
	const followed = followProbes(probes, clock, (events) => {
		last = clock.monotonic()
		for (const event of events) {
			if (event.kind === 'probe') seen += 1
			else if (event.kind === 'probe-lost') lost += event.lost
		}
	})
	if (!followed.ok) throw new Error(JSON.stringify(followed.failure))
	const before = invalid()
	const seconds = Number(await output(['python3', '/in/burst.py', String(BURST)]))
	while (clock.monotonic() - last < QUIET_MS) await new Promise((resolve) => setTimeout(resolve, 50))
	const read = (last - clock.monotonic()) / 1000
	await followed.value.stop()
	const counted = invalid() - before
	remove()
	return { sent: BURST, counted, seen, lost, seconds, read }
}

function output(argv: readonly string[]): Promise<string> {
	const [file = '', ...args] = argv
	const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
	let text = ''
	child.stdout.on('data', (part) => {
		text += part
	})
	return new Promise((resolve) => child.once('close', () => resolve(text)))
}

/** MB/s of a TCP transfer with these probes, or with none. */
async function transfer(which: ProbeSet | undefined): Promise<number> {
	const probes = which === undefined ? undefined : await set(which)
	const rate = Number(await output(['python3', '/in/transfer.py']))
	probes?.remove()
	return rate
}

/** What the guard would find out of one packet, ns, for each way that this kernel takes. */
function costs(): NonNullable<InGuest['costs']> {
	const { probes } = planProbes('invalid', drawProbes())
	const instance = `${TRACING}/instances/${probes.group}`
	mkdirSync(instance)
	const ways = waysHere(probes, probes.group).map((way) => {
		const kinds = way.filter((one) => one.isOnEveryPacket).map(({ definition }) => definition.slice(0, 1))
		const place = { files: FILES, folder: TRACING, group: probes.group }
		return { kinds: kinds.slice(0, 2).join('+'), ns: measureCost(place, way) ?? null }
	})
	rmdirSync(instance)
	return ways
}

prepare()
const isBurst = process.argv.includes('burst')
const told = isBurst ? { costs: costs(), burst: await burst() } : {}
process.stderr.write(`${JSON.stringify(told)}\n`)
const rounds: NonNullable<InGuest['rounds']>[number][] = []
for (let round = 0; round < ROUNDS && !isBurst; round++) {
	rounds.push({
		off: await transfer(undefined),
		reasons: await transfer('reasons'),
		packets: await transfer('invalid'),
	})
	process.stderr.write(`${JSON.stringify(rounds.at(-1))}\n`)
}
const left = readFileSync(`${TRACING}/dynamic_events`, 'utf8')
process.stdout.write(
	`${JSON.stringify({ ...told, ...(isBurst ? {} : { rounds }), left } satisfies InGuest)}\n`,
)
process.exit(0)
