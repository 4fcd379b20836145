import { pause } from '../until.ts'
import { sayYes, switchOnFromStep } from './practice.ts'
import { pressSlowly } from './session.ts'
import { KEYS, type Terminal } from './terminal.ts'

/** The number of the step in view. */
const stepOf = (text: string): number => Number(/STEP (\d) of 9/.exec(text)?.[1] ?? 0)

/** A newcomer: presses what the last lines of the step name, and answers what is asked. Never an experiment. */
export async function obey(terminal: Terminal): Promise<void> {
	for (let turn = 0; turn < 24; turn++) {
		const text = terminal.text()
		const step = stepOf(text)
		const offer = /space: ([a-z ]+?)(?: {2}|│|\n|$)/.exec(text)?.[1]?.trim()
		if (offer === 'switch the log on') {
			await switchOnFromStep(terminal)
		} else if (offer === 'count both directions') {
			await pressSlowly(terminal, ' ')
			await sayYes(terminal)
			await terminal.until('there / back', 20_000)
			await terminal.until(/Confidence:/, 30_000)
			await pressSlowly(terminal, KEYS.enter)
		} else if (step === 9) {
			if (offer === 'undo all') {
				await pressSlowly(terminal, ' ')
				await terminal.until('NO CHANGES IN FORCE', 20_000)
			}
			await terminal.until('space: write the report', 20_000)
			await pressSlowly(terminal, ' ')
			await terminal.until('the report is in', 20_000)
			return
		} else {
			// It says itself when it is only looking.
			if (step === 4) await terminal.until(/Confidence:/, 70_000)
			if (step === 6) await terminal.until(/flows looked at +[2-6]|no flow is known/, 30_000)
			await pressSlowly(terminal, KEYS.enter)
		}
		await pause(300)
	}
	throw new Error('the steps do not come to an end')
}
