import type { LeaseReport, ReportedChange } from '../../changes/guard-answer.ts'
import { ABSENT } from '../../changes/kinds/table.ts'
import { findStrays, isStrayId, type StrayGroup } from '../../guard/client/find-strays.ts'
import { removeProbes } from '../../guard/undoing/remove-probes.ts'
import type { StateDir } from '../../host/files/state-dir.ts'
import * as english from '../../words/english/commands/revert.ts'

type Asked = {
	/** Name of a group, or the id of a lease; undefined for all. */
	readonly lease: string | undefined
	/** One network namespace only; undefined for all. */
	readonly only?: object | undefined
	readonly dryRun: boolean
	readonly stateDir: string
}

/**
 * Removes kernel probes of ours that no record tells of, when everything is to be undone, or they by their name. They are of
 * no network namespace. Those whose session may live are left, and told of only to who asks for them.
 */
export async function removeStrays(
	state: StateDir | undefined,
	{ lease, only, dryRun, stateDir }: Asked,
): Promise<readonly LeaseReport[]> {
	if (only !== undefined || (lease !== undefined && !isStrayId(lease))) return []
	const reports: LeaseReport[] = []
	for (const stray of await findStrays(state)) {
		if (lease === undefined ? stray.isAlive : lease !== stray.id) continue
		reports.push(stray.isAlive ? held(stray) : dryRun ? would(stray) : await removed(stray, stateDir))
	}
	return reports
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
async function removed(stray: StrayGroup, stateDir: string): Promise<LeaseReport> {
	const { knob, change: found } = stray
	const { written, reading } = await removeProbes(knob, found.set, stateDir)
	const now = reading.kind === 'value' ? reading.value : null
	const isGone = now === ABSENT
	const note = isGone || written.ok ? '' : english.theKernelSays(written.code)
	const change: ReportedChange = {
		...found,
		now,
		note,
		state: isGone ? 'undone' : 'failed',
		result: isGone ? 'restored' : 'failed',
	}
	return { ...reportOf(stray), kind: 'undone', why: english.noRecordOfThem, changes: [change] }
}
