import type { PrintkSite } from '../../../kernel/dyndbg/dyndbg-control.ts'
import * as english from '../../../words/english/app/printk.ts'
import type { Step } from '../../changing/switching.ts'
import type { Choice, State } from '../../state/state.ts'

type Decoration = {
	readonly flag: string
	readonly label: string
	readonly note: string
	/** First version of Linux that has it (lib/dynamic_debug.c, opt_array); 0.0 for all. */
	readonly since: readonly [number, number]
}

/** In the order in which the kernel prints them. */
const DECORATIONS: readonly Decoration[] = [
	{
		flag: 't',
		label: 'thread',
		note: english.pidOrIntrInAn,
		since: [0, 0],
	},
	{ flag: 'm', label: 'module', note: english.nameOfTheModule, since: [0, 0] },
	{ flag: 'f', label: 'function', note: english.nameOfTheFunction, since: [0, 0] },
	{ flag: 's', label: english.sourceFile, note: english.pathInTheSourceOf, since: [6, 6] },
	{ flag: 'l', label: 'line', note: english.lineNumberInThatFile, since: [0, 0] },
	{ flag: 'd', label: english.callTrace, note: english.manyLinesForEachLine, since: [7, 2] },
]

/**
 * What this kernel can put in front of a line. The control file does not list the flags, so the two newer ones are offered
 * where a site has them already or the kernel says that it is new enough; should it be wrong, the guard says so and
 * changes nothing.
 */
function decorationsHere({ printk, facts }: Pick<State, 'printk' | 'facts'>): readonly Choice[] {
	const seen = flagsSeen(printk.value?.ids)
	const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(facts?.kernel ?? '') ?? []
	const version = Number(major) * 1000 + Number(minor)
	return DECORATIONS.filter(({ flag, since }) => seen.has(flag) || version >= since[0] * 1000 + since[1]).map(
		({ flag, label, note }) => ({ value: flag, label, note }),
	)
}

const remembered = new WeakMap<ReadonlyMap<string, PrintkSite>, ReadonlySet<string>>()

function flagsSeen(ids: ReadonlyMap<string, PrintkSite> | undefined): ReadonlySet<string> {
	if (ids === undefined) return new Set()
	const known = remembered.get(ids)
	if (known !== undefined) return known
	const seen = new Set([...ids.values()].flatMap(({ flags }) => [...flags]))
	remembered.set(ids, seen)
	return seen
}

/** Asks what lines that are switched on from now on carry in front. */
export function decorateStep(state: State): Step {
	const offered = decorationsHere(state)
	const chosen = offered.flatMap(({ value }) => (state.decorations.includes(value) ? [value] : []))
	return { dialog: { kind: 'decorate', offered, chosen, selected: 0 } }
}

/** `module, function`; empty for none. */
export const decorationWords = (flags: string): string =>
	DECORATIONS.filter(({ flag }) => flags.includes(flag))
		.map(({ label }) => label)
		.join(', ')
