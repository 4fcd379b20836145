import {
	ask,
	flagsOf,
	killGuard,
	notes,
	otherProgram,
	outcome,
	plan,
	program,
	rows,
	STATE_DIR,
	sh,
	sites,
	sitesOf,
	until,
} from './guest-scene.ts'

/** Switches call sites of a real kernel and answers what was seen. */
export async function runPrintk(): Promise<unknown> {
	sh('modprobe nf_conntrack')
	const [first = '', second = ''] = [
		...sitesOf('tcp_new'),
		...sitesOf('nf_conntrack_icmp_packet'),
		...sitesOf('nf_conntrack_icmpv6_packet'),
	]
	const one = `printk:${first}`
	const two = `printk:${second}`
	const site = sites().get(first)
	const where = `file ${site?.file} line ${site?.line}`
	ask(`${where} +mt`)
	const before = rows()
	const isAsBefore = () => rows().join('\n') === before.join('\n')
	const seen = notes()
	seen.first = first
	seen.second = second

	const ctscope = program()
	// As long as something is in force, the guard is the same.
	await ctscope.apply(plan(['nf_log_all_netns', '0', '1']))
	seen.applied = outcome(await ctscope.apply(plan([one, 'mt', 'pmt'], [two, '_', 'pmfl'])))
	seen.flagsInForce = [flagsOf(first), flagsOf(second)]
	seen.rowsChanged = rows().filter((row, index) => row !== before[index]).length
	// Somebody else decorates it meanwhile.
	ask(`${where} +f`)
	await ctscope.undo(3)
	seen.undone = outcome(await ctscope.undo(2))
	seen.flagsAfterUndo = [flagsOf(first), flagsOf(second)]
	ask(`${where} -f`)
	seen.asBefore = isAsBefore()

	// More and less decoration while it prints.
	await ctscope.apply(plan([one, 'mt', 'pmt']))
	await ctscope.apply(plan([one, 'pmt', 'pmflt']))
	seen.moreFlags = flagsOf(first)
	await ctscope.apply(plan([one, 'pmflt', 'pft']))
	seen.lessFlags = flagsOf(first)
	seen.unknownFlag = outcome(await ctscope.apply(plan([two, '_', 'p'], [one, 'pft', 'pftd'])))
	seen.flagsRefused = [flagsOf(first), flagsOf(second)]
	const other = `${one.slice(0, -8)}00000000`
	seen.noSuchSite = outcome(await ctscope.apply(plan([other, '_', 'p'])))

	// All others of conntrack in one step.
	const many = [...sites()]
		.filter(([, { module, flags }]) => module === 'nf_conntrack' && flags === '')
		.map(([id]) => [`printk:${id}`, '_', 'p'] as const)
	const started = performance.now()
	const all = await ctscope.apply(plan(...many))
	seen.bulk = { sites: many.length, isTaken: all.ok, ms: Math.round(performance.now() - started) }
	seen.bulkOn = rows().filter((row) => row.includes('[nf_conntrack]') && / =p\w* "/.test(row)).length
	const undoing = performance.now()
	const closed = await ctscope.undo('all')
	seen.bulkUndo = {
		outcome: closed.ok && closed.value.outcome,
		ms: Math.round(performance.now() - undoing),
	}
	seen.asBeforeBulk = isAsBefore()

	// The program is killed; then its guard.
	const killed = otherProgram(plan([one, 'mt', 'pmt'], [two, '_', 'p']))
	await killed.applied
	seen.killed = flagsOf(first)
	killed.kill('SIGKILL')
	seen.msAfterKill = await until(isAsBefore)
	await ctscope.apply(plan([one, 'mt', 'pmt'], [two, '_', 'p']))
	killGuard()
	seen.msAfterGuardKill = await until(isAsBefore)
	const dying = otherProgram(plan([one, 'mt', 'pmt'], [two, '_', 'p']), 'after-write:2')
	await dying.applied
	seen.msAfterDeath = await until(isAsBefore)
	await dying.end()

	// The module is loaded anew, so its flags are none; then it goes.
	await ctscope.apply(plan(['nf_log_all_netns', '0', '1']))
	await ctscope.apply(plan([one, 'mt', 'pmt'], [two, '_', 'p']))
	sh('rmmod nf_conntrack && modprobe nf_conntrack')
	ask(`file ${sites().get(second)?.file} line ${sites().get(second)?.line} +l`)
	await ctscope.undo(3)
	seen.reloaded = outcome(await ctscope.undo(2))
	seen.flagsReloaded = [flagsOf(first), flagsOf(second)]
	await ctscope.apply(plan([one, '_', 'p']))
	sh('rmmod nf_conntrack')
	seen.vanished = outcome(await ctscope.undo('all'))
	seen.left = sh(`ls ${STATE_DIR}/leases ${STATE_DIR}/knobs | grep -v : || true`).trim()
	return seen
}
