import { describe, expect, test } from 'vitest'
import { commandsHere } from '../../../src/app/commands/commands.ts'
import { SCREENS, screenOf } from '../../../src/app/screens/screens.ts'
import { keysOf } from '../../../src/app/state/bindings.ts'
import type { State } from '../../../src/app/state/state.ts'
import { ok } from '../../../src/words/failure.ts'
import { lineText } from '../../../src/words/line.ts'
import { NO_RULES } from '../../harness/fake/observer.ts'
import * as s from '../../ui/situations.ts'

const SITUATIONS: Readonly<Record<string, () => State>> = {
	counts: s.counts,
	reasons: s.reasons,
	nflog: s.nflog,
	unbound: s.unbound,
	'call sites': () => s.printk(),
	'no call sites': s.noPrintk,
	rules: () => s.rules(),
	'no rules': () =>
		s.later(s.on(s.reasons(), 'rules'), { type: 'rules', result: ok({ ...NO_RULES, at: s.NOW }) }),
	sampled: s.sampled,
}

/** The first rows of a screen, each with what is said of it. */
const said = (state: State): string =>
	Array.from({ length: 6 }, (_, by) => s.later(state, { type: 'move', by: 1 }, { type: 'move', by }))
		.flatMap((one) => [
			...(screenOf(one.screen).top?.(one, 200) ?? []),
			...screenOf(one.screen).detail(one, 200, 80),
		])
		.map(lineText)
		.join('\n')

/** Keys of commands that cannot run, as sentences offer them: "p switches on all of them". */
function offered(state: State): readonly string[] {
	const text = said(state)
	return commandsHere(state)
		.filter(({ reason }) => reason?.startsWith('READ ONLY'))
		.flatMap(({ command }) => keysOf(command.id))
		.filter((key) =>
			new RegExp(`(?:^|[.;(:] ?|[Pp]ress )${key.replace(/\W/g, '\\$&')}(?: [a-z]+s\\b|:)`, 'm').test(text),
		)
}

describe.each(Object.entries(SITUATIONS))('a session that only reads: %s', (_, situation) => {
	test.each(SCREENS.map(({ id }) => id))('%s offers no key that it refuses', (screen) => {
		const state = s.on({ ...situation(), way: undefined, lease: undefined }, screen)
		expect(offered({ ...state, modes: { ...state.modes, readOnly: true } })).toEqual([])
	})
})
