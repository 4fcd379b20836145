import { planToLog } from '../../src/changes/plan.ts'
import { createClock } from '../../src/host/clock.ts'
import { createSettings } from '../../src/host/settings.ts'
import {
	killGuard,
	loggers,
	moduleNames,
	notes,
	otherProgram,
	outcome,
	pidOf,
	plan,
	program,
	read,
	STATE_DIR,
	sh,
	until,
} from './guest-scene.ts'

const SYSLOG = 'module:nf_log_syslog'
const LOG_INVALID = '/proc/sys/net/netfilter/nf_conntrack_log_invalid'

/** Loads modules of a real kernel and answers what was seen. */
export async function runModules(): Promise<unknown> {
	sh(`modprobe nf_conntrack
		ip netns add other; ip netns add peer
		ip link add veth0 type veth peer name veth1 netns peer
		ip addr add 10.77.0.2/24 dev veth0; ip link set veth0 up
		ip -n peer addr add 10.77.0.1/24 dev veth1; ip -n peer link set veth1 up
		nft 'add table ip t; add chain ip t c { type filter hook input priority 0; }; add rule ip t c ct state invalid drop'`)
	const seen = notes()
	const modulesBefore = moduleNames()
	const before = JSON.stringify([modulesBefore, loggers(), read(LOG_INVALID)])
	const isAsBefore = () => JSON.stringify([moduleNames(), loggers(), read(LOG_INVALID)]) === before
	const added = () => moduleNames().filter((name) => !modulesBefore.includes(name))
	seen.before = { loggers: loggers(), modules: modulesBefore }

	const settings = await createSettings(createClock(), async () => undefined)('fresh')
	if (!settings.ok) return { failure: settings.failure }
	const proposed = planToLog({
		settings: settings.value,
		netns: { initial: true },
		protocol: 255,
		modules: [{ name: 'nf_log_syslog', state: 'available' }],
	})
	seen.proposed = proposed
	const ctscope = program()
	seen.applied = outcome(await ctscope.apply(proposed.plan))
	seen.inForce = { added: added(), loggers: loggers(), logInvalid: read(LOG_INVALID).trim() }
	sh('ip netns exec peer hping3 -q -c 3 -i u1000 -S -F -p 80 10.77.0.2 2>/dev/null || true')
	seen.lines = Number(sh('dmesg | grep -c "nf_ct_proto_6: " || true'))
	seen.undone = outcome(await ctscope.undo('all'))
	seen.asBefore = isAsBefore()

	// What it needs comes and goes with it; what was loaded before stays. One change of several is taken back alone.
	await ctscope.apply(plan(['log_invalid', '0', '6']))
	await ctscope.apply(plan(['module:nf_conntrack_netlink', 'absent', 'loaded']))
	seen.netlink = added()
	await ctscope.apply(plan([SYSLOG, 'absent', 'loaded']))
	seen.both = { added: added(), loggers: loggers() }
	seen.onlyModule = outcome(await ctscope.undo(3))
	seen.onlyModuleLeft = { added: added(), loggers: loggers(), logInvalid: read(LOG_INVALID).trim() }
	await ctscope.undo(2)
	seen.netlinkLeft = added()

	// Refused after it was loaded: all of the step goes back.
	const nonsense = ['nf_log.4', 'NONE', 'no_such_logger'] as const
	seen.rolledBack = outcome(await ctscope.apply(plan([SYSLOG, 'absent', 'loaded'], nonsense)))
	seen.rolledBackLeft = { added: added(), loggers: loggers() }
	seen.missing = outcome(await ctscope.apply(plan(['module:nf_log_ipv4', 'absent', 'loaded'])))
	sh('mkdir -p /etc/modprobe.d; echo install nfnetlink_log /bin/false > /etc/modprobe.d/forbidden.conf')
	seen.forbidden = outcome(await ctscope.apply(plan(['module:nfnetlink_log', 'absent', 'loaded'])))
	sh('rm /etc/modprobe.d/forbidden.conf')
	await ctscope.undo('all')
	seen.asBeforeRefusals = isAsBefore()

	// The program is killed; then its guard, right after it has loaded the module, and while modprobe is at work.
	const killed = otherProgram(proposed.plan)
	await killed.applied
	seen.killed = added()
	killed.kill('SIGKILL')
	seen.msAfterKill = await until(isAsBefore)
	const dying = otherProgram(proposed.plan, 'after-write:1')
	await dying.applied
	seen.msAfterDeath = await until(isAsBefore)
	await dying.end()
	const early = ctscope.apply(plan([SYSLOG, 'absent', 'loaded']))
	await until(modprobeRuns, 30_000, 1)
	killGuard()
	seen.killedInModprobe = modprobeRuns()
	await early
	await until(() => !modprobeRuns())
	seen.msAfterModprobe = await until(isAsBefore)

	// Somebody uses it meanwhile: that is said, and it stays.
	await ctscope.apply(proposed.plan)
	sh("nft 'add table ip u; add chain ip u c { type filter hook input priority 0; }; add rule ip u c log'")
	const begun = performance.now()
	seen.used = outcome(await ctscope.undo('all'))
	seen.usedMs = Math.round(performance.now() - begun)
	seen.usedLeft = { added: added(), loggers: loggers().filter((line) => !line.startsWith('other ')) }
	sh('nft delete table ip u; sleep 0.2; modprobe -r nf_log_syslog')
	seen.leftByOthers = added().filter((name) => !name.startsWith('nft_'))

	sh('sysctl -qw kernel.modules_disabled=1')
	seen.disabled = outcome(await ctscope.apply(plan([SYSLOG, 'absent', 'loaded'])))
	seen.left = sh(`ls ${STATE_DIR}/leases ${STATE_DIR}/knobs | grep -v : || true`).trim()
	return seen
}

const modprobeRuns = (): boolean => pidOf(/\/modprobe\0--quiet\0nf_log/) > 0
