import * as english from '../../words/english/app/changing.ts'
import type { State } from '../state/state.ts'

const READ_ONLY = english.readOnlyTypeReadWrite

/** Texts offer a key that changes something only where this session could ever do it. */
export const mayOffer = ({ modes, facts }: Pick<State, 'modes' | 'facts'>): boolean =>
	!modes.readOnly && facts?.capNetAdmin !== false

/** Why nothing at all may be written now; undefined when it may. */
export function whyNotWrite({ modes, facts, busy }: State): string | undefined {
	if (modes.readOnly) return READ_ONLY
	if (facts !== undefined && !facts.capNetAdmin) return english.needsCapNetAdminRun
	if (busy === 'applying') return english.aChangeIsBeingWritten
	if (busy === 'leaving') return english.theProgramIsLeaving
	return undefined
}
