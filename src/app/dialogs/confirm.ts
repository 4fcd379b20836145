import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import { BEHAVE_MS, CONFIRM_MS } from '../../changes/lease.ts'
import { effectInWords, knobTitle, valueInWords } from '../../changes/shell-line.ts'
import { sameByHand } from '../../changes/tap/tap-commands.ts'
import { parseTap } from '../../changes/tap/tap-text.ts'
import { shortValue } from '../../changes/tap/tap-words.ts'
import { parsePrintk } from '../../kernel/log/printk-level.ts'
import type { Change } from '../../model/change.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { glyphsOf } from '../../words/glyphs.ts'
import { EMPTY, type Line, line, span } from '../../words/line.ts'
import { fitted, safe, wrap } from '../../words/text.ts'
import { width } from '../../words/width.ts'
import { controlHere, shellLineHere, siteChange } from '../changing/by-hand.ts'
import { namedChanges } from '../changing/change-name.ts'
import { consoleOffer, whyNotQuiet } from '../changing/console-quiet.ts'
import { SOURCE_NAMES } from '../log/why.ts'
import { keyOf } from '../state/bindings.ts'
import type { Choice, Dialog, ProposedSource, State } from '../state/state.ts'
import { answersOf } from './answers.ts'
import type { Sheet } from './sheet.ts'

type Confirm = Extract<Dialog, { kind: 'confirm-change' }>
type Known = { readonly change: Change; readonly knob: Knob }

/** More queries than these stand below what they cost. */
const FEW_QUERIES = 3

/** The exact writes before they happen: what, where, from which value to which, how it goes back, and what it costs. */
export function confirmSheet(dialog: Confirm, state: State, inner: number, brief: boolean): Sheet {
	const { plan, blockers, notes } = dialog
	const known = plan.changes.flatMap((change): Known[] => {
		const knob = knobById(change.knob)
		return knob === undefined ? [] : [{ change, knob }]
	})
	const behave = known.some(({ knob }) => knob.class === 'treats-differently')
	const place =
		state.facts?.netns.initial === false ? english.netns(safe(state.facts.netns.name)) : english.thisNetns
	const loud = behave
		? text(english.thisChangesHowPacketsAre(place), inner, 'bad')
		: text(english.thisLogsMorePacketsAre, inner, 'good')
	const { arrow } = glyphsOf(state.modes)
	const several = known.length > 1
	const writes = [
		...known.flatMap((one) => [
			...writeLines(one, state, inner, several || behave),
			...(several || brief ? [] : handLines(one, state, inner)),
		]),
		...(known.some(isSite) ? labelled('to', controlHere(state), inner) : []),
	]
	const undo = [
		...labelled('undo', undoText(behave, known, state), inner),
		...(behave ? labelled('then', keepText(), inner) : []),
	]
	const costs: readonly (readonly Line[])[] = [
		dialog.source === undefined ? [] : labelled('source', dialog.source.why, inner),
		[
			...notes.flatMap((note) => labelled('note', note, inner)),
			...hostWide(known, notes).flatMap((note) => labelled('note', note, inner)),
			...effects(known).flatMap((effect, index) =>
				labelled(index === 0 ? (behave ? 'risk' : 'effect') : '', effect, inner),
			),
		],
	]
	// Many queries would push what they cost out of view.
	const inOrder = known.filter(isSite).length > FEW_QUERIES ? [...costs, writes] : [writes, ...costs]
	// Of several writes what could be typed instead comes last: what is written and what it costs is to be in view.
	const byHand = several && !brief ? known.flatMap((one) => handLines(one, state, inner)) : []
	const parts = [...inOrder, byHand]
	return {
		title: plan.purpose,
		tone: behave ? 'bad' : 'plain',
		brief: namedChanges(
			known.map(({ change: { from: was, to: set }, knob: { id: knob, sysctl } }) => ({
				knob,
				sysctl,
				was,
				set,
			})),
			state,
		)
			.map(
				({ name, change }) =>
					`${name} ${safe(shortValue(change.was))}${arrow}${safe(shortValue(change.set))}`,
			)
			.join(', '),
		head: [
			...blockers.flatMap((blocker) => text(english.cannotWork(blocker), inner, 'bad')),
			...(dialog.asked === true && dialog.again !== undefined ? text(dialog.again, inner, 'attention') : []),
			...loud,
			...(dialog.warning === undefined ? [] : text(`${dialog.warning}.`, inner, 'attention')),
			...consoleText(state).flatMap((warning) => text(warning, inner, 'attention')),
			...(dialog.source === undefined ? [] : text(sourceText(dialog.source), inner)),
			...undo,
		],
		body: parts.flat(),
		airy: parts.filter((part) => part.length > 0).flatMap((part) => [EMPTY, ...part]),
		answers: answersOf('confirm-change', state, inner),
		top: dialog.top ?? 0,
	}
}

/** Where the reasons go, in one line that is always in view, with the key for the other one. */
function sourceText({ source, other }: ProposedSource): string {
	const unseen = source === 'nflog' ? english.syslogDoesNotSeeThem : ''
	const instead = other === undefined ? '' : ` (s: ${SOURCE_NAMES[other].replace('the ', '')})`
	return english.reasonsFrom(SOURCE_NAMES[source], unseen, instead)
}

/** The warning about a slow console, with the key that keeps the lines off it; nothing once the plan does. */
function consoleText(state: State): readonly string[] {
	const offer = consoleOffer(state)
	if (offer === undefined || offer.taken) return []
	const level = parsePrintk(offer.change.to)?.console
	const key = whyNotQuiet(state) === undefined ? english.lDmesgN(level) : ''
	return [`CONSOLE: ${offer.text}${key}.`]
}

const keepText = () => english.pressWithinSToKeep(keyOf('keep'), CONFIRM_MS / 1000, BEHAVE_MS / 60_000)

const text = (
	words: string,
	inner: number,
	tone: 'plain' | 'bad' | 'good' | 'attention' | 'dim' = 'plain',
): Line[] => wrap(span(words).text, inner).map((part) => line(span(part, tone)))

const LABEL = 8

function labelled(label: string, words: string, inner: number): Line[] {
	const room = inner - LABEL
	if (room < 20) return text(label === '' ? words : `${label}: ${words}`, inner)
	return wrap(span(words).text, room).map((part, index) =>
		line(span((index === 0 ? label : '').padEnd(LABEL), 'dim'), span(part)),
	)
}

function writeLines({ change, knob }: Known, state: State, inner: number, several: boolean): Line[] {
	const { arrow } = glyphsOf(state.modes)
	const from = safe(change.from)
	const to = safe(change.to)
	const { by } = kindOf(knob)
	if (by === 'query') return queryLines(knob, change, state, inner)
	// What is no file is changed by a tool: its line is all there is to write.
	if (by === 'rules')
		return labelled('adds', `${valueInWords(knob, change.to)}, in ${knobTitle(knob)}`, inner)
	// Its value is for the guard and the reader; what it means is what is to be known.
	if (by === 'probes') return labelled('sets', `${valueInWords(knob, change.to)}: ${safe(knob.path)}`, inner)
	if (by === 'tool')
		return [
			...labelled('run', `${shellLineHere(knob, change.to, state)}   (${from} ${arrow} ${to})`, inner),
			...(several ? [] : labelled('means', knobTitle(knob), inner)),
		]
	const values = span(`${from} ${arrow} ${to}`, 'strong')
	const path = safe(knob.path)
	const wide = LABEL + path.length + 3 + values.text.length <= inner
	const meaning = valueInWords(knob, change.to)
	const write: Line[] = wide
		? [line(span('write   ', 'dim'), `${path}   `, values)]
		: [...labelled('write', path, inner), line(' '.repeat(inner - LABEL < 20 ? 0 : LABEL), values)]
	return [...write, ...(several ? [] : labelled('means', `${knobTitle(knob)}: ${meaning}`, inner))]
}

/** What does the same in a shell; nothing where the write itself is such a line. */
function handLines({ change, knob }: Known, state: State, inner: number): Line[] {
	const byHand = shellLineHere(knob, change.to, state)
	switch (kindOf(knob).by) {
		case 'query':
		case 'tool':
			return []
		case 'rules':
			return [
				...byHandOf(change.to).flatMap((line, index) =>
					// In a table of the usual names, which this host may not have: what runs is below.
					labelled(index === 0 ? english.likeARuleOf : '', line, inner),
				),
				...labelled('run', byHand, inner),
			]
		default:
			return labelled(english.sameAs, byHand, inner)
	}
}

/** A call site: the one query that is written, and what is printed then. */
function queryLines(knob: Knob, change: Change, state: State, inner: number): Line[] {
	const { arrow } = glyphsOf(state.modes)
	const query = siteChange(knob, change, state)
	const values = `=${safe(change.from)} ${arrow} =${safe(change.to)}`
	return labelled('query', `${query}   (${values})`, inner)
}

/** What the admin could type into chains of theirs instead. */
function byHandOf(value: string): readonly string[] {
	const tap = parseTap(value)
	return tap === undefined ? [] : sameByHand(tap)
}

const isSite = ({ knob }: Known): boolean => kindOf(knob).by === 'query'

function undoText(behave: boolean, known: readonly Known[], state: State): string {
	const first = known[0]
	const back =
		known.length === 1 && first !== undefined
			? english.backTo(isSite(first) ? '=' : '', safe(first.change.from))
			: english.allOfItBack
	const minutes = behave ? BEHAVE_MS / 60_000 : Math.round(state.modes.ttlMs / 60_000)
	return english.afterMinOrAsSoon(back, minutes, keyOf('undo-all'))
}

/** What it does and costs. Of several changes only the one that the others are for: the last. */
const effects = (known: readonly Known[]): readonly string[] => {
	const last = known.at(-1)
	return last === undefined ? [] : effectInWords(last.knob, last.change.to)
}

/** Settings of the whole host that the notes of the plan say nothing about. */
function hostWide(known: readonly Known[], notes: readonly string[]): readonly string[] {
	const names = known
		.filter(({ knob }) => {
			const { noted } = kindOf(knob)
			const name = noted === undefined ? knob.id : noted(knob)
			return knob.scope !== 'netns' && name !== null && !notes.some((note) => note.includes(name))
		})
		.map(({ knob }) => safe(knob.sysctl))
	return names.length === 0
		? []
		: [
				english.holdsForTheWholeHost(
					names.join(' and '),
					names.length > 1 || known.some(({ knob }) => knob.kind.type === 'probes') ? 'apply' : 'applies',
				),
			]
}

/** A list of which several entries can be on: what stands in front of the lines of call sites. */
export function decorateSheet(
	{ offered, chosen, selected }: Extract<Dialog, { kind: 'decorate' }>,
	state: State,
	inner: number,
): Sheet {
	const { mark } = glyphsOf(state.modes)
	const labels = Math.min(20, Math.max(...offered.map(({ label }) => width(safe(label))), 4))
	const entry = ({ value, label, note }: Choice, index: number): readonly Line[] => {
		const here = index === selected
		const box = chosen.includes(value) ? '[x]' : '[ ]'
		const head = `${here ? mark : ' '} ${box} ${value} ${fitted(safe(label), labels)}  `
		return wrap(safe(note), Math.max(8, inner - width(head))).map((part, at) =>
			line(span(`${at === 0 ? head : ' '.repeat(width(head))}${part}`, here ? 'selected' : 'plain')),
		)
	}
	const entries = offered.map(entry)
	const text = english.whatStandsInFrontOf
	return {
		title: english.decorateTheLines,
		brief: 'Decorations',
		tone: 'plain',
		head: [...wrap(text, inner).map((part) => line(part)), EMPTY],
		body: entries.flat(),
		answers: answersOf('decorate', state, inner),
		follow: entries.slice(0, selected).flat().length,
	}
}
