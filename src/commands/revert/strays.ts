import type { LeaseReport, ReportedChange } from '../../changes/guard-answer.ts'
import { ABSENT } from '../../changes/kinds/table.ts'
import { findStrays, isStrayId, type StrayGroup } from '../../guard/client/find-strays.ts'
import type { StateDir } from '../../host/files/state-dir.ts'
import { createProbes } from '../../host/write/probes.ts'
import * as english from '../../words/english/commands/revert.ts'

type Asked = {
	/** Name of a group, or the id of a lease; undefined for all. */
	readonly lease: string | undefined
	/** One network namespace only; undefined for all. */
	readonly only?: object | undefined
	readonly dryRun: boolean
}

/**
 * Removes kernel probes of ours that no record tells of, when everything is to be undone, or they by their name. They are of
 * no network namespace. Those whose session may live are left, and told of only to who asks for them.
 */
export function removeStrays(state: StateDir | undefined, { lease, only, dryRun }: Asked): LeaseReport[] {
	if (only !== undefined || (lease !== undefined && !isStrayId(lease))) return []
	return findStrays(state)
		.filter(({ id, isAlive }) => (lease === undefined ? !isAlive : lease === id))
		.map((stray) => (stray.isAlive ? held(stray) : dryRun ? would(stray) : removed(stray)))
}

const reportOf = ({ id }: StrayGroup) => ({ leaseId: id, owner: null, why: '', note: '' })

const held = (stray: StrayGroup): LeaseReport => ({
	...reportOf(stray),
	kind: 'held',
	note: stray.why,
	changes: [],
})

const would = (stray: StrayGroup): LeaseReport => ({
	...reportOf(stray),
	kind: 'dry-run',
	note: stray.why,
	changes: [{ ...stray.change, result: english.wouldRestore }],
})

/** Whatever is in the way of one of them keeps none of the others from going. */
function removed(stray: StrayGroup): LeaseReport {
	const probes = createProbes()
	const written = probes.write(stray.knob, ABSENT)
	const reading = probes.read(stray.knob, true)
	const now = reading.kind === 'value' ? reading.value : null
	const isGone = now === ABSENT
	const note = isGone || written.ok ? '' : english.theKernelSays(written.code)
	const change: ReportedChange = {
		...stray.change,
		now,
		note,
		state: isGone ? 'undone' : 'failed',
		result: isGone ? 'restored' : 'failed',
	}
	return { ...reportOf(stray), kind: 'undone', why: english.noRecordOfThem, changes: [change] }
}
