import type { Knob } from '../../changes/knob.ts'
import { shellLineFor } from '../../changes/words.ts'
import type { State } from '../state.ts'

/**
 * The shell line that writes `value` where we would write it. It is pasted into a shell of the host more often than not,
 * so in a session about another network namespace it enters that one first: without it, it would change the host.
 */
export const shellLineHere = (knob: Knob, value: string, { facts }: State): string =>
	shellLineFor(knob, value, {
		initial: facts?.netns.initial ?? true,
		path: facts === undefined ? null : pathOf(facts.netns.name),
	})

/** Null where no file is known for certain: `net:[INODE]`, and a number, which may be a pid or a name of ip-netns(8). */
function pathOf(name: string): string | null {
	if (name.startsWith('/')) return name
	return /^(?!\d+$)(?!net:)[\w.:@%+-]+$/.test(name) ? `/run/netns/${name}` : null
}
