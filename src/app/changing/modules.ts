import { knobOfModule, moduleOfKnob } from '../../changes/kinds/module.ts'
import { knobById } from '../../changes/knobs.ts'
import type { KnobId } from '../../model/knob.ts'
import type { ModuleReading } from '../../model/modules.ts'
import type { State } from '../state/state.ts'
import { changesInForce } from './changes-in-force.ts'

/** The module that a knob, or the key of a row, stands for; undefined for all others. */
function readingOf({ modules }: Pick<State, 'modules'>, id: KnobId): ModuleReading | undefined {
	const name = moduleOfKnob(id)
	return modules.value?.list.find((one) => one.name === name)
}

/** We loaded it, and it is still loaded. */
export const isLoadedByUs = ({ lease }: Pick<State, 'lease'>, name: string): boolean =>
	changesInForce(lease).some(({ knob }) => knob === knobOfModule(name))

/** Why this module is not ours to load now, apart from who asks; undefined when it can be loaded. */
export function whyNotLoad(state: State, id: KnobId): string | undefined {
	const module = readingOf(state, id)
	if (module === undefined) return 'the modules are not read yet'
	const { name, why } = module
	switch (module.state) {
		case 'loaded':
			return isLoadedByUs(state, name) ? 'ctscope loaded it: u unloads it' : 'it is loaded already'
		case 'built-in':
			return why === '' ? 'it is a part of this kernel' : why
		case 'missing':
			return why === '' ? 'this kernel does not have it' : why
		case 'available':
			if (why !== '') return why
			return knobById(id) === undefined
				? `ctscope does not load helpers and targets of rules: modprobe ${name}`
				: undefined
	}
}

/** Why log_invalid is not there, and what would bring it; undefined before the modules are read. */
export function whyNoConntrack(state: Pick<State, 'modules'>): string | undefined {
	const module = readingOf(state, knobOfModule('nf_conntrack'))
	if (module === undefined) return undefined
	if (module.state === 'available')
		return 'conntrack is not loaded: its row on Switches loads it, and so does the first rule that asks for it'
	return module.state === 'missing' ? `there is no conntrack: ${module.why}` : undefined
}
