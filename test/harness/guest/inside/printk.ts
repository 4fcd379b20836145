import { ask, flagsOf, outcome, type Program, plan, rows, type Seen, seqOf, sh, whereIs } from './scene.ts'

/** Switches call sites; that of `first` is decorated by someone else from the beginning. */
export async function printkStories(
	seen: Seen,
	ctscope: Program,
	first: string,
	second: string,
): Promise<void> {
	const [one, two] = [`printk:${first}`, `printk:${second}`]
	const here = whereIs(first)
	ask(`${here} +mt`)
	const before = rows()
	const isAsBefore = () => rows().join('\n') === before.join('\n')

	seen.applied = outcome(await ctscope.apply(plan([one, 'mt', 'pmt'], [two, '_', 'pmfl'])))
	const during = rows()
	seen.flagsInForce = [flagsOf(first), flagsOf(second)]
	seen.rowsChanged = during.filter((row, index) => row !== before[index]).length
	sh('ip netns exec peer hping3 -q -c 3 -i u1000 -1 -C 0 -K 0 10.77.0.2 2>/dev/null || true')
	seen.printed = sh("dmesg | grep -c 'nf_conntrack: .*create new conn with type 0' || true").trim()
	// Someone else decorates it meanwhile.
	ask(`${here} +f`)
	await ctscope.undo(seqOf(ctscope, two))
	seen.undone = outcome(await ctscope.undo(seqOf(ctscope, one)))
	seen.flagsAfterUndo = [flagsOf(first), flagsOf(second)]
	ask(`${here} -f`)
	seen.asBefore = isAsBefore()

	// More and less decoration while it prints; a letter that the kernel does not know; a site that is not there.
	await ctscope.apply(plan([one, 'mt', 'pmflt']))
	seen.moreFlags = flagsOf(first)
	await ctscope.apply(plan([one, 'pmflt', 'pft']))
	seen.lessFlags = flagsOf(first)
	seen.unknownFlag = outcome(await ctscope.apply(plan([two, '_', 'p'], [one, 'pft', 'pftd'])))
	seen.flagsRefused = [flagsOf(first), flagsOf(second)]
	seen.noSuchSite = outcome(await ctscope.apply(plan([`${one.slice(0, -8)}00000000`, '_', 'p'])))
	await ctscope.undo(seqOf(ctscope, one))
	seen.asBeforeRefusals = isAsBefore()
	ask(`${here} -mt`)
}
