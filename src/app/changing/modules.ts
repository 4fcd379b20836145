import { knobOfModule, moduleOfKnob } from '../../changes/kinds/module.ts'
import { knobById } from '../../changes/knobs.ts'
import type { KnobId } from '../../model/knob.ts'
import type { ModuleReading } from '../../model/modules.ts'
import * as english from '../../words/english/app/changing.ts'
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
	if (module === undefined) return english.theModulesAreNotRead
	const { name, why } = module
	switch (module.state) {
		case 'loaded':
			return isLoadedByUs(state, name) ? english.ctscopeLoadedItUUnloads : english.itIsLoadedAlready
		case 'built-in':
			return why === '' ? english.itIsAPartOf : why
		case 'missing':
			return why === '' ? english.thisKernelDoesNotHave : why
		case 'available':
			if (why !== '') return why
			return knobById(id) === undefined ? english.ctscopeDoesNotLoadHelpers(name) : undefined
	}
}

/** Why log_invalid is not there, and what would bring it; undefined before the modules are read. */
export function whyNoConntrack(state: Pick<State, 'modules'>): string | undefined {
	const module = readingOf(state, knobOfModule('nf_conntrack'))
	if (module === undefined) return undefined
	if (module.state === 'available') return english.conntrackIsNotLoadedIts
	return module.state === 'missing' ? english.thereIsNoConntrack(module.why) : undefined
}
