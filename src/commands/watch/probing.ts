import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import { planForProbes } from '../../app/changing/probing.ts'
import { createProbeFollowing } from '../../app/effects/probe-following.ts'
import { applyInParts } from '../../app/effects/requesting.ts'
import type { ActionBody } from '../../app/state/actions.ts'
import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { Changer } from '../../ports/changer.ts'
import type { Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/screens.ts'
import { describe, fail, ok, type Result } from '../../words/failure.ts'
import { changesOf, changesText, type DoneChange, type Undo } from '../common/done-changes.ts'
import type { Headless } from '../common/headless.ts'

export type ProbingPorts = {
	readonly observer: Pick<Observer, 'followProbes'>
	readonly changer: Changer
	readonly clock: Clock
	readonly drawProbes: () => DrawnProbes
	/** Takes one sentence that cannot wait. */
	readonly warn: (text: string) => void
}

export type Probing = {
	/** Reads what is left, and puts everything back. */
	stop(): Promise<{ readonly undo: Undo; readonly text: (columns: number) => readonly string[] }>
}

/** Kernel probes of ours as long as somebody watches. Facts of the host are read before. After a failure nothing is in force. */
export async function startProbing(
	headless: Headless,
	{ observer, changer, clock, drawProbes, warn }: ProbingPorts,
): Promise<Result<Probing>> {
	const take = (body: ActionBody): void => {
		headless.take(body)
		if (body.type === 'ends-too-many') {
			warn(headless.state().notice?.text ?? '')
			void changer.undo(body.seq)
		}
		following.heard(headless.state())
	}
	const following = createProbeFollowing(observer, clock, drawProbes, take)
	let isEnding = false
	changer.subscribe((view) => {
		const wasOn = headless.state().way?.source === 'probe'
		take({ type: 'lease', view })
		if (wasOn && !isEnding && headless.state().way === undefined)
			warn(english.probesWereRemoved(view.why === '' ? english.somebodyHasRemovedThem : view.why))
	})
	const stop = async (): Promise<LeaseView | undefined> => {
		isEnding = true
		await following.stop()
		return changer.close()
	}

	following.start()
	const way = planForProbes(headless.state())
	const blockers = way?.blockers ?? [english.theHostWasNotLookedAt]
	if (way === undefined || blockers.length > 0) {
		await stop()
		return fail({ kind: 'unsupported', what: english.settingKernelProbes, why: blockers.join('; ') })
	}
	const { result, refused } = await applyInParts(changer, way.plan)
	if (!result.ok) {
		await stop()
		return result
	}
	take({ type: 'lease', view: result.value })
	for (const { what, failure } of refused) warn(english.isNotShown(what, describe(failure).detail))
	return ok({
		async stop() {
			const view = await stop()
			const undo = exitCodeOf(view, [])
			const changes: readonly DoneChange[] = changesOf(view)
			return { undo, text: (columns) => changesText({ changes, undo }, columns) }
		},
	})
}
