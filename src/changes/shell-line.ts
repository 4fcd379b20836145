import type { Knob } from '../model/knob.ts'
import * as english from '../words/english/changes/changes.ts'
import type { Given } from './kinds/kind.ts'
import { kindOf } from './kinds/kinds.ts'

/** What the knob is about, in a few words. */
export const knobTitle = (knob: Knob): string => kindOf(knob).title(knob)

/** The value as people say it: `TCP`, `off`, `5 d`, `the kernel log`. */
export const valueInWords = (knob: Knob, value: string): string => kindOf(knob).inWords(value, knob)

/** What the knob does and what it costs, one sentence each. */
export const effectInWords = (knob: Knob, value?: string): readonly string[] =>
	kindOf(knob).effect(knob, value)

/** The shell line that writes `value`, in the network namespace that the shell is in. */
export const shellLine = (knob: Knob, value: string, given: Given = {}): string =>
	kindOf(knob).shellLine(knob, value, given)

const shellWord = (text: string): string =>
	/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

export type NetnsPlace = {
	readonly initial: boolean
	/** A file to enter it by: /run/netns/NAME or /proc/PID/ns/net. Null when none is known. */
	readonly path: string | null
}

/** The shell line that writes `value` from a shell of the initial network namespace. */
export function shellLineFor(knob: Knob, value: string, place: NetnsPlace, given: Given = {}): string {
	const line = shellLine(knob, value, given)
	if (knob.scope !== 'netns' || place.initial) return line
	return place.path === null
		? english.insideItsNetworkNamespace(line)
		: `nsenter --net=${shellWord(place.path)} ${line}`
}
