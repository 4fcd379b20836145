import type { State } from '../state/state.ts'

const READ_ONLY = 'READ ONLY: type :read-write to allow changes'

/** Why nothing at all may be written now; undefined when it may. */
export function whyNotWrite({ modes, facts, busy }: State): string | undefined {
	if (modes.readOnly) return READ_ONLY
	if (facts !== undefined && !facts.capNetAdmin) return 'needs CAP_NET_ADMIN: run with sudo'
	if (busy === 'applying') return 'a change is being written'
	if (busy === 'leaving') return 'the program is leaving'
	return undefined
}
