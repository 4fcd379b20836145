import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { planProbes } from '../../../../src/changes/kinds/probes.ts'
import { drawProbes } from '../../../../src/host/trace/tracefs.ts'
import { pause, until } from '../../until.ts'
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
const SEND = 'python3 /in/packets.py'

/** All that could have been changed, as text. */
const everything = (): string =>
	sh(
		[
			'sysctl -a 2>/dev/null | grep -E "nf_(conntrack_(log|tcp|check|acct|timestamp|helper)|log)" | grep -v -E "count|nf_conntrack_events_retry"',
			'ls /sys/module | sort',
			`cat ${TRACING}/kprobe_events ${TRACING}/dynamic_events`,
			`ls ${TRACING}/instances`,
			`cat ${TRACING}/events/others/keep/enable`,
		].join('; '),
	)

const left = (): string =>
	sh(
		`grep -c ctscope ${TRACING}/dynamic_events; ls ${TRACING}/instances; ls /run/ctscope/leases 2>/dev/null || true`,
	)
		.trim()
		.replaceAll('\n', ' ')

async function untilGone(): Promise<number> {
	const began = performance.now()
	while (performance.now() - began < 20_000) {
		const isThere =
			/ctscope/.test(read(`${TRACING}/dynamic_events`)) || readdirSync(`${TRACING}/instances`).length > 0
		if (!isThere) return Math.round(performance.now() - began)
		await pause(20)
	}
	return -1
}

/** Killed with probes on: the program, its guard, both. */
async function killed(who: 'program' | 'guard' | 'both'): Promise<unknown> {
	const other = otherProgram()
	const changes = (['reasons', 'invalid'] as const).map((set) => planProbes(set, drawProbes()).change)
	await other.apply(plan(...changes.map(({ knob, from, to }) => [knob, from, to] as const)))
	const states = other.last()?.changes.map(({ state }) => state)
	const guard = guardOf({ view: other.last } as Pick<Program, 'view'> as Program)
	if (who !== 'program') process.kill(guard, 'SIGKILL')
	if (who !== 'guard') other.kill('SIGKILL')
	// Where there is no systemd, nobody is left to do it.
	if (who === 'both') sh('ctscope revert --all >/dev/null 2>&1')
	const ms = await untilGone()
	other.kill('SIGKILL')
	return { states, ms, left: left() }
}

/** An investigation by typed words that takes probes by itself, recorded: what it said, and the recording in base64. */
async function recorded(): Promise<unknown> {
	const child = spawn('ctscope', ['tui', '--plain', '--record', '/tmp/recording'], {
		stdio: ['pipe', 'pipe', 'inherit'],
	})
	let said = ''
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		said += text
	})
	const ended = once(child, 'exit')
	const type = (word: string) => child.stdin.write(`${word}\n`)
	const heard = (pattern: RegExp) =>
		until(
			() => pattern.test(said),
			() => `${pattern} in:\n${said}`,
			300_000,
		)
	await heard(/Step 1 of 9/)
	type('next')
	await heard(/Step 2 of 9/)
	type('next')
	await heard(/Step 3 of 9/)
	type('do')
	await heard(/kernel probes/)
	type('yes')
	await heard(/in force/)
	type('next')
	await heard(/Step 4 of 9/)
	/** The step is said again until it says that. */
	const step = async (pattern: RegExp): Promise<void> => {
		for (let tries = 0; tries < 60 && !pattern.test(said); tries++) {
			type('step')
			await pause(1_000)
		}
		await heard(pattern)
	}
	await step(/account: counted 0/)
	sh(`${SEND} flags checksum fin reply; ip netns exec one ${SEND} flags`)
	await step(/account: counted 4 =/)
	type('quit')
	const [exitCode] = await ended
	return { said, exitCode, recording: readFileSync('/tmp/recording').toString('base64') }
}

/** How much a guest is to tell: `run` is what `ctscope run` sees; `ends` also the undo, and a killed program; `whole` every way of ending. */
export type ProbesTold = 'run' | 'ends' | 'whole'

/** Lets the built program see INVALID packets by kernel probes, and ends it. What does not depend on the kernel need not be told by each. */
export async function runProbes(told: ProbesTold): Promise<Seen> {
	const seen = notes()
	seen.release = sh('uname -r').trim()
	seen.msOfWork = told === 'run' ? 0 : msOfWork()
	sh('modprobe -a nf_conntrack nf_tables nft_ct nf_conntrack_netlink')
	sh('for ns in one two; do ip netns add $ns; done')
	// The answer of this host to a SYN would end its entry, and it is dropped before conntrack.
	const rules = `add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state invalid counter;
		add chain inet t o { type filter hook output priority -300; }; add rule inet t o tcp flags rst drop`
	for (const where of ['', 'ip netns exec one ', 'ip netns exec two '])
		sh(
			`${where}sysctl -qw net.ipv4.conf.all.route_localnet=1; ${where}ip link set lo up; ${where}nft '${rules}'`,
		)
	// Someone else's probe, switched on.
	sh(
		`echo 'p:others/keep do_exit' >> ${TRACING}/kprobe_events; echo 1 > ${TRACING}/events/others/keep/enable`,
	)
	const before = everything()

	writeFileSync(
		'/tmp/all.sh',
		`${SEND} flags checksum window rst fin reply open scale loose
		ip netns exec one ${SEND} flags fin
		ip netns exec two ${SEND} checksum reply
		for try in 1 2 3 4 5 6 7 8 9; do conntrack -D -p tcp --orig-port-src 1005 && break; sleep 1; done
		${SEND} close\n`,
	)
	try {
		sh('ctscope run --source probe --json /tmp/report.json -- bash /tmp/all.sh 2>/tmp/said')
	} catch (error) {
		// Why it refuses would else be lost with the guest.
		throw new Error(read('/tmp/said'), { cause: error })
	}
	seen.report = JSON.parse(read('/tmp/report.json'))
	seen.said = read('/tmp/said')
	seen.sameAfterRun = everything() === before

	if (told !== 'run') {
		seen.recorded = await recorded()
		seen.sameAfterRecording = everything() === before
		await ended(seen, told)
	}
	seen.same = everything() === before
	return seen
}

/** Undone behind a mount over tracefs, and by whoever is left when others are killed. */
async function ended(seen: Seen, told: ProbesTold): Promise<void> {
	const ctscope = program()
	const { knob, from, to } = planProbes('reasons', drawProbes()).change
	seen.applied = outcome(await ctscope.apply(plan([knob, from, to])))
	seen.inForce = sh(`grep ctscope ${TRACING}/dynamic_events | cut -d' ' -f1,2`).trim().split('\n')
	// The guard has the folder open: a mount over it hides nothing from an undo.
	sh(`mount -t tmpfs none ${TRACING}`)
	seen.undone = outcome(await ctscope.undo('all'))
	sh(`umount ${TRACING}`)
	seen.left = left()

	seen.programKilled = await killed('program')
	if (told !== 'whole') return
	seen.guardKilled = await killed('guard')
	seen.bothKilled = await killed('both')
}
