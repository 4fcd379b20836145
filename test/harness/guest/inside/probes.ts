import { existsSync, readdirSync } from 'node:fs'
import { planProbes } from '../../../../src/changes/kinds/probes.ts'
import { drawProbes } from '../../../../src/host/trace/tracefs.ts'
import { pause } from '../../until.ts'
import { msOfWork } from '../slowness.ts'
import { guardOf, notes, otherProgram, plan, program, read, type Seen, sh, told } from './scene.ts'

const TRACING = '/sys/kernel/tracing'
const SEND = 'python3 /in/packets.py'
const SIX = `${SEND} flags checksum window rst fin reply`

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

/** The report of `ctscope run` by probes around some packets. */
function ran(options: string, command: string): Record<string, unknown> {
	sh(
		`ctscope run --source probe ${options} --json /tmp/report.json --force -- ${command} 2>/tmp/said || true`,
	)
	return JSON.parse(read('/tmp/report.json')) as Record<string, unknown>
}

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

/** Lets the built program see INVALID packets by kernel probes, and ends it in every way. */
export async function runProbes(): Promise<Seen> {
	const seen = notes()
	seen.msOfWork = msOfWork()
	sh('modprobe -a nf_conntrack nf_tables nft_ct nf_conntrack_netlink; ip link set lo up')
	sh('for ns in one two; do ip netns add $ns; ip -n $ns link set lo up; done')
	const rule =
		'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state invalid counter'
	for (const where of ['', 'ip netns exec one ', 'ip netns exec two ']) sh(`${where}nft '${rule}'`)
	// Somebody else's probe, switched on.
	sh(
		`echo 'p:others/keep do_exit' >> ${TRACING}/kprobe_events; echo 1 > ${TRACING}/events/others/keep/enable`,
	)
	const before = everything()

	seen.own = ran('', SIX)
	seen.said = read('/tmp/said')
	seen.sameAfterOwn = everything() === before
	sh(`cat > /tmp/both.sh <<'END'
ip netns exec one ${SEND} flags fin
ip netns exec two ${SEND} checksum reply
END`)
	seen.others = ran('', 'sh /tmp/both.sh')
	seen.sameAfterOthers = everything() === before

	sh(`cat > /tmp/deleted.sh <<'END'
${SEND} open scale loose
conntrack -D -p tcp --orig-port-src 1005
${SEND} close
END`)
	seen.stories = ran('', 'sh /tmp/deleted.sh')
	seen.saidOfStories = read('/tmp/said')

	// As the guard sees it.
	const ctscope = program()
	const planned = planProbes('reasons', drawProbes())
	const { knob, from, to } = planned.change
	const applied = await ctscope.apply(plan([knob, from, to]))
	seen.applied = applied.ok ? told(applied.value) : applied.failure
	seen.inForce = sh(`grep ctscope ${TRACING}/dynamic_events | cut -d' ' -f1,2`)
	const undone = await ctscope.undo('all')
	seen.undone = undone.ok ? told(undone.value) : undone.failure
	seen.left = left()

	// Killed with probes on: the program, its guard, both.
	const killed: Record<string, unknown> = {}
	for (const who of ['program', 'guard', 'both'] as const) {
		const other = otherProgram()
		const reasons = planProbes('reasons', drawProbes()).change
		const invalid = planProbes('invalid', drawProbes()).change
		await other.apply(
			plan([reasons.knob, reasons.from, reasons.to], [invalid.knob, invalid.from, invalid.to]),
		)
		const states = other.last()?.changes.map(({ state }) => state)
		const guard = guardOf({ view: () => other.last() } as never)
		if (who !== 'program') process.kill(guard, 'SIGKILL')
		if (who !== 'guard') other.kill('SIGKILL')
		const ms = who === 'both' ? undefined : await untilGone()
		// Nobody is left without systemd: revert does it.
		if (who === 'both') {
			sh('ctscope revert >/tmp/reverted 2>&1 || true')
			killed.reverted = read('/tmp/reverted')
		}
		killed[who] = { states, ms, left: left() }
		other.kill('SIGKILL')
	}
	seen.killed = killed
	await pause(200)
	seen.same = everything() === before
	seen.keeps = existsSync(`${TRACING}/events/others/keep/enable`)
		? read(`${TRACING}/events/others/keep/enable`).trim()
		: 'gone'
	return seen
}
