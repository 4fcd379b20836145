import type { Failure } from '../../words/failure.ts'
import type { NflogState, State } from '../state/state.ts'

/** The reader was started, reads, could not start or ended by itself, or was ended by us. */
export function nflogBecame(state: State, status: NflogState['status'], failure?: Failure): State {
	// What an earlier reader has left unread is lost, and told so by its follower.
	return { ...state, nflog: { ...state.nflog, status, failure, unread: 0, stalled: false } }
}
