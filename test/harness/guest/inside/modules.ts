import { planToLog } from '../../../../src/changes/plan.ts'
import { createClock } from '../../../../src/host/clock.ts'
import { createSettings } from '../../../../src/host/settings.ts'
import {
	LOG_INVALID,
	loggers,
	moduleNames,
	outcome,
	type Program,
	plan,
	read,
	type Seen,
	seqOf,
	sh,
} from './scene.ts'

export const SYSLOG = 'module:nf_log_syslog'

const look = () => JSON.stringify([moduleNames(), loggers(), read(LOG_INVALID)])

/** What is loaded now; answers what came since. */
function addedSince(): () => readonly string[] {
	const before = moduleNames()
	return () => moduleNames().filter((name) => !before.includes(name))
}

/** Reasons are asked for on a host where no logger is loaded. */
export async function loadingStory(seen: Seen, ctscope: Program): Promise<void> {
	const modulesBefore = moduleNames()
	const before = look()
	const added = addedSince()
	seen.before = { loggers: loggers(), modules: modulesBefore }

	const settings = await createSettings(createClock(), async () => undefined)('fresh')
	if (!settings.ok) throw new Error(JSON.stringify(settings.failure))
	const proposed = planToLog({
		settings: settings.value,
		netns: { initial: true },
		protocol: 255,
		modules: [{ name: 'nf_log_syslog', state: 'available' }],
	})
	seen.proposed = proposed
	seen.loaded = outcome(await ctscope.apply(proposed.plan))
	seen.inForce = { added: added(), loggers: loggers(), logInvalid: read(LOG_INVALID).trim() }
	sh('ip netns exec peer hping3 -q -c 3 -i u1000 -S -F -p 80 10.77.0.2 2>/dev/null || true')
	seen.lines = Number(sh('dmesg | grep -c "nf_ct_proto_6: " || true'))
	// One change of several is taken back alone: what came with the module goes with it, and log_invalid stays.
	await ctscope.undo(seqOf(ctscope, SYSLOG))
	seen.onlyModule = { added: added(), loggers: loggers(), logInvalid: read(LOG_INVALID).trim() }
	await ctscope.undo(seqOf(ctscope, 'log_invalid'))
	seen.asBeforeLoading = look() === before
}

/** Modules by themselves; no logger is loaded before. */
export async function moduleStories(seen: Seen, ctscope: Program): Promise<void> {
	const before = look()
	const added = addedSince()
	// What it needs comes and goes with it; what was loaded before stays.
	await ctscope.apply(plan(['module:nf_conntrack_netlink', 'absent', 'loaded']))
	seen.netlink = added()
	await ctscope.undo(seqOf(ctscope, 'module:nf_conntrack_netlink'))
	seen.netlinkLeft = added()

	// Refused after it was loaded: all of the step goes back.
	const nonsense = ['nf_log.4', 'NONE', 'no_such_logger'] as const
	seen.rolledBack = outcome(await ctscope.apply(plan([SYSLOG, 'absent', 'loaded'], nonsense)))
	seen.rolledBackLeft = { added: added(), loggers: loggers() }
	seen.missing = outcome(await ctscope.apply(plan(['module:nf_log_ipv4', 'absent', 'loaded'])))
	sh('mkdir -p /etc/modprobe.d; echo install nfnetlink_log /bin/false > /etc/modprobe.d/forbidden.conf')
	seen.forbidden = outcome(await ctscope.apply(plan(['module:nfnetlink_log', 'absent', 'loaded'])))
	sh('rm /etc/modprobe.d/forbidden.conf')
	seen.asBeforeLoadingRefused = look() === before

	// Someone uses it meanwhile: that is said, and it stays.
	await ctscope.apply(plan([SYSLOG, 'absent', 'loaded']))
	sh("nft 'add table ip u; add chain ip u c { type filter hook input priority 0; }; add rule ip u c log'")
	const begun = performance.now()
	seen.used = outcome(await ctscope.undo(seqOf(ctscope, SYSLOG)))
	seen.usedMs = Math.round(performance.now() - begun)
	seen.usedLeft = { added: added(), loggers: loggers().filter((line) => !line.startsWith('other ')) }
	sh('nft delete table ip u; sleep 0.2; rmmod nft_log nf_log_syslog')
	seen.asBeforeUsed = look() === before
}
