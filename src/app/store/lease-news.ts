import { siteOfKnob } from '../../changes/kinds/site-name.ts'
import { tapName } from '../../changes/tap/tap-words.ts'
import type { HeldChange, LeaseView } from '../../model/change.ts'
import type { Notice } from '../state/state.ts'

export type Said = Omit<Notice, 'at'>

/** What the difference of two views of our lease means to the admin, the worst news first. */
export function leaseNews(before: LeaseView | undefined, view: LeaseView): Said | undefined {
	const was = (change: HeldChange) => before?.changes.find((one) => one.seq === change.seq)?.state
	const fresh = (state: HeldChange['state']): readonly HeldChange[] =>
		view.changes.filter((change) => change.state === state && was(change) !== state)
	const [failed] = fresh('failed')
	if (failed !== undefined) {
		return {
			tone: 'bad',
			text: `${failed.sysctl} could not be put back: ${failed.note}. By hand: ${failed.byHand}`,
		}
	}
	if (view.phase === 'lost' && before?.phase !== 'lost')
		return { tone: 'bad', text: 'GUARD LOST: undoing now' }
	const [conflict] = fresh('conflict')
	if (conflict !== undefined) {
		return {
			tone: 'attention',
			text: `${conflict.sysctl} reads ${conflict.now ?? 'nothing'}, set by someone else: left alone. By hand: ${conflict.byHand}`,
		}
	}
	// A change that was kept with K is not new: the answer to K says it. One that replaces another ends that one.
	const on = [...fresh('confirm'), ...fresh('in-force').filter((change) => was(change) !== 'confirm')]
	if (on.length > 0) {
		const sites = on.filter(({ knob }) => siteOfKnob(knob) !== undefined)
		const rest = on.filter((one) => !sites.includes(one))
		const names = [
			...sitesWords(sites),
			...rest.map(({ knob, was: from, set }) => tapName(set) ?? `${knob} ${from} to ${set}`),
		].join(', ')
		const keep = on.some((one) => one.state === 'confirm') ? '. Press K to keep it' : ''
		return { tone: 'good', text: `in force: ${names}${keep}` }
	}
	if (fresh('undone').length > 0) {
		const undone = view.changes.filter((change) => change.state === 'undone').length
		const why = view.why === '' ? '' : `: ${view.why}`
		return { tone: 'good', text: `UNDONE ${undone} of ${view.changes.length}${why}` }
	}
	const [vanished] = fresh('vanished')
	return vanished && { tone: 'attention', text: `${vanished.sysctl}: ${vanished.note}` }
}

/** A call site by its function; its text is on the screen that switched it. */
function sitesWords(changes: readonly HeldChange[]): readonly string[] {
	if (changes.length > 2) return [`${changes.length} call sites print`]
	return changes.map(
		({ sysctl, was, set }) => `${sysctl.slice(sysctl.lastIndexOf(':') + 1)} =${was} to =${set}`,
	)
}
