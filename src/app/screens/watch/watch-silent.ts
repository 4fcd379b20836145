import { silentPaths } from '../../../reasons/silent-paths.ts'
import type { Line } from '../../../words/line.ts'
import { clock, grouped } from '../../../words/numbers.ts'
import { accountingOf } from '../../log/accounting.ts'
import { proposedSites, siteFor } from '../../log/proposed-sites.ts'
import type { State } from '../../state/state.ts'
import { paragraph, titled } from '../parts/failure-lines.ts'

/** Packets without a line although the kernel is asked: what they can be, likely ones first, and what tells them apart. */
export function silentLines(view: State, columns: number): readonly Line[] {
	const accounting = accountingOf(view)
	const settings = view.settings.value
	if (accounting === undefined || settings === undefined || view.way === undefined) return []
	const since = clock(view.wall - view.now + view.way.since)
	const { first, last } = view.way
	const drop = (last?.counted.drop ?? 0) - (first?.counted.drop ?? 0)
	const moved = { ...accounting.unexplained, drop }
	const paths = silentPaths({ values: settings.values, moved, traits: view.traits })
	const found = proposedSites(view, paths)
	const likely = paths.filter(({ standing }) => standing === 'likely')
	const possible = paths.filter(({ standing }) => standing === 'possible')
	const told = likely.length > 0 ? likely : possible
	const word = likely.length > 0 ? 'Likely' : 'Possible'
	const rest = likely.length > 0 ? possible : []
	// Each way moves one counter; where both moved, no way is behind all of the packets.
	const both = moved.invalid > 0 && moved.error > 0
	const most = (counter: 'invalid' | 'error') => (both ? `, up to ${grouped(moved[counter])}` : '')
	const byPrintk =
		accounting.told === 0 ? '' : ` Call sites below tell of ${grouped(accounting.told)}, likely.`
	return [
		...titled(
			'No line: ',
			`${grouped(accounting.silent)} of ${grouped(accounting.counted)} since ${since}. The kernel counts them and prints no reason.${byPrintk}`,
			columns,
		),
		...told.flatMap(({ id, title, counter, because, tellApart }) => {
			const site = siteFor(found, id)
			return paragraph(
				`${word}${most(counter)}: ${title}: ${because}. To tell: ${sentence(site === '' ? tellApart : site)}`,
				columns,
			)
		}),
		...(rest.length === 0
			? []
			: paragraph(`Possible too: ${rest.map(({ title }) => title).join('; ')}.`, columns, 'dim')),
	]
}

const sentence = (text: string) => (text.endsWith('?') ? text : `${text}.`)
