import { type ConsoleRisk, consoleRisk } from '../../changes/console-risk.ts'
import type { Plan } from '../../model/change.ts'
import * as english from '../../words/english/app/changing.ts'
import type { State } from '../state/state.ts'

const CONSOLE = 'printk'

const withoutConsole = (plan: Plan): Plan => ({
	...plan,
	changes: plan.changes.filter(({ knob }) => knob !== CONSOLE),
})

export type ConsoleOffer = ConsoleRisk & {
	/** The plan keeps its lines off the console already. */
	readonly taken: boolean
}

/** What the plan of the open dialog means for slow consoles; undefined for a plan of the console level alone, and for no risk. */
export function consoleOffer({
	dialog,
	settings,
}: Pick<State, 'dialog' | 'settings'>): ConsoleOffer | undefined {
	const open = dialog?.dialog
	if (open?.kind !== 'confirm-change' || settings.value === undefined) return undefined
	const risk = consoleRisk(withoutConsole(open.plan), settings.value)
	return risk && { ...risk, taken: open.plan.changes.some(({ knob }) => knob === CONSOLE) }
}

/**
 * The plan with the change of the console level, or without it. It is written before what prints, and so goes back after
 * it.
 */
export function quieted(plan: Plan, { taken, change }: ConsoleOffer): Plan {
	const rest = withoutConsole(plan)
	return taken ? rest : { ...rest, changes: [change, ...rest.changes] }
}

/** Why the console level cannot be changed with the plan; undefined when it can. */
export function whyNotQuiet(state: State): string | undefined {
	const offer = consoleOffer(state)
	if (offer === undefined) return english.noSlowConsoleShowsThese
	const why = state.settings.value?.readOnly[CONSOLE]
	return why === undefined ? undefined : english.kernelPrintkCannotBeWritten(why)
}
