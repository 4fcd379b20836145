import { join } from 'node:path'
import { tempFolder } from '../folders.ts'
import type { Lab } from '../kernel/lab.ts'
import { pause } from '../until.ts'
import { CTSCOPE, KEYS, openTerminal, type Terminal } from './terminal.ts'

/** Longer than the time in which a fresh dialog ignores keys (DIALOG_GRACE_MS of app/state/dialog-state.ts). */
const SEEN_MS = 400
/** The upper border of a dialog, as both sets of glyphs draw it. */
const DIALOG = /^ *(?:┌─|\+-)/m

/** A state directory of its own, so that what a session on this host has left does not ask questions here. */
export function freshStateDir(): string {
	return join(tempFolder('state'), 'ctscope')
}

/** The program on the lab's namespace, as an admin starts it. */
export async function openOn(
	lab: Lab,
	options: {
		args?: readonly string[]
		stateDir?: string
		columns?: number
		rows?: number
		env?: Record<string, string | undefined>
		cwd?: string
		/** The kernel log unless told: what most tests are about happens there, whether tcpdump is installed or not. */
		source?: 'auto' | 'kmsg' | 'nflog'
	} = {},
): Promise<Terminal> {
	const args = [
		'--netns',
		lab.netns,
		'--state-dir',
		options.stateDir ?? freshStateDir(),
		'--source',
		options.source ?? 'kmsg',
		...(options.args ?? []),
	]
	const terminal = openTerminal(CTSCOPE, args, options)
	// The first frame comes before the first readings.
	await terminal.until((text) => text.includes(`netns ${lab.netns}`.slice(0, 12)) && /INVALID +\d/.test(text))
	return terminal
}

/**
 * Presses keys one after the other, as someone who reads what each has brought. A dialog that is on the screen has had
 * its time before it is answered: on a busy machine it may have been drawn only just now.
 */
export async function pressSlowly(terminal: Terminal, ...keys: readonly string[]) {
	for (const key of keys) {
		if (DIALOG.test(terminal.text())) await pause(SEEN_MS)
		terminal.type(key)
		await pause(SEEN_MS)
	}
}

/** From Watch: propose, all protocols, yes. */
export async function switchLogOn(terminal: Terminal) {
	await terminal.until('enter log why')
	terminal.type(KEYS.enter)
	await terminal.until('another protocol')
	await pressSlowly(terminal, KEYS.enter)
	await terminal.until('yes, do it')
	await pressSlowly(terminal, 'y')
	await terminal.until(/\d CHANGES? .*undo in/)
}
