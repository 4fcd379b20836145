import { baseName, siteName, siteOfKnob } from '../../../changes/kinds/call-site.ts'
import { DEBUGFS } from '../../../changes/kinds/mount.ts'
import { planToPrint } from '../../../changes/printk-plan.ts'
import type { PrintkSite, SiteId } from '../../../kernel/dyndbg/dyndbg-control.ts'
import type { Plan } from '../../../model/change.ts'
import * as english from '../../../words/english/app/printk.ts'
import { capital, counted } from '../../../words/numbers.ts'
import { whyNotWrite } from '../../changing/may-write.ts'
import { changesAt } from '../../changing/printk-owner.ts'
import { netfilterSites, prints } from '../../changing/printk-sites.ts'
import type { Step } from '../../changing/switching.ts'
import type { Which } from '../../state/actions.ts'
import { meantRows } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { floodNote } from './rates.ts'
import type { PrintkItem } from './rows.ts'
import { printkPane } from './rows.ts'

/** More than these at once are asked about a second time, with their number. */
const MANY_SITES = 40

function selectedPrintk(state: State): PrintkItem | undefined {
	const { rows, selected } = printkPane(state)
	return rows[selected]?.item
}

/** What the keys are meant for: the marked rows, else the selected one. */
export const meantPrintk = (state: State): readonly PrintkItem[] =>
	meantRows(printkPane(state), state.panes.printk).map(({ item }) => item)

/** The sites of all of them, each once: what explains silent packets stands in its file as well. */
export const meantSites = (state: State): readonly SiteId[] => [
	...new Set(meantPrintk(state).flatMap(sitesOfItem)),
]

/** The sites that a row stands for. */
export const sitesOfItem = (item: PrintkItem | undefined): readonly SiteId[] =>
	item === undefined ? [] : item.kind === 'site' || item.kind === 'proposal' ? [item.id] : item.ids

type Target = { readonly ids: readonly SiteId[]; readonly what: string }

function targetOf(state: State, which: Which): Target | undefined {
	if (which === 'filter') {
		const { rows } = printkPane(state)
		const { filter, inverted } = state.panes.printk
		const ids = rows.flatMap(({ item }) => (item.kind === 'site' ? [item.id] : []))
		return ids.length === 0
			? undefined
			: { ids, what: english.printCallSites(inverted ? 'without' : 'with', filter.trim()) }
	}
	const marked = which === 'selected' && meantPrintk(state).length > 1 ? meantSites(state) : []
	if (marked.length > 1)
		return { ids: marked, what: english.printMarked(counted(marked.length, english.markedCallSite)) }
	const [item] = which === 'selected' ? meantPrintk(state) : [selectedPrintk(state)]
	if (item === undefined) return undefined
	switch (item.kind) {
		case 'proposals':
			return { ids: item.ids, what: english.printWhatExplainsSilentInvalid }
		case 'file':
			if (which === 'function') return undefined
			return { ids: item.ids, what: english.printWhatHasToSay(baseName(item.file)) }
		default:
			return which === 'function'
				? functionTarget(state, item.site)
				: { ids: [item.id], what: english.print2(siteName(item.site)) }
	}
}

function functionTarget(state: State, { file, func }: PrintkSite): Target | undefined {
	const all = state.printk.value === undefined ? [] : netfilterSites(state.printk.value.ids)
	const ids = all.flatMap(({ id, site }) => (site.file === file && site.func === func ? [id] : []))
	return { ids, what: english.printAllOfIn(func, baseName(file)) }
}

/** Why these sites cannot be switched on now; undefined when it can be tried. */
export function whyNotPrint(state: State, which: Which): string | undefined {
	const { value, failure } = state.printk
	if (value === undefined)
		return failure === undefined ? english.theCallSitesAreNot : english.theCallSitesCannotBe
	if (value.path === null) return english.noCallSites(value.why)
	if (which === 'filter' && state.panes.printk.filter.trim() === '') return english.noFilterIsSetSets
	const item = selectedPrintk(state)
	if (which === 'function' && (item?.kind === 'file' || item?.kind === 'proposals'))
		return english.selectACallSiteFirst
	if (which === 'filter' ? targetOf(state, which) === undefined : item === undefined)
		return english.noCallSiteIsIn
	return whyNotWrite(state)
}

/**
 * Nothing is left to switch on at the rows that are meant, and some of what prints there is our doing: then the same key
 * takes it back.
 */
export function isTakenBack(state: State): boolean {
	const ids = state.printk.value?.ids
	const wanted = meantSites(state)
	const ours = changesAt(state, wanted)
	if (ids === undefined || ours.length === 0) return false
	const own = new Set(ours.map(({ knob }) => siteOfKnob(knob)))
	// A site that was switched a moment ago may not be read again yet.
	return wanted.every((id) => {
		const site = ids.get(id)
		return own.has(id) || site === undefined || prints(site)
	})
}

/** The exact queries, before they happen; or why there is nothing to switch. */
export function printStep(state: State, which: Which): Step {
	const reason = whyNotPrint(state, which)
	const ids = state.printk.value?.ids
	const target = reason === undefined ? targetOf(state, which) : undefined
	if (ids === undefined || target === undefined) return { reason: reason ?? english.noCallSiteIsIn }
	const { plan, blockers, notes } = planToPrint(ids, target.ids, `p${state.decorations}`, target.what)
	if (blockers.length > 0) return { reason: blockers.join('; ') }
	const flood = floodNote(state, newlyPrinting(plan, ids))
	const told = flood === undefined || flood.isLoud ? notes : [flood.text, ...notes]
	const warning = flood?.isLoud === true ? { warning: capital(flood.text) } : {}
	const again =
		plan.changes.length <= MANY_SITES ? {} : { again: english.callSitesAreToPrint(plan.changes.length) }
	return { dialog: { kind: 'confirm-change', plan, blockers: [], notes: told, ...warning, ...again } }
}

/** Sites that are silent before the plan and print after it. */
function newlyPrinting({ changes }: Plan, ids: ReadonlyMap<SiteId, PrintkSite>): readonly PrintkSite[] {
	return changes.flatMap(({ knob, from, to }) => {
		const site = ids.get(siteOfKnob(knob) ?? '')
		return site !== undefined && to.includes('p') && !from.includes('p') ? [site] : []
	})
}

/** Why debugfs cannot be mounted from here; undefined when it can. */
export function whyNotMount(state: State): string | undefined {
	const { value } = state.printk
	if (value === undefined) return english.theCallSitesAreNot
	if (value.path !== null) return english.theCallSitesCanBe
	if (!value.canMount) return english.mountingDebugfsWouldNotShow
	return whyNotWrite(state)
}

/** Mounts debugfs for as long as changes are in force. */
export function mountStep(state: State): Step {
	const reason = whyNotMount(state)
	if (reason !== undefined) return { reason }
	const plan: Plan = {
		purpose: english.mountDebugfsToReachThe,
		changes: [{ knob: DEBUGFS.id, from: 'absent', to: 'mounted' }],
	}
	return { dialog: { kind: 'confirm-change', plan, blockers: [], notes: [] } }
}
