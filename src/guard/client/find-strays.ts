import { groupOf, knobOfProbes, tokenOf } from '../../changes/kinds/probes.ts'
import { ABSENT } from '../../changes/kinds/table.ts'
import { knobById } from '../../changes/knobs.ts'
import { inForce } from '../../changes/lease.ts'
import { shellLine } from '../../changes/shell-line.ts'
import type { Reading } from '../../changes/verdict.ts'
import { standingClaims } from '../../host/files/stale.ts'
import type { StateDir } from '../../host/files/state-dir.ts'
import { bootId } from '../../host/process/identity.ts'
import type { Later } from '../../host/process/later.ts'
import { createStrayProbes, type Holder, type StrayProbes } from '../../host/trace/stray-probes.ts'
import { readKnob } from '../../host/write/write.ts'
import type { HeldChange } from '../../model/change.ts'
import type { Knob } from '../../model/knob.ts'
import * as english from '../../words/english/guard/client.ts'
import { readLeases } from '../wire/lease-reader.ts'

/** Kernel probes of ours that no lease tells of. */
export type StrayGroup = {
	/** Name of the group, in the place of the id of a lease. */
	readonly id: string
	readonly knob: Knob
	readonly change: HeldChange
	/** Their session may live, so they are nobody's to remove. */
	readonly isAlive: boolean
	/** What is known of them, one sentence. */
	readonly why: string
}

/** Whether a name is that of a group of ours, which stands for the id of a lease. */
export const isStrayId = (id: string): boolean => tokenOf(id) !== undefined

/**
 * Groups of probes of ours whose record is gone. They are looked for before the records and after them: a session claims
 * its probes before it sets them, and gives the claim back when they are gone. Nothing is changed, nothing is thrown.
 */
export async function findStrays(
	state: StateDir | undefined,
	strays: StrayProbes = createStrayProbes(),
	read: (knob: Knob) => Later<Reading> = readKnob,
): Promise<readonly StrayGroup[]> {
	const before = strays.named()
	if (before.length === 0) return []
	const { tokens, guards } = onRecord(state)
	const after = new Set(strays.named())
	const left = before.filter((token) => after.has(token) && !tokens.has(token))
	if (left.length === 0) return []
	const holder = strays.holder(guards)
	const found: StrayGroup[] = []
	for (const token of left) {
		const knob = knobById(knobOfProbes(token))
		if (knob === undefined) continue
		const reading = await read(knob)
		const change = changeOf(knob, reading.kind === 'value' ? reading.value : '')
		found.push({ id: groupOf(token), knob, change, isAlive: holder !== 'nobody', why: wordsFor(holder) })
	}
	return found
}

function wordsFor(holder: Holder): string {
	if (holder === 'nobody') return english.theirRecordIsGone
	return holder === 'unknown' ? english.notAllProcessesAreSeen : english.aProcessHasTracefsOpen(holder.pid)
}

/** Tokens of all probes that a session has claimed, or has on record, and the guards of these. */
function onRecord(state: StateDir | undefined) {
	const leases = state === undefined ? [] : readLeases(state, bootId())
	const claims = state === undefined ? [] : standingClaims(state)
	const knobs = leases.flatMap(({ lease, earlierBoot }) =>
		lease === undefined || earlierBoot
			? []
			: [...inForce(lease).map((entry) => entry.knob), ...lease.planned],
	)
	const names = [...claims, ...knobs].map((name) => name.replace(/@.*$/, ''))
	return {
		tokens: new Set(names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))),
		guards: leases.flatMap(({ lease }) => lease?.guard.pid ?? []),
	}
}

const PREFIX = knobOfProbes('')

/** As the change of a lease that is in force: what there is of it is what it was set to. */
function changeOf(knob: Knob, set: string): HeldChange {
	return {
		seq: 1,
		knob: knob.id,
		class: knob.class,
		sysctl: knob.sysctl,
		path: knob.path,
		purpose: english.probesWithoutARecord,
		was: ABSENT,
		set,
		now: set,
		state: 'in-force',
		appliedAt: 0,
		endedAt: null,
		undoAt: 0,
		confirmBy: null,
		note: '',
		byHand: shellLine(knob, ABSENT),
	}
}
