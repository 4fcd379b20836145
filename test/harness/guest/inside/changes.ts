import { msOfWork } from '../slowness.ts'
import { guardKilled, programKilled } from './kills.ts'
import { loadingStory, moduleStories } from './modules.ts'
import { printkStories } from './printk.ts'
import { kernelState, notes, otherProgram, outcome, plan, program, sh, sitesOf, wire } from './scene.ts'

/**
 * Switches call sites and loads modules of a real kernel, kills who did it, and answers what was seen. What does not
 * depend on the kernel is told only when it is to be the `whole`.
 */
export async function runChanges({ whole }: { readonly whole: boolean }): Promise<unknown> {
	const seen = notes()
	seen.msOfWork = msOfWork()
	const other = otherProgram()
	sh('modprobe nf_conntrack; ip netns add other')
	wire()
	// Those that every kernel of the lab has.
	const [one = '', two = ''] = ['nf_conntrack_icmp_packet', 'nf_conntrack_icmpv6_packet'].flatMap(
		(func) => sitesOf(func)[0] ?? [],
	)
	const before = kernelState()
	const ctscope = program()
	// Held all the time, so that the guard stays the same: starting one takes seconds in a guest.
	const held = ctscope.apply(plan(['nf_log_all_netns', '0', '1']))
	await programKilled(seen, other, one, before)
	seen.held = (await held).ok
	await printkStories(seen, ctscope, one, two)
	await loadingStory(seen, ctscope)
	if (whole) {
		await moduleStories(seen, ctscope)
		await guardKilled(seen, ctscope, { one, two, before })
	} else {
		seen.allUndone = outcome(await ctscope.undo('all'))
		seen.asBefore = kernelState() === before
	}
	return seen
}
