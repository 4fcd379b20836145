import { netfilterSites, type SiteEntry } from '../../app/changing/printk-sites.ts'
import { baseName } from '../../changes/kinds/call-site.ts'
import { planToPrint } from '../../changes/printk-plan.ts'
import type { SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Change } from '../../model/change.ts'
import type { PrintkReading } from '../../model/printk-reading.ts'
import type { Settings } from '../../model/settings.ts'
import * as english from '../../words/english/commands/run.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { near } from '../../words/near.ts'
import { visible } from '../../words/visible.ts'
import { functionsOf, idsOf, proposedOf } from '../printk/list.ts'

/** `--printk proposed`: the sites that tell of INVALID packets without a reason, one line for each. */
const PROPOSED = 'proposed'

export type ToPrint = { readonly changes: readonly Change[]; readonly notes: readonly string[] }

/**
 * The changes that make call sites print, for the words of `--printk`: a function, FILE:LINE, FILE:FUNCTION or
 * `proposed`. A file may be named from any of its folders on. A word that fits nothing is a failure with what is near.
 */
export function sitesToPrint(
	reading: PrintkReading,
	values: Settings['values'],
	words: readonly string[],
): Result<ToPrint> {
	if (reading.path === null) return fail({ kind: 'unsupported', what: '--printk', why: reading.why })
	const ids = idsOf(reading)
	const entries = netfilterSites(ids)
	if (entries.length === 0)
		return fail({
			kind: 'unsupported',
			what: '--printk',
			why: english.noCallSiteOfNetfilter,
		})
	const wanted = new Set<SiteId>()
	const notes: string[] = []
	for (const word of words) {
		const found = word === PROPOSED ? proposedIds(entries, values) : fitting(entries, word)
		if (found.length === 0) return fail(word === PROPOSED ? nothingProposed : unknown(entries, word))
		for (const id of found) wanted.add(id)
	}
	const silent = [...wanted].filter((id) => ids.get(id)?.flags.includes('p') !== true)
	const already = wanted.size - silent.length
	if (already > 0)
		notes.push(already === 1 ? english.oneOfTheCallSites : english.ofTheCallSitesPrint(already))
	if (silent.length === 0) return ok({ changes: [], notes })
	const what = words.map((word) => visible(word)).join(', ')
	const { plan, blockers, notes: more } = planToPrint(ids, silent, 'p', english.letCallSitesPrint(what))
	if (blockers.length > 0)
		return fail({ kind: 'unsupported', what: `--printk ${what}`, why: blockers.join('; ') })
	return ok({ changes: plan.changes, notes: [...notes, ...more] })
}

/** A site that prints for other packets too would drown what it is to tell; who wants it names it. */
const proposedIds = (entries: readonly SiteEntry[], values: Settings['values']): readonly SiteId[] =>
	proposedOf(entries, values)
		.filter(({ exact }) => exact)
		.map(({ id }) => id)

/** `FILE:PLACE`; without a colon all of it is the place. */
function parts(word: string): { readonly file: string; readonly place: string; readonly isLine: boolean } {
	const at = word.lastIndexOf(':')
	const place = word.slice(at + 1)
	return { file: word.slice(0, Math.max(0, at)), place, isLine: at > 0 && /^\d+$/.test(place) }
}

const isIn =
	(file: string) =>
	({ site }: SiteEntry): boolean =>
		site.file === file || site.file.endsWith(`/${file}`)

function fitting(entries: readonly SiteEntry[], word: string): readonly SiteId[] {
	const { file, place, isLine } = parts(word)
	return (file === '' ? entries : entries.filter(isIn(file)))
		.filter(({ site }) => (isLine ? site.line === Number(place) : site.func === place))
		.map(({ id }) => id)
}

const nothingProposed: Failure = {
	kind: 'unsupported',
	what: english.printkProposed,
	why: english.noCallSiteOfThis,
}

function unknown(entries: readonly SiteEntry[], word: string): Failure {
	const names = nearTo(entries, word).map((name) => visible(name))
	const hint = names.length === 0 ? '' : english.nearIt(names.join(', '))
	return {
		kind: 'usage',
		message: english.noCallSiteOfNetfilterIs(visible(word), hint),
		next: english.ctscopePrintkListsThem,
	}
}

function nearTo(entries: readonly SiteEntry[], word: string): readonly string[] {
	const { file, place, isLine } = parts(word)
	const inFile = file === '' ? [] : entries.filter(isIn(file))
	const files = entries.map(({ site }) => baseName(site.file))
	if (inFile.length === 0)
		return near(file === '' ? place : baseName(file), [...functionsOf(entries), ...files])
	if (!isLine) return near(place, functionsOf(inFile))
	const lines = inFile.map(({ site }) => site.line)
	return lines
		.toSorted((a, b) => Math.abs(a - Number(place)) - Math.abs(b - Number(place)))
		.slice(0, 5)
		.map((line) => `${file}:${line}`)
}
