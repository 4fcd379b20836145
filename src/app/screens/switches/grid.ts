import { kindOf } from '../../../changes/kinds/kinds.ts'
import { hidesReasons } from '../../../changes/knobs.ts'
import { effectInWords, knobTitle, valueInWords } from '../../../changes/shell-line.ts'
import * as english from '../../../words/english/app/switches.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import { type Column, type Grid, type GridRow, MARK } from '../../../words/grid.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { counted } from '../../../words/numbers.ts'
import { shellLineHere } from '../../changing/by-hand.ts'
import { shortName } from '../../changing/change-name.ts'
import { changesInForce } from '../../changing/changes-in-force.ts'
import { topRow } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'
import { failureLines, paragraph } from '../parts/failure-lines.ts'
import { readingText } from '../parts/reading.ts'
import { moduleDetail, moduleRow } from './module-rows.ts'
import { type SwitchItem, switchesPane } from './rows.ts'

const COLUMNS: readonly Column[] = [
	MARK,
	{ id: 'class', title: 'GROUP', width: 9, rank: 4 },
	{ id: 'setting', title: 'SETTING', width: 16 },
	{ id: 'now', title: 'NOW', width: 11 },
	{ id: 'means', title: 'MEANS', width: 19, rank: 1 },
	{ id: 'hides', title: 'HIDES', width: 10, rank: 2 },
	{ id: 'write', title: 'WRITE', width: 5, rank: 3 },
	{ id: 'title', title: english.whatItIs, width: 36, isProse: true },
]

type KnobItem = Extract<SwitchItem, { kind: 'knob' }>

/** Every setting that exists here: its value, what it means, which reasons it hides, and whether we may change it. */
export function switchesGrid(state: State, height: number, head = true): Grid {
	const { rows, selected } = switchesPane(state)
	const top = topRow(state.panes.switches.top, selected, height, rows.length)
	const locked = Object.keys(state.settings.value?.readOnly ?? {}).length > 0
	return {
		columns: COLUMNS.filter(({ id }) => locked || id !== 'write'),
		head,
		rows: rows
			.slice(top, top + height)
			.map(({ key, item }, index) =>
				item.kind === 'module'
					? moduleRow(key, item.module, state, top + index === selected)
					: switchRow(key, item, state, top + index === selected),
			),
	}
}

function switchRow(key: string, { knob, value }: KnobItem, state: State, selected: boolean): GridRow {
	const hides = hidesHere(knob.id, value, state)
	const own = changesInForce(state.lease).some((change) => change.knob === knob.id)
	const locked = state.settings.value?.readOnly[knob.id] !== undefined
	return {
		key,
		selected,
		...(own ? { tone: 'attention' as const } : {}),
		cells: {
			mark: { text: selected ? glyphsOf(state.modes).mark : ' ' },
			class: { text: knob.class === 'logs-more' ? 'logging' : 'behaviour', tone: 'dim' },
			setting: { text: `${shortName(knob)}${own ? ' *' : ''}` },
			now: { text: kindOf(knob).inShort?.(value) ?? value },
			means: { text: valueInWords(knob, value) },
			title: { text: knobTitle(knob), tone: 'dim' },
			hides: { text: hides, tone: 'attention' },
			write: { text: locked ? 'no' : 'yes', tone: 'dim' },
		},
	}
}

/** What probes do not ask. */
const NOT_OF_PROBES: ReadonlySet<string> = new Set([
	'log_invalid',
	'nf_log_all_netns',
	'nf_log.2',
	'nf_log.10',
])

const hidesHere = (id: string, value: string, { facts, way }: State): string =>
	way?.source === 'probe' && NOT_OF_PROBES.has(id)
		? ''
		: hidesReasons(id, value, facts?.netns.initial ?? true, way?.source === 'nflog')

/** What the selected setting does, what it costs, and who may change it. */
export function switchDetail(state: State, columns: number): readonly Line[] {
	const { rows, selected } = switchesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return emptyLines(state, columns)
	if (item.kind === 'module') return moduleDetail(item.module, state, columns)
	const { knob, value } = item
	const scope = {
		netns: english.thisNetworkNamespace,
		'initial-netns': english.theWholeHost,
		host: english.theWholeHost,
	}[knob.scope]
	const locked = state.settings.value?.readOnly[knob.id]
	const kind = knob.class === 'logs-more' ? english.logsMore : english.treatsPacketsDifferently
	const own = changesInForce(state.lease).find((change) => change.knob === knob.id)
	return [
		line(' ', span(knob.sysctl, 'strong'), span(`  ${knobTitle(knob)}`)),
		...(own === undefined
			? []
			: paragraph(english.changedByUsWasSet(own.was, own.set), columns, 'attention')),
		...(locked === undefined ? [] : paragraph(english.cannotBeChanged(locked), columns, 'attention')),
		...effectInWords(knob).flatMap((text) => paragraph(text, columns)),
		...paragraph(english.holdsForByHandFor(kind, scope, shellLineHere(knob, value, state)), columns, 'dim'),
	]
}

function emptyLines(state: State, columns: number): readonly Line[] {
	const { value, failure } = state.settings
	if (failure !== undefined) return failureLines(failure, columns)
	if (value === undefined) return [line(span(english.readingTheSettings, 'dim'))]
	return paragraph(
		state.panes.switches.filter === '' ? english.thereIsNoSettingOf : english.noSettingFitsTheFilter,
		columns,
	)
}

/** How many settings and modules there are, and how many settings hide reasons: stands on the rule. */
export function switchesNote(state: State): string {
	const { rows } = switchesPane(state)
	const knobs = rows.flatMap(({ item }) => (item.kind === 'knob' ? [item] : []))
	const hiding = knobs.filter(({ knob, value }) => hidesHere(knob.id, value, state) !== '').length
	const modules = rows.length - knobs.length
	const parts = [
		...(knobs.length === 0
			? []
			: [english.hideReasons(counted(knobs.length, 'setting'), hiding, hiding === 1 ? 's' : '')]),
		...(modules === 0 ? [] : [counted(modules, 'module')]),
		...(state.modules.value === undefined ? [readingText(state, 'modules') ?? ''] : []),
	]
	return parts.filter((part) => part !== '').join('; ')
}
