import { lateWords } from '../../changes/guard-answer.ts'
import { siteOfKnob } from '../../changes/kinds/call-site.ts'
import { shortValue, tapName } from '../../changes/tap/tap-words.ts'
import type { HeldChange } from '../../model/change.ts'
import * as english from '../../words/english/app/frame.ts'
import { clock, counted } from '../../words/numbers.ts'
import { safe, wrap } from '../../words/text.ts'
import { namedChanges } from '../changing/change-name.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import type { PastChange, State } from '../state/state.ts'
import { practiceResult } from '../store/practice-result.ts'

/**
 * What stands on the normal screen after the program has left: what was undone, what was left alone with the command
 * that puts it back, what stays on. Nothing when nothing was changed.
 */
export function farewell(state: State): readonly string[] {
	const { lease, history, replay } = state
	// Nothing of a recording was changed here and now.
	if (replay !== undefined) return []
	const ours = distinct([
		...(lease?.changes.map((change) => ({ ...change, leaseId: lease.leaseId })) ?? []),
		...history,
	])
	const practice = practiceLines(state)
	if (ours.length === 0) return practice
	const on = changesInForce(lease)
	const undone = ours.filter((change) => change.state === 'undone')
	const isLate = ours.some(({ lateMs }) => lateMs !== undefined)
	const standing = on.length > 0 ? '' : isLate ? english.noneInForceButLate : english.noneInForce
	const lines = [
		english.ctscopeUndone(counted(ours.length, 'change'), undone.length, standing),
		...together(ours, state).flatMap(({ change, name }) => resultLines(change, name)),
	]
	if (lease !== undefined && on.length > 0) {
		const until = clock(state.wall - state.now + lease.deadline)
		lines.push(
			lease.persisted
				? english.onUntilToUndoNow(
						counted(on.length, 'change'),
						on.length === 1 ? 'stays' : 'stay',
						until,
						safe(lease.leaseId),
					)
				: english.notUndoneItIsTried(counted(on.length, 'change'), safe(lease.leaseId)),
		)
	}
	return [...lines, ...practice]
}

/** Whether the evidence led to what was set up. */
function practiceLines(state: State): readonly string[] {
	const result = practiceResult(state)
	return result === undefined ? [] : wrap(result.sentence, 78)
}

function distinct(changes: readonly PastChange[]): readonly PastChange[] {
	return [...new Map(changes.map((change) => [`${change.leaseId} ${change.seq}`, change])).values()].sort(
		(one, other) => one.appliedAt - other.appliedAt,
	)
}

type Result = { readonly change: PastChange; readonly name: string }

/** Call sites by their names; those of one lease that ended alike are one line. What needs the reader stays apart. */
function together(changes: readonly PastChange[], state: State): readonly Result[] {
	const groups = new Map<string, PastChange[]>()
	for (const change of changes) {
		const isDone = siteOfKnob(change.knob) !== undefined && change.note === ''
		const alike = isDone && (change.state === 'undone' || change.state === 'in-force')
		const key = alike
			? `${change.leaseId} ${change.state} ${change.was} ${change.set}`
			: `${change.leaseId} ${change.seq}`
		groups.set(key, [...(groups.get(key) ?? []), change])
	}
	return [...groups.values()].flatMap((group) =>
		siteOfKnob(group[0]?.knob ?? '') === undefined
			? group.map((change) => ({ change, name: tapName(change.set) ?? change.sysctl }))
			: namedChanges(group, state),
	)
}

/** The command by hand stands on a line of its own, to be copied. */
function resultLines(change: HeldChange, named: string): readonly string[] {
	const name = safe(named)
	const was = safe(shortValue(change.was))
	const set = safe(shortValue(change.set))
	const byHand = english.byHand(safe(change.byHand))
	switch (change.state) {
		case 'undone':
			return [
				english.undone(name, set, was, change.lateMs === undefined ? '' : `  ${lateWords(change.lateMs)}`),
			]
		case 'conflict':
			return [english.leftAloneReadsSetBy(name, safe(change.now)), byHand]
		case 'vanished':
			return [english.vanished(name, safe(change.note))]
		case 'failed':
			return [english.failedStill(name, safe(change.now ?? set)), byHand]
		default:
			return [english.inForce2(name, was, set)]
	}
}
