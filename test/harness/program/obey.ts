import { pause } from '../until.ts'
import { sayYes, switchOnFromStep } from './practice.ts'
import { pressSlowly } from './session.ts'
import { KEYS, type Terminal } from './terminal.ts'

/** The number of the step in view, in the list. */
const stepOf = (text: string): number => Number(/^▸. (\d) /m.exec(text)?.[1] ?? 0)

/** What `space` does in it, as its line begins. */
const offerOf = (text: string): string | undefined =>
	/│ space {2}(Switch logging on|Count packets of both|Undo \d+ change|Write the report)/.exec(text)?.[1]

/** An answer, and how sure it is. */
const ANSWERED = /confidence (?:high|medium|low)/

/** A newcomer: presses what the first lines of the step name, and answers what is asked. Never an experiment. */
export async function obey(terminal: Terminal): Promise<void> {
	for (let turn = 0; turn < 24; turn++) {
		const text = terminal.text()
		const step = stepOf(text)
		const offer = offerOf(text)
		if (offer === 'Switch logging on') {
			await switchOnFromStep(terminal)
		} else if (offer === 'Count packets of both') {
			await pressSlowly(terminal, ' ')
			await sayYes(terminal)
			await terminal.until('there / back')
			await terminal.until(ANSWERED)
			await pressSlowly(terminal, KEYS.enter)
		} else if (step === 9) {
			if (offer?.startsWith('Undo') === true) {
				await pressSlowly(terminal, ' ')
				await terminal.until('NO CHANGES IN FORCE')
			}
			await terminal.until(/space {2}Write the report/)
			await pressSlowly(terminal, ' ')
			await terminal.until('the report is in')
			return
		} else {
			// It says itself when it is only looking.
			if (step === 4) await terminal.until(ANSWERED)
			if (step === 6) await terminal.until(/flows looked at +[2-6]|No flow/)
			await pressSlowly(terminal, KEYS.enter)
		}
		await pause(300)
	}
	throw new Error('the steps do not come to an end')
}
