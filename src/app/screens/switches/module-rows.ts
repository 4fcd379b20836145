import { knobOfModule } from '../../../changes/kinds/module.ts'
import { knobById } from '../../../changes/knobs.ts'
import { effectInWords } from '../../../changes/shell-line.ts'
import type { ModuleReading } from '../../../model/modules.ts'
import * as english from '../../../words/english/app/switches.ts'
import { glyphsOf } from '../../../words/glyphs.ts'
import type { GridRow } from '../../../words/grid.ts'
import { type Line, line, span } from '../../../words/line.ts'
import { capital, counted } from '../../../words/numbers.ts'
import { safe } from '../../../words/text.ts'
import { isLoadedByUs, whyNotLoad } from '../../changing/modules.ts'
import type { State } from '../../state/state.ts'
import { paragraph } from '../parts/failure-lines.ts'

const STATES: Readonly<Record<ModuleReading['state'], string>> = {
	loaded: 'loaded',
	'built-in': english.builtIn,
	available: english.notLoaded,
	missing: 'missing',
}

/** A module as a row of Switches. */
export function moduleRow(key: string, module: ModuleReading, state: State, selected: boolean): GridRow {
	const own = isLoadedByUs(state, module.name)
	const lacks = module.state === 'missing'
	return {
		key,
		selected,
		...(own ? { tone: 'attention' as const } : {}),
		cells: {
			mark: { text: selected ? glyphsOf(state.modes).mark : ' ' },
			class: { text: 'module', tone: 'dim' },
			setting: { text: `${safe(module.name)}${own ? ' *' : ''}` },
			now: { text: STATES[module.state], ...(lacks ? { tone: 'attention' as const } : {}) },
			means: { text: inShort(module) },
			title: { text: safe(module.description), tone: 'dim' },
			write: { text: whyNotLoad(state, key) === undefined ? 'yes' : 'no', tone: 'dim' },
		},
	}
}

function inShort({ state, usedBy, refcount, why }: ModuleReading): string {
	switch (state) {
		case 'loaded':
			if (usedBy.length > 0) return english.usedBy(counted(usedBy.length, 'module'))
			return refcount === null ? '' : refcount > 0 ? english.inUse(refcount) : english.nobodyUsesIt
		case 'built-in':
			return english.partOfTheKernel
		case 'available':
			return why === '' ? english.canBeLoaded : english.cannotBeLoaded
		case 'missing':
			return english.notInThisKernel
	}
}

/** Aliases are long lists; these few say what asks for it. */
const ALIASES_SHOWN = 6

/** The selected module: what it is, who uses it, what loading it does, and why it cannot be loaded where it cannot. */
export function moduleDetail(module: ModuleReading, state: State, columns: number): readonly Line[] {
	const { name, description, aliases, why } = module
	const id = knobOfModule(name)
	const knob = knobById(id)
	const refused = module.state === 'available' ? whyNotLoad(state, id) : undefined
	const more = aliases.length - ALIASES_SHOWN
	return [
		line(
			' ',
			span(english.module(safe(name)), 'strong'),
			span(`  ${STATES[module.state]}${description === null ? '' : `: ${safe(description)}`}`),
		),
		...(isLoadedByUs(state, name) ? paragraph(english.loadedByUsTheUndo, columns, 'attention') : []),
		...(why === '' ? [] : paragraph(`${capital(why)}.`, columns, 'attention')),
		...(refused === undefined || refused === why ? [] : paragraph(`${capital(refused)}.`, columns)),
		...(module.state === 'loaded' ? paragraph(users(module), columns) : []),
		...(knob === undefined ? [] : effectInWords(knob).flatMap((text) => paragraph(text, columns))),
		...(aliases.length === 0
			? []
			: paragraph(
					english.aliases(aliases.slice(0, ALIASES_SHOWN).join(', '), more > 0 ? english.andMore(more) : ''),
					columns,
					'dim',
				)),
		...(module.state === 'available' ? paragraph(english.byHandModprobe(name), columns, 'dim') : []),
	]
}

function users({ usedBy, refcount }: ModuleReading): string {
	const others = refcount === null ? 0 : refcount - usedBy.length
	const rules = others > 0 ? `${counted(others, english.ruleOrSocket, english.rulesOrSockets)}` : ''
	const all = [...usedBy, rules].filter((one) => one !== '')
	return all.length === 0 ? english.nobodyUsesIt2 : english.usedBy2(all.join(', '))
}
