import { canAddress, type PrintkSite, type SiteId } from '../kernel/dyndbg/dyndbg-control.ts'
import type { Change, Plan } from '../model/change.ts'
import * as english from '../words/english/changes/changes.ts'
import { visible } from '../words/visible.ts'
import { isPrintkModule, knobOfSite, siteName } from './kinds/call-site.ts'
import { canonicalFlags, flagsBetween, NO_FLAGS, unknownFlags } from './kinds/call-site-flags.ts'
import { knobById } from './knobs.ts'

export type PrintkPlan = {
	readonly plan: Plan
	/** Why nothing can be done; empty when the plan can be applied. */
	readonly blockers: readonly string[]
	/** What the plan leaves out. */
	readonly notes: readonly string[]
}

/** Changes that the guard takes in one plan (guard/protocol.ts). */
export const MOST_SITES = 256

/**
 * The plan that adds `flags` to the sites: one change, and so one query, for each site. `from` is what the site has now,
 * `to` the same with the flags added; what has them all already is left out. `what` becomes the purpose, in the words of
 * whoever asks. Sites that no query can name alone are left out with a note, and sites outside of netfilter are never
 * switched.
 */
export function planToPrint(
	ids: ReadonlyMap<SiteId, PrintkSite>,
	wanted: readonly SiteId[],
	flags: string,
	what: string,
): PrintkPlan {
	const added = canonicalFlags(flags)
	if (added === undefined || added === NO_FLAGS || unknownFlags(added) !== '')
		return refused(what, [english.isNoSetOfFlags(flags)])
	const lines = sharedLines(ids, wanted)
	const changes: Change[] = []
	const gone: string[] = []
	const outside: string[] = []
	const shared: string[] = []
	let already = 0
	for (const id of new Set(wanted)) {
		const site = ids.get(id)
		const from = site === undefined ? undefined : canonicalFlags(site.flags)
		if (site === undefined || from === undefined) {
			gone.push(visible(id))
			continue
		}
		if (!isPrintkModule(site.module) || knobById(knobOfSite(id)) === undefined) outside.push(siteName(site))
		else if (!canAddress(site) || lines.has(lineOf(site))) shared.push(siteName(site))
		else {
			const to = canonicalFlags(`${from === NO_FLAGS ? '' : from}${added}`) ?? from
			if (flagsBetween(from, to) === NO_FLAGS) already++
			else changes.push({ knob: knobOfSite(id), from, to })
		}
	}
	const notes = [
		...noteOf(gone, english.isNotInTheKernel, english.areNotInTheKernel),
		...noteOf(outside, english.isNotOfNetfilterLeft, english.areNotOfNetfilterLeft),
		...noteOf(shared, english.cannotBeNamedAloneBy, english.cannotBeNamedAloneByA),
	]
	const plan = { purpose: what.slice(0, LONGEST_PURPOSE), changes }
	if (changes.length > MOST_SITES)
		return {
			plan,
			blockers: [english.callSitesAreMoreThan(changes.length, MOST_SITES)],
			notes,
		}
	if (changes.length > 0) return { plan, blockers: [], notes }
	if (already > 0)
		return refused(what, [
			already === 1 ? english.itPrintsLikeThatAlready : english.allPrintLikeThatAlready(already),
		])
	return refused(what, notes.length === 0 ? [english.noCallSiteWasNamed] : notes)
}

/** As the guard takes it. */
const LONGEST_PURPOSE = 200

const refused = (what: string, blockers: readonly string[]): PrintkPlan => ({
	plan: { purpose: what.slice(0, LONGEST_PURPOSE), changes: [] },
	blockers,
	notes: [],
})

function noteOf(names: readonly string[], one: string, many: string): readonly string[] {
	if (names.length === 0) return []
	return names.length === 1 ? [`${names[0]} ${one}`] : [english.callSites(names.length, many)]
}

const lineOf = ({ file, line, func }: PrintkSite): string => `${file}:${line} ${func}`

/** Lines with several sites: a query of file, line and function would switch all of them. */
function sharedLines(ids: ReadonlyMap<SiteId, PrintkSite>, wanted: readonly SiteId[]): ReadonlySet<string> {
	const asked = new Set(wanted.flatMap((id) => ids.get(id)?.file ?? []))
	const once = new Set<string>()
	const more = new Set<string>()
	for (const site of ids.values()) {
		if (!asked.has(site.file)) continue
		const at = lineOf(site)
		if (once.has(at)) more.add(at)
		once.add(at)
	}
	return more
}
