import { tmpdir } from 'node:os'
import { freshStateDir, pressSlowly } from './session.ts'
import { CTSCOPE, KEYS, openTerminal, type Terminal } from './terminal.ts'

export type PracticeAt = {
	readonly args?: readonly string[]
	readonly cwd?: string
	readonly stateDir?: string
	/** Program in front, such as `unshare -m`. */
	readonly under?: readonly string[]
}

/** A practice on its first step, when INVALID rises. */
export async function openPractice(scenario: string, at: PracticeAt = {}): Promise<Terminal> {
	const { args = [], cwd = tmpdir(), stateDir = freshStateDir(), under = [] } = at
	const [file = CTSCOPE, ...rest] = [...under, CTSCOPE]
	const terminal = openTerminal(file, [...rest, 'practice', scenario, '--state-dir', stateDir, ...args], {
		cwd,
	})
	await terminal.until(/▸. 1 Is it rising/)
	await terminal.until(/yes, [\d.]+\/s/)
	return terminal
}

/** Answers what would be written. */
export async function sayYes(terminal: Terminal): Promise<void> {
	await terminal.until('[y] yes, do it')
	await pressSlowly(terminal, 'y')
}

/** The offer of the step that asks whether reasons are told. */
export async function switchOnFromStep(terminal: Terminal): Promise<void> {
	await pressSlowly(terminal, ' ')
	await terminal.until('[enter] choose')
	await pressSlowly(terminal, KEYS.enter)
	await sayYes(terminal)
	await terminal.until('yes, it is on')
}
