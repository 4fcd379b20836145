import { msUntil } from '../../until.ts'
import { SYSLOG } from './modules.ts'
import {
	ask,
	flagsOf,
	guardOf,
	hasLoaded,
	holdModprobe,
	kernelState,
	loggers,
	moduleNames,
	type Other,
	outcome,
	type Program,
	plan,
	read,
	rows,
	type Seen,
	STATE_DIR,
	seqOf,
	sh,
	sites,
	whereIs,
} from './scene.ts'

/** The program is killed while all kinds of changes are in force. */
export async function programKilled(seen: Seen, other: Other, site: string, before: string): Promise<void> {
	const whole = plan([`printk:${site}`, '_', 'p'], [SYSLOG, 'absent', 'loaded'], ['log_invalid', '0', '255'])
	seen.beforeKill = (await other.apply(whole)).ok
	seen.inForceBeforeKill = [flagsOf(site), moduleNames().includes('nf_log_syslog'), loggers().length]
	other.kill('SIGKILL')
	seen.msAfterKill = await msUntil(() => kernelState() === before, 15_000, 50)
}

type Sites = { readonly one: string; readonly two: string; readonly before: string }

/** Modules come and go under our changes; then the guard is killed while a modprobe of its own is at work. */
export async function guardKilled(seen: Seen, ctscope: Program, { one, two, before }: Sites): Promise<void> {
	// Unloaded, and loaded anew: its flags are none then, and what someone else sets stays.
	await ctscope.apply(plan([`printk:${one}`, '_', 'p'], [`printk:${two}`, '_', 'p']))
	sh('nft delete table ip t; sleep 0.2; rmmod nft_ct nf_conntrack')
	seen.vanished = outcome(await ctscope.undo(seqOf(ctscope, `printk:${one}`)))
	sh('modprobe nft_ct')
	ask(`${whereIs(two)} +l`)
	seen.reloaded = outcome(await ctscope.undo(seqOf(ctscope, `printk:${two}`)))
	seen.flagsReloaded = [flagsOf(one), flagsOf(two)]
	ask(`${whereIs(two)} -l`)
	seen.asBeforeReload = kernelState() === before

	// All sites of conntrack in one step.
	const many = [...sites()]
		.filter(([, { module, flags }]) => module === 'nf_conntrack' && flags === '')
		.map(([id]) => [`printk:${id}`, '_', 'p'] as const)
	const started = performance.now()
	const all = await ctscope.apply(plan(...many))
	seen.bulk = {
		sites: many.length,
		on: rows().filter((row) => row.includes('[nf_conntrack]') && / =p "/.test(row)).length,
		taken: all.ok ? 'all' : all.failure,
		ms: Math.round(performance.now() - started),
	}
	// Killed in modprobe: nobody has read back what that loads and binds.
	const guard = guardOf(ctscope)
	holdModprobe()
	const early = ctscope.apply(plan([SYSLOG, 'absent', 'loaded']))
	seen.killedInModprobe = (await msUntil(hasLoaded, 30_000, 20)) >= 0
	process.kill(guard, 'SIGKILL')
	seen.earlyIsRefused = !(await early).ok
	seen.msAfterGuardKill = await msUntil(() => ctscope.view()?.phase === 'closed', 15_000, 20)
	seen.outcome = ctscope.view()?.outcome
	seen.asBefore = kernelState() === before
	seen.heldAtLast = read('/proc/sys/net/netfilter/nf_log_all_netns').trim()
	seen.left = sh(`ls ${STATE_DIR}/leases ${STATE_DIR}/knobs | grep -v : || true`).trim()
}
