import { kindOf } from '../../changes/kinds/kinds.ts'
import { bindsElsewhere, moduleOfKnob } from '../../changes/kinds/module.ts'
import { knobById, valueProblem } from '../../changes/knobs.ts'
import type { ReasonSource } from '../../changes/log-source.ts'
import { knobTitle, valueInWords } from '../../changes/shell-line.ts'
import type { Knob, KnobId } from '../../model/knob.ts'
import * as english from '../../words/english/app/changing.ts'
import { planFor, prefersProbes } from '../log/why.ts'
import type { Choice, Dialog, State } from '../state/state.ts'
import { whyNotWrite } from './may-write.ts'
import { whyNoConntrack, whyNotLoad } from './modules.ts'
import { planForProbes } from './probing.ts'

/** The dialog that comes next, or why there is none. */
export type Step = { readonly dialog: Dialog } | { readonly reason: string }

const ANOTHER_NUMBER = 'number'
const ALL_PROTOCOLS = '255'

/** Why this setting cannot be changed now; undefined when it can. */
export function whyNotSwitch(state: State, id: KnobId | undefined): string | undefined {
	const settings = state.settings.value
	const forbidden = whyNotWrite(state)
	if (id !== undefined && moduleOfKnob(id) !== undefined) return forbidden ?? whyNotLoad(state, id)
	if (id === undefined || settings === undefined) return english.noSettingIsSelected
	const knob = knobById(id)
	if (id === 'log_invalid' && settings.values[id] === undefined)
		return whyNoConntrack(state) ?? english.thisKernelDoesNotHave
	if (knob === undefined || settings.values[id] === undefined) return english.thisKernelDoesNotHave
	const why = settings.readOnly[id]
	return forbidden ?? (why === undefined ? undefined : english.itCannotBeWrittenHere(why))
}

/** The first question about a setting: which value, or for a switch of two positions at once the exact write. */
export function firstStep(state: State, id: KnobId | undefined): Step {
	const reason = whyNotSwitch(state, id)
	const knob = id === undefined ? undefined : knobById(id)
	if (reason !== undefined || knob === undefined) return { reason: reason ?? english.noSettingIsSelected }
	const module = moduleOfKnob(knob.id)
	if (module !== undefined) return loading(knob, module)
	const now = state.settings.value?.values[knob.id] ?? ''
	const flipped = kindOf(knob).flipped?.(now)
	if (flipped !== undefined) return proposal(state, knob, flipped)
	const choices = choicesOf(state, knob, now)
	if (choices.length === 0) return { dialog: { kind: 'number', knob: knob.id, text: now, error: '' } }
	const wanted = knob.id === 'log_invalid' && now === '0' ? ALL_PROTOCOLS : now
	const selected = Math.max(
		0,
		choices.findIndex((choice) => choice.value === wanted),
	)
	return { dialog: { kind: 'choose', knob: knob.id, choices, selected } }
}

function loading(knob: Knob, name: string): Step {
	const plan = { purpose: knobTitle(knob), changes: [{ knob: knob.id, from: 'absent', to: 'loaded' }] }
	const elsewhere = bindsElsewhere([name])
	return {
		dialog: {
			kind: 'confirm-change',
			plan,
			blockers: [],
			notes: elsewhere === undefined ? [] : [elsewhere],
		},
	}
}

/** What follows after a value was chosen or typed. */
export function nextStep(state: State, id: KnobId, value: string): Step {
	const knob = knobById(id)
	const reason = whyNotSwitch(state, id)
	if (reason !== undefined || knob === undefined) return { reason: reason ?? english.thisKernelDoesNotHave }
	if (value === ANOTHER_NUMBER) return { dialog: { kind: 'number', knob: id, text: '', error: '' } }
	return proposal(state, knob, value)
}

/** Why a typed number is no value of the knob; empty when it is one. */
export function numberProblem(state: State, id: KnobId, text: string): string {
	const knob = knobById(id)
	const now = state.settings.value?.values[id]
	if (knob === undefined || now === undefined) return english.thisKernelDoesNotHave
	if (text.trim() === '') return 'type a number'
	const problem = valueProblem(knob, text, now)
	if (problem !== undefined) return problem
	return text === now ? english.itIsAlready(text) : ''
}

function proposal(state: State, knob: Knob, value: string): Step {
	const settings = state.settings.value
	const now = settings?.values[knob.id]
	if (settings === undefined || now === undefined) return { reason: english.thisKernelDoesNotHave }
	const problem = valueProblem(knob, value, now)
	if (problem !== undefined) return { reason: problem }
	if (knob.id === 'log_invalid') return logStep(state, value)
	if (value === now) return { reason: english.itIsAlready(valueInWords(knob, value)) }
	const plan = {
		purpose: `${knobTitle(knob)}: ${valueInWords(knob, value)}`,
		changes: [{ knob: knob.id, from: now, to: value }],
	}
	return { dialog: { kind: 'confirm-change', plan, blockers: [], notes: [] } }
}

/** The exact writes of the plan to log a protocol; by `wish`, or from where the rules of the choice lead. */
export function logStep(state: State, value: string, wish?: ReasonSource): Step {
	if (wish === 'probe') return probeStep(state)
	const reason = whyNotSwitch(state, 'log_invalid')
	const now = state.settings.value?.values.log_invalid
	const way = reason === undefined ? planFor(state, Number(value), wish) : undefined
	if (way === undefined || now === undefined) return { reason: reason ?? english.theHostWasNotLooked }
	// Asked for by name, so 255 may become one protocol: that is how a flood is made smaller.
	const narrows = value !== now && !way.plan.changes.some((change) => change.knob === 'log_invalid')
	const changes = narrows
		? [...way.plan.changes, { knob: 'log_invalid', from: now, to: value }]
		: way.plan.changes
	if (changes.length === 0 && way.blockers.length === 0) return { reason: english.theKernelTellsThisAlready }
	const { blockers, notes, source } = way
	const plan = { ...way.plan, changes }
	// To switch the log off there is nothing to choose between.
	const chosen = value === '0' ? {} : { source }
	return { dialog: { kind: 'confirm-change', plan, blockers, notes, ...chosen } }
}

/** The exact writes that let kernel probes tell of INVALID packets. */
function probeStep(state: State): Step {
	const reason = whyNotWrite(state)
	const way = reason === undefined ? planForProbes(state) : undefined
	if (way === undefined) return { reason: reason ?? english.theHostWasNotLooked }
	const { plan, blockers, notes, source } = way
	if (plan.changes.length === 0) return { reason: english.probesTellOfEachPacket }
	return { dialog: { kind: 'confirm-change', plan, blockers, notes, source } }
}

/**
 * The key that makes the kernel tell: by probes where they come first. Else which protocols are asked for first, where the kernel is asked for none. Where it
 * is asked already, and only the way to us is shut, at once the writes that open it.
 */
export function logWhyStep(state: State): Step {
	if (prefersProbes(state) || state.way?.source === 'probe') return probeStep(state)
	const now = state.settings.value?.values.log_invalid
	return now === undefined || now === '0' || now === '41'
		? firstStep(state, 'log_invalid')
		: logStep(state, now)
}

/** Empty for a plain number. */
function choicesOf(state: State, knob: Knob, now: string): readonly Choice[] {
	const choices = kindOf(knob).choices?.(knob, now, state.settings.value?.loggers ?? []) ?? []
	const another = { value: ANOTHER_NUMBER, label: english.anotherProtocol, note: english.itsNumber }
	return (knob.id === 'log_invalid' ? [...choices, another] : choices).map((choice) =>
		choice.value === now
			? { ...choice, note: choice.note === '' ? 'now' : english.now(choice.note) }
			: choice,
	)
}
