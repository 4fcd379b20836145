import { CONTROL, siteOfKnob } from '../../changes/kinds/call-site.ts'
import { canonicalFlags, flagsStep, NO_FLAGS } from '../../changes/kinds/call-site-flags.ts'
import type { Given } from '../../changes/kinds/kind.ts'
import { shellLineFor } from '../../changes/shell-line.ts'
import { canAddress, type PrintkSite, siteQuery } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { Change } from '../../model/change.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/app/changing.ts'
import { safe } from '../../words/text.ts'
import type { State } from '../state/state.ts'

/**
 * The shell line that writes `value` where we would write it. It is pasted into a shell of the host more often than not,
 * so in a session about another network namespace it enters that one first: without it, it would change the host.
 */
export const shellLineHere = (knob: Knob, value: string, state: State): string => {
	const { facts } = state
	const place = {
		initial: facts?.netns.initial ?? true,
		path: facts === undefined ? null : pathOf(facts.netns.name),
	}
	const line = shellLineFor(knob, value, place, givenOf(knob, state))
	return siteOfKnob(knob.id) === undefined ? line : line.replace(CONTROL, controlHere(state))
}

/** The control file of dynamic debug that is read here. */
export const controlHere = ({ printk }: Pick<State, 'printk'>): string => safe(printk.value?.path ?? CONTROL)

/** Words of a query that name a call site alone; undefined where it is not read, or where they cannot. */
const wordsOf = ({ id }: Knob, { printk }: Pick<State, 'printk'>): PrintkSite | undefined => {
	const site = printk.value?.ids.get(siteOfKnob(id) ?? '')
	return site !== undefined && canAddress(site) ? site : undefined
}

function givenOf(knob: Knob, state: Pick<State, 'printk'>): Given {
	const site = wordsOf(knob, state)
	return site === undefined ? {} : { now: canonicalFlags(site.flags) ?? NO_FLAGS, detail: [queryWords(site)] }
}

const queryWords = ({ file, line, func, class: name }: PrintkSite): string =>
	english.fileLineFunc(file, line, func, name === null ? '' : english.classWord(name))

/** The query that makes the change of a call site: what the guard writes, as far as nobody is faster. */
export function siteChange(knob: Knob, { from, to }: Change, state: Pick<State, 'printk'>): string {
	const site = wordsOf(knob, state)
	const step = flagsStep(from, to) ?? { op: '=' as const, flags: to }
	const flags = from === NO_FLAGS ? '' : from
	return site === undefined
		? `${safe(knob.sysctl)} ${step.op}${step.flags}`
		: safe(siteQuery({ ...site, flags }, step.op, step.flags))
}

/** Null where no file is known for certain: `net:[INODE]`, and a number, which may be a pid or a name of ip-netns(8). */
function pathOf(name: string): string | null {
	if (name.startsWith('/')) return name
	return /^(?!\d+$)(?!net:)[\w.:@%+-]+$/.test(name) ? `/run/netns/${name}` : null
}
