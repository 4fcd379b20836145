import { siteOf } from '../../../investigation/accounting/silence.ts'
import type { Proposal } from '../../../reasons/printk/printk-proposals.ts'
import * as english from '../../../words/english/app/watch.ts'
import type { Line } from '../../../words/line.ts'
import { grouped } from '../../../words/numbers.ts'
import { accountOf } from '../../log/account.ts'
import { keyOf } from '../../state/bindings.ts'
import { clockOf } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { paragraph, titled } from '../parts/failure-lines.ts'

/** Packets without a line although the kernel is asked: what they can be, likely ones first, and what tells them apart. */
export function silentLines(view: State, columns: number): readonly Line[] {
	const { accounting, paths, proposed } = accountOf(view)
	if (accounting === undefined || view.settings.value === undefined || view.way === undefined) return []
	const since = clockOf(view)(view.way.since)
	const moved = accounting.unexplained
	const likely = paths.filter(({ standing }) => standing === 'likely')
	const possible = paths.filter(({ standing }) => standing === 'possible')
	const told = likely.length > 0 ? likely : possible
	const word = likely.length > 0 ? 'Likely' : 'Possible'
	const rest = likely.length > 0 ? possible : []
	// Each way moves one counter; where both moved, no way is behind all of the packets.
	const both = moved.invalid > 0 && moved.error > 0
	const most = (counter: 'invalid' | 'error') => (both ? english.upTo(grouped(moved[counter])) : '')
	const byPrintk = accounting.told === 0 ? '' : english.callSitesBelowTellOf(grouped(accounting.told))
	return [
		...titled(
			english.noLine,
			english.ofSinceTheKernelCounts(
				grouped(accounting.silent),
				grouped(accounting.counted),
				since,
				byPrintk,
			),
			columns,
		),
		...told.flatMap(({ id, title, counter, because, tellApart }) => {
			const site = siteFor(proposed, id)
			return paragraph(
				english.toTell(word, most(counter), title, because, sentence(site === '' ? tellApart : site)),
				columns,
			)
		}),
		...(rest.length === 0
			? []
			: paragraph(english.possibleToo(rest.map(({ title }) => title).join('; ')), columns, 'dim')),
	]
}

const sentence = (text: string) => (text.endsWith('?') ? text : `${text}.`)

/** What to do on the screen for one silent path, or that it is done already. '' without a call site. */
function siteFor(proposed: readonly Proposal[], path: string): string {
	const fit = siteOf(proposed, path)
	if (fit === undefined) return ''
	const { site, paths } = fit
	const name = english.callSiteOf(site.format.trim(), site.func)
	const shared = paths.length > 1 ? english.whichCountsOtherSilentPackets : english.whichCountsThesePackets
	return site.flags.includes('p')
		? english.isOnItsLinesBelow(name)
		: english.keySwitchOn(keyOf('go-printk'), name, shared)
}
