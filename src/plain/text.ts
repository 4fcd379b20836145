import { changesInForce } from '../app/changing/changes-in-force.ts'
import { sheetOf } from '../app/dialogs/dialog.ts'
import { bannerText } from '../app/frame/banner.ts'
import { changeBar } from '../app/frame/change-bar.ts'
import { headerLine } from '../app/frame/header.ts'
import { offerNow } from '../app/screens/steps/commands.ts'
import { presentStepOf, stepEvidence } from '../app/screens/steps/evidence.ts'
import type { State } from '../app/state/state.ts'
import { netnsName, unreadWords } from '../investigation/netns-words.ts'
import { toldBy } from '../investigation/step.ts'
import { STEPS } from '../investigation/steps/steps.ts'
import * as english from '../words/english/plain/plain.ts'
import { type Line, lineText } from '../words/line.ts'
import { clock, counted, grouped, rate } from '../words/numbers.ts'
import { safe } from '../words/text.ts'

/** Broken into lines by who reads it, not by us. */
const WIDE = 10_000

const text = (lines: readonly Line[]): readonly string[] => {
	const joined: string[] = []
	for (const one of lines) {
		const line = lineText(one)
			.trim()
			.replaceAll(/\s{2,}/g, ' ')
		if (line !== '') joined.push(line)
	}
	return joined
}

/** Where we are and what is on: the first line of every run. */
export function greeting(state: State): readonly string[] {
	const { facts, modes } = state
	const host =
		facts === undefined
			? ''
			: english.onKernelNetworkNamespace(safe(facts.hostname), safe(facts.kernel), safe(facts.netns.name))
	return [english.ctscope(host, modes.readOnly ? english.readOnly : '', onText(state))]
}

function onText(state: State): string {
	const on = changesInForce(state.lease)
	if (on.length === 0 || state.lease === undefined) return english.noChangesInForce
	const until = clock(state.wall - state.now + state.lease.deadline)
	const guard = state.lease.timer ? english.guardOkSystemTimerOk : english.guardOk
	return english.inForceUndoneAtOr(counted(on.length, 'change'), until, guard)
}

/** The step: question, why, what was read, the answer, what can be done. */
export function stepText(state: State): readonly string[] {
	const step = presentStepOf(state)
	const { read, confidence, does, byHand = [], notChecked, next } = step.answer(stepEvidence(state))
	const offer = offerNow(state)
	const target = STEPS.findIndex(({ id }) => id === next) + 1
	return [
		english.stepOf(STEPS.indexOf(step) + 1, STEPS.length, step.question),
		answerText(state),
		...(confidence === 'none' ? [] : [english.confidence(confidence)]),
		...[...(does === '' ? [] : [does]), ...byHand].map((one) => english.toDo(typed(safe(one)))),
		...(read.length === 0
			? []
			: [english.read(read.map(([what, value]) => `${safe(what)}: ${safe(value)}`).join('; '))]),
		english.why(step.why),
		english.notChecked(safe(notChecked.join('; '))),
		[
			...(offer === undefined ? [] : [english.typeDoTo(offer.word)]),
			...(next === undefined ? [] : [english.typeNextToGoOn(target)]),
			english.typeHelpForAllWords,
		].join(' '),
	]
}

export const answerText = (state: State): string => {
	const said = presentStepOf(state).answer(stepEvidence(state))
	return `${said.state === 'reading' ? english.soFar : 'Answer'}: ${safe(toldBy(said))}`
}

/** The question that is open, with numbers to choose by; `whole`: also what could be typed by hand instead. */
export function dialogText(state: State, whole = false): readonly string[] {
	const dialog = state.dialog?.dialog
	if (dialog === undefined) return []
	if (dialog.kind === 'choose')
		return [
			...text(sheetOf(dialog, state, WIDE).head ?? []),
			...dialog.choices.map(
				({ label, note }, index) => `${index + 1}: ${safe(label)}${note === '' ? '' : ` (${safe(note)})`}`,
			),
		]
	if (dialog.kind === 'namespaces') return namespacesText(state)
	const { title, head = [], body } = sheetOf(dialog, state, WIDE, !whole)
	return [`${safe(title)}:`, ...text([...head, ...body]).map(typed)]
}

/** All network namespaces by number, with what conntrack counts in each. */
function namespacesText({ namespaces: { value } }: State): readonly string[] {
	if (value === undefined) return [english.theNetworkNamespacesAreBeing]
	return [
		english.networkNamespacesOfThisHost,
		...value.rows.map((row, index) => {
			const perSecond = value.rates.get(row.inode)
			const counts = [
				...(row.invalid === null ? [] : [`${grouped(row.invalid)} INVALID`]),
				...(perSecond === undefined ? [] : [english.perSecondNow(rate(perSecond))]),
				...(row.entries === null ? [] : [counted(row.entries, 'entry', 'entries')]),
			]
			return `${index + 1}: ${safe(netnsName(row))}${row.here ? english.youAreThere : ''}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`
		}),
		...unreadWords(value.rows).map((text) => `${text}.`),
	]
}

/** Texts that speak of keys, for who types words. */
const typed = (line: string): string =>
	english.ofKeysForWords
		.reduce((text, [keys, words]) => text.replaceAll(keys, words), line)
		.replaceAll(/ \(([sl]): ([^)]+)\)/g, (_all, key, what) =>
			key === 's' ? english.typeSourceFor(what) : english.typeQuietFor(what),
		)

/** Spoken only when it is asked for. */
export function statusText(state: State): readonly string[] {
	const { value } = state.counters
	const banner = bannerText(state)
	return [
		...text([headerLine(state, WIDE)]),
		value === undefined
			? english.theCountersAreNotRead
			: english.invalidPerSecondNowSince(
					grouped(value.totals.invalid ?? 0),
					rate(value.rates.invalid ?? 0),
					grouped(value.since.invalid ?? 0),
				),
		...(banner === undefined ? [] : [`${banner}.`]),
		...text([changeBar(state, WIDE)]).map(typed),
		onText(state),
	]
}
