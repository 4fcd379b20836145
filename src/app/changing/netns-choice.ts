import { netnsName } from '../../investigation/netns-words.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import * as english from '../../words/english/app/changing.ts'
import type { State } from '../state/state.ts'

/** The namespace that is selected in the open list. */
export function selectedNetns({ dialog, namespaces }: State): NetnsRow | undefined {
	return dialog?.dialog.kind === 'namespaces' ? namespaces.value?.rows[dialog.dialog.selected] : undefined
}

/** Why the program cannot go there; undefined when it can. */
export function whyNotEnter(state: State): string | undefined {
	const row = selectedNetns(state)
	if (row === undefined) return english.theyAreBeingRead
	if (row.here) return english.youAreThere
	if (state.replay !== undefined) return english.thisIsARecording
	if (state.modes.practice !== undefined) return english.aPracticeStaysInIts
	return row.why === '' ? undefined : row.why
}

/** Nothing was INVALID here for so long: then the trouble may be elsewhere. */
const QUIET_MS = 10_000

export function isQuietHere({ counters: { value }, now }: State): boolean {
	return value !== undefined && now - value.startedAt > QUIET_MS && (value.rates.invalid ?? 0) === 0
}

/** Below this it is the noise of any host: late packets. */
const LEAST_RATE = 0.2

/** Other namespaces where INVALID rises while it does not here, fastest first. */
export function risingElsewhere(state: State): readonly { readonly name: string; readonly rate: number }[] {
	const { value } = state.namespaces
	if (value === undefined || !isQuietHere(state)) return []
	return value.rows
		.flatMap((row) => {
			const rate = value.rates.get(row.inode) ?? 0
			return row.here || rate < LEAST_RATE ? [] : [{ name: netnsName(row), rate }]
		})
		.sort((one, other) => other.rate - one.rate)
}
