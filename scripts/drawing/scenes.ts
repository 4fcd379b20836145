// Which pictures there are. Each is a moment of the demo, which is a real investigation: ctscope practice asymmetric.
import type { ActionBody } from '../../src/app/state/actions.ts'
import type { State } from '../../src/app/state/state.ts'
import { at, type Demo, pressed } from './demo.ts'

type Scene = {
	/** Read out by a screen reader. */
	readonly title: string
	readonly state: (demo: Demo) => State
}

const sized = (columns: number, rows: number): ActionBody => ({ type: 'resized', columns, rows })

/** By the name of the file. */
export const SCENES: Readonly<Record<string, Scene>> = {
	watch: {
		title: 'Screen Watch: how many packets are INVALID, and why',
		state: (demo) => pressed(at(demo, 40), { type: 'go', screen: 'watch' }, sized(100, 30)),
	},
	rising: { title: 'Step 1: is it rising?', state: (demo) => at(demo, 5) },
	confirm: { title: 'The dialog before reasons are logged', state: (demo) => at(demo, 12) },
	reasons: { title: 'Step 5: which reasons?', state: (demo) => at(demo, 29) },
	directions: { title: 'Step 6: does this host know these flows, both ways?', state: (demo) => at(demo, 43) },
	trial: { title: 'Step 8: one setting was tried for half a minute', state: (demo) => at(demo, 110) },
	cause: { title: 'Step 9: the cause', state: (demo) => at(demo, 112) },
	undone: {
		title: 'Everything was put back',
		state: (demo) => pressed(at(demo, 114), { type: 'go', screen: 'changes' }),
	},
}
