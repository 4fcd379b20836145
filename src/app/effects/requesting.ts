import { isBesideReasons, probesTell } from '../../changes/kinds/probes.ts'
import type { LeaseView, Plan } from '../../model/change.ts'
import type { Changer } from '../../ports/changer.ts'
import * as english from '../../words/english/app/effects.ts'
import { describe, type Failure, type Result } from '../../words/failure.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import type { Request } from '../commands/requests.ts'
import type { ActionBody } from '../state/actions.ts'
import type { Notice } from '../state/state.ts'

/** What `e` gives where it need not be cut to an hour from now; clocks round. */
const WHOLE_MS = 10 * 60_000 - 1000

type Dispatch = (body: ActionBody) => void

/** Sends a request to the guard and tells the store what came of it. Never writes to the kernel itself. */
export async function send(changer: Changer, request: Request, dispatch: Dispatch): Promise<void> {
	switch (request.ask) {
		case 'apply':
			return apply(changer, request.plan, dispatch)
		case 'undo':
			return undone(changer, await undo(changer, request), dispatch)
		case 'extend':
			return extendedBy(changer.view()?.deadline, await changer.extend(), dispatch)
		case 'confirm':
			return answer(await changer.confirm(request.seq), dispatch, english.keptUntilItsTimeIs)
		case 'revert-found': {
			const result = await changer.revertFound(request.leaseId)
			if (result.ok) dispatch({ type: 'change-done', notice: { text: oneLine(result.value), tone: 'good' } })
			else dispatch({ type: 'change-failed', failure: result.failure })
			return
		}
		case 'leave':
			return leave(changer, request, dispatch)
	}
}

type InParts = {
	readonly result: Result<LeaseView>
	/** Those of a plan that are not needed for the rest, and that were refused. */
	readonly refused: readonly { readonly what: string; readonly failure: Failure }[]
}

/** Probes that tell more than reasons are of use, and reasons come without them too: each of them may be refused. */
export async function applyInParts(changer: Pick<Changer, 'apply'>, plan: Plan): Promise<InParts> {
	const more = plan.changes.filter(isBesideReasons(plan))
	let result = await changer.apply({ ...plan, changes: plan.changes.filter((one) => !more.includes(one)) })
	const refused: { what: string; failure: Failure }[] = []
	for (const change of result.ok ? more : []) {
		const added = await changer.apply({ ...plan, changes: [change] })
		if (added.ok) result = added
		else refused.push({ what: probesTell(change), failure: added.failure })
	}
	return { result, refused }
}

async function apply(changer: Changer, plan: Plan, dispatch: Dispatch): Promise<void> {
	const { result, refused } = await applyInParts(changer, plan)
	answer(result, dispatch)
	if (refused.length === 0) return
	const text = refused
		.map(({ what, failure }) => english.isNotShown(what, describe(failure).detail))
		.join('; ')
	dispatch({ type: 'say', notice: { text, tone: 'attention' } })
}

function answer(result: Result<LeaseView>, dispatch: Dispatch, text?: string): void {
	if (!result.ok) {
		dispatch({ type: 'change-failed', failure: result.failure })
		return
	}
	dispatch({ type: 'lease', view: result.value })
	const notice: Omit<Notice, 'at'> | undefined = text === undefined ? undefined : { text, tone: 'good' }
	dispatch({ type: 'change-done', notice })
}

/** The guard refuses more time that comes too soon or goes too far: a sentence, and no failure that holds up the screen. */
function extendedBy(before: number | undefined, result: Result<LeaseView>, dispatch: Dispatch): void {
	if (!result.ok && result.failure.kind === 'usage')
		dispatch({ type: 'change-done', notice: { text: result.failure.message, tone: 'attention' } })
	else if (result.ok && result.value.deadline - (before ?? 0) < WHOLE_MS)
		answer(result, dispatch, english.anHourFromNowE)
	else answer(result, dispatch, english.n10MoreMinutes)
}

/** Several are undone one by one; the first that is refused ends it. */
async function undo(
	changer: Changer,
	{ which, why }: Extract<Request, { ask: 'undo' }>,
): Promise<Result<LeaseView>> {
	if (typeof which === 'number' || which === 'all') return changer.undo(which, why)
	const [first = 0, ...rest] = which
	let result = await changer.undo(first)
	for (const seq of rest) {
		if (!result.ok) return result
		result = await changer.undo(seq)
	}
	return result
}

/** The time of the last change can run out in the moment in which its undo is asked for: that is no failure. */
function undone(changer: Changer, result: Result<LeaseView>, dispatch: Dispatch): void {
	const nothingOn = changesInForce(changer.view()).length === 0
	if (result.ok || !nothingOn || result.failure.kind !== 'usage') answer(result, dispatch)
	else dispatch({ type: 'change-done', notice: { text: english.itIsUndoneAlready, tone: 'info' } })
}

function oneLine(text: string): string {
	return text
		.split('\n')
		.map((line) => line.trim())
		.filter((line) => line !== '')
		.join('; ')
}

/** To leave the changes on is refused by the guard where nobody would undo them later: then we stay. */
async function leave(
	changer: Changer,
	{ how, keepScreen }: Extract<Request, { ask: 'leave' }>,
	dispatch: Dispatch,
): Promise<void> {
	if (how === 'persist') {
		const kept = await changer.persist()
		if (!kept.ok) {
			dispatch({ type: 'change-failed', failure: kept.failure })
			return
		}
	}
	const view = await changer.close()
	dispatch({ type: 'left', view, keepScreen })
}
