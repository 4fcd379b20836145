import { titleOf } from '../../app/log/told-messages.ts'
import type { PrintkTold } from '../../app/state/log-state.ts'
import { grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'

/** What one call site has printed, as data. All texts are safe to print. */
export type PrintedSite = {
	/** Stable over boots: file, function and a hash of the text. */
	readonly site: string
	readonly file: string
	readonly line: number
	readonly function: string
	/** As in the source, with its conversions. */
	readonly text: string
	/** What a line of it says. */
	readonly tells: string
	readonly count: number
	/** Those of them that count one packet each of which no reason line tells. */
	readonly packets: number
	/** False: others may have printed such a text too. */
	readonly sure: boolean
	/** The last line, and what its numbers say. */
	readonly sample: string
	readonly detail: string
}

export const printedSites = (told: readonly PrintkTold[]): readonly PrintedSite[] =>
	told.map(({ id, site, count, packets, probable, sample, lastDetail }) => ({
		site: visible(id),
		file: visible(site.file),
		line: site.line,
		function: visible(site.func),
		text: visible(site.format.trim()),
		tells: visible(titleOf(site)),
		count,
		packets,
		sure: probable === 0,
		sample: visible(sample),
		detail: visible(lastDetail),
	}))

/** One paragraph for each site: how often, who, what that means. */
export const printedLines = (
	sites: readonly (PrintedSite & { readonly delta?: number })[],
	columns: number,
): string[] =>
	sites.flatMap(({ delta, count, function: func, tells, detail, sure }) =>
		beside(
			`${grouped(delta ?? count).padStart(9)}  `,
			`${func}: ${sure ? '' : 'probably '}${tells}${detail === '' ? '' : ` (last: ${detail})`}`,
			columns,
		),
	)
