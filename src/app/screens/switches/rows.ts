import { kindOf } from '../../../changes/kinds/kinds.ts'
import { knobOfModule } from '../../../changes/kinds/module.ts'
import { KNOBS } from '../../../changes/knobs.ts'
import { knobTitle, valueInWords } from '../../../changes/shell-line.ts'
import type { Knob, KnobId } from '../../../model/knob.ts'
import type { ModuleReading } from '../../../model/modules.ts'
import { listOf, low, type Order, type PaneList, type PaneRow, paneOf } from '../../state/pane-list.ts'
import type { State } from '../../state/state.ts'

export type SwitchItem =
	| { readonly kind: 'knob'; readonly knob: Knob; readonly value: string }
	| { readonly kind: 'module'; readonly module: ModuleReading }

/** The ones on the way of a reason line come first; conntrack logs with the family of the packet, IPv4 or IPv6. */
const FIRST = ['log_invalid', 'nf_log.2', 'nf_log.10', 'nf_log_all_netns', 'printk']

const IN_ORDER: readonly Knob[] = [
	...KNOBS.filter(({ id }) => FIRST.includes(id)).sort((a, b) => FIRST.indexOf(a.id) - FIRST.indexOf(b.id)),
	...KNOBS.filter(({ id }) => !FIRST.includes(id)),
]

/** Every knob that exists here: first what logs more, then what treats packets differently; below them the modules. */
function switchRows(state: State): PaneList<SwitchItem> {
	const settings = state.settings.value
	if (settings === undefined) return { rows: [], total: 0 }
	const rows: PaneRow<SwitchItem>[] = []
	for (const knob of IN_ORDER) {
		const value = settings.values[knob.id]
		if (value === undefined || kindOf(knob).isIdle?.(knob, value) === true) continue
		rows.push({
			key: knob.id,
			text: [knob.sysctl, knobTitle(knob), value, valueInWords(knob, value), knob.class].join(' '),
			item: { kind: 'knob', knob, value },
		})
	}
	return listOf([...rows, ...moduleRows(state)], state.panes.switches)
}

/** Without one of these, nothing is tracked, or nothing is printed: that they are missing is worth a row. */
const CONNTRACK = 'nf_conntrack'
const LOGGER = 'nf_log_syslog'

/** Missing ones only when they are looked for, unless they are the reason that no line appears. */
function moduleRows({ modules, panes }: State): readonly PaneRow<SwitchItem>[] {
	const list = modules.value?.list ?? []
	const { filter, inverted } = panes.switches
	const isLookedFor = filter.trim() !== '' && !inverted
	// Up to Linux 5.12 there is a module for each family instead.
	const hasLogger = list.some(({ name, state }) => name.startsWith('nf_log') && state !== 'missing')
	const isShown = ({ name, state }: ModuleReading): boolean =>
		state !== 'missing' || isLookedFor || name === CONNTRACK || (name === LOGGER && !hasLogger)
	return list.filter(isShown).map((module) => ({
		key: knobOfModule(module.name),
		text: ['module', module.name, module.state, module.description ?? '', ...module.aliases].join(' '),
		item: { kind: 'module', module },
	}))
}

/** The setting or module that is selected on Switches. */
export function selectedKnob(state: State): KnobId | undefined {
	const { rows, selected } = switchesPane(state)
	return rows[selected]?.key
}

const ORDER: Order<SwitchItem> = {
	columns: {
		class: low((item) => (item.kind === 'knob' ? item.knob.class : 'module')),
		setting: low((item) => (item.kind === 'knob' ? item.knob.sysctl : item.module.name)),
		now: low((item) => (item.kind === 'knob' ? item.value : item.module.state)),
	},
}

/** The rows of Switches, and which of them is selected. */
export const switchesPane = paneOf('switches', switchRows, ORDER)

/** What the selected setting or module can be filtered by: its group, its value. */
export function switchesValues(state: State): readonly string[] {
	const { rows, selected } = switchesPane(state)
	const item = rows[selected]?.item
	if (item === undefined) return []
	return item.kind === 'knob' ? [item.knob.class, item.value] : ['module', item.module.state]
}
