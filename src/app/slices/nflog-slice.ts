import type { Failure } from '../../failure.ts'
import type { NflogState, State } from '../state.ts'

/** The reader was started, reads, could not start or ended by itself, or was ended by us. */
export function nflogBecame(state: State, status: NflogState['status'], failure?: Failure): State {
	return { ...state, nflog: { ...state.nflog, status, failure } }
}
