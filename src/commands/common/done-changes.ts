import { lateWords } from '../../changes/guard-answer.ts'
import { siteOfKnob } from '../../changes/kinds/call-site.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import { shortValue } from '../../changes/tap/tap-words.ts'
import { siteIdParts } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { LeaseView } from '../../model/change.ts'
import * as english from '../../words/english/commands/common.ts'
import { beside, unbroken } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'

/** One of our changes after its end. */
export type DoneChange = {
	readonly knob: string
	readonly was: string
	readonly set: string
	/** What it reads after the undo; null when it cannot be read. */
	readonly after: string | null
	readonly state: string
	readonly note: string
	readonly byHand: string
	/** See HeldChange. */
	readonly lateMs?: number
}

/** What an undo has to say as an exit status: 0 where all was put back in time. */
export type Undo = 0 | 3 | 4 | 7

export function changesOf(view: LeaseView | undefined): readonly DoneChange[] {
	return (view?.changes ?? []).map(({ knob, was, set, now, state, note, byHand, lateMs }) => ({
		knob,
		was,
		set,
		after: now,
		state,
		note,
		byHand,
		...(lateMs === undefined ? {} : { lateMs }),
	}))
}

/** What was set, what it reads now, and by hand what could not be put back; nothing where nothing was changed. */
export function changesText(
	{ changes: list, undo }: { readonly changes: readonly DoneChange[]; readonly undo: Undo },
	columns: number,
): string[] {
	if (list.length === 0) return []
	const values = named(list).map(({ name, change: { was, set, after } }) =>
		unbroken(
			`${name} ${[was, set, after ?? 'unknown'].map((value) => visible(shortValue(value))).join(' -> ')}`,
		),
	)
	const done = list.some(isStaying) ? english.putBackExceptWhatStays : english.allPutBack
	const word = {
		0: done,
		3: english.somethingWasLeftAlone,
		4: english.anUndoFailed,
		7: english.allPutBackButLate,
	}[undo]
	return [
		...beside('  settings: ', `${word}: ${values.join(', ')}`, columns),
		...list.flatMap((change) => left(change, columns)),
	]
}

const SITES_NAMED = 2

/** Call sites have long names, and those of one plan have the same flags: told of together, by their functions. */
function named(
	list: readonly DoneChange[],
): readonly { readonly name: string; readonly change: DoneChange }[] {
	const groups = new Map<string, DoneChange[]>()
	for (const change of list) {
		const { knob, was, set, after } = change
		const key = siteOfKnob(knob) === undefined ? knob : `${was} ${set} ${after}`
		groups.set(key, [...(groups.get(key) ?? []), change])
	}
	return [...groups.values()].flatMap((group) => {
		const [change] = group
		if (change === undefined) return []
		const sites = group.flatMap(({ knob }) => siteOfKnob(knob) ?? [])
		if (sites.length === 0) return [{ name: nameOf(change), change }]
		const functions = [...new Set(sites.map((site) => visible(siteIdParts(site)?.func ?? site)))]
		const name =
			functions.length > SITES_NAMED
				? english.callSites(sites.length)
				: `${functions.join(' and ')} (${sites.length === 1 ? english.callSite : english.callSites(sites.length)})`
		return [{ name, change }]
	})
}

/** Probes have a name that was drawn for them: people know them by what they tell. */
function nameOf({ knob: id, set }: DoneChange): string {
	const knob = knobById(id)
	return knob?.kind.type === 'probes' ? (kindOf(knob).name?.(knob, set) ?? id) : id
}

/** A module or a mount that was left because somebody uses it, or because the kernel does not let it go. */
const isStaying = ({ knob, state, set, after }: DoneChange): boolean =>
	state === 'undone' && after === set && /^(?:module|mount):/.test(knob)

function left(change: DoneChange, columns: number): string[] {
	if (isStaying(change)) return beside(`  ${visible(change.knob)}: `, change.note, columns)
	if (change.lateMs !== undefined)
		return beside('    ', `${visible(change.knob)}: ${lateWords(change.lateMs)}`, columns)
	if (change.state === 'undone') return []
	return [
		...beside(`  ${visible(change.knob)}: `, change.note === '' ? change.state : change.note, columns),
		english.byHand(visible(change.byHand)),
	]
}
