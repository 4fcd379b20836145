import { notes, read, type Seen, sh } from '../scene.ts'

const TRACING = '/sys/kernel/tracing'
const SEND = 'python3 /in/packets.py'

const mounts = (): string =>
	sh(
		"grep ' tracefs ' /proc/mounts | cut -d' ' -f1,2 | sed 's/ctscope-[0-9a-f]*/ctscope-NAME/' || true",
	).trim()

/** Where tracefs is not mounted: what is seen before, within and after a run that mounts it. */
export async function runUnmounted(): Promise<Seen> {
	const seen = notes()
	sh(
		'modprobe -a nf_conntrack nf_tables nft_ct; ip link set lo up; sysctl -qw net.ipv4.conf.all.route_localnet=1',
	)
	sh(
		"nft 'add table inet t; add chain inet t c { type filter hook input priority 0; }; add rule inet t c ct state invalid counter'",
	)
	sh(`umount ${TRACING}`)
	seen.doctor = JSON.parse(sh('ctscope doctor --json')).probes
	sh(
		`ctscope run --source probe --json /tmp/report.json -- bash -c "grep ' tracefs ' /proc/mounts > /tmp/within; ${SEND} flags" 2>/tmp/said || true`,
	)
	seen.said = read('/tmp/said')
	seen.within = read('/tmp/within').split(' ').slice(1, 3)
	seen.after = mounts()
	const report = JSON.parse(read('/tmp/report.json'))
	seen.reasons = report.reasons
	seen.changes = report.changes
	const lists = JSON.parse(sh('ctscope lists --for 1s --json'))
	seen.lists = { probes: lists.probes !== null, after: mounts() }
	// Someone uses it when it is to go: it stays, and is reported.
	const use = `cd ${TRACING}; sleep 300 </dev/null >/dev/null 2>&1 & echo $! > /tmp/sleeper`
	sh(
		`echo '${use}' > /tmp/use.sh; ctscope run --source probe --json /tmp/busy.json -- bash /tmp/use.sh 2>/dev/null || true`,
	)
	seen.busy = mounts()
	seen.busyChanges = JSON.parse(read('/tmp/busy.json')).changes
	sh('kill $(cat /tmp/sleeper)')
	seen.left = sh(
		`grep -c ctscope ${TRACING}/dynamic_events; ls ${TRACING}/instances; ls /run/ctscope/leases 2>/dev/null || true`,
	).trim()
	return seen
}
