import { ladderSays } from '../../investigation/ladder/ladder.ts'
import type { TableFill } from '../../investigation/table/fill.ts'
import { fillSays } from '../../investigation/table/fill-words.ts'
import { describe } from '../../words/failure.ts'
import { JSON_VERSION } from '../common/version.ts'
import {
	changesAreKnown,
	changesFound,
	failuresOf,
	ladderOf,
	loggingOf,
	type Snapshot,
	sourceOf,
	statTotals,
	undoTime,
} from './data.ts'
import { printkJson } from './printk.ts'

export function statusJson(snapshot: Snapshot) {
	const { facts, wall } = snapshot
	const settings = snapshot.settings.ok ? snapshot.settings.value : undefined
	const stat = snapshot.counters.ok ? statTotals(snapshot.counters.value) : undefined
	const { entries, ...counters } = stat ?? {}
	const rungs = ladderOf(snapshot)
	return {
		v: JSON_VERSION,
		at: new Date(wall).toISOString(),
		hostname: facts.hostname,
		kernel: facts.kernel,
		netns: { inode: facts.netns.inode, initial: facts.netns.initial, name: facts.netns.name },
		user: facts.user,
		systemd: facts.systemd,
		capNetAdmin: facts.capNetAdmin,
		conntrack: {
			count: settings?.count ?? entries ?? null,
			max: settings?.max ?? null,
			stat: stat === undefined ? null : counters,
			table: snapshot.table === undefined ? null : tableJson(snapshot.table),
		},
		logging: settings === undefined ? null : loggingOf(settings),
		settings: settings?.values ?? null,
		reasonLines: { ...ladderSays(rungs), rungs },
		source: sourceOf(snapshot) ?? null,
		listeners: settings?.listeners ?? null,
		dyndbg: printkJson(snapshot),
		modules: snapshot.modules.ok ? snapshot.modules.value : null,
		tools: facts.tools,
		missing: facts.missing,
		failures: failuresOf(snapshot).map((failure) => ({ kind: failure.kind, ...describe(failure) })),
		changes: changesFound(snapshot).map((one) => ({
			knob: one.change.knob,
			was: one.change.was,
			set: one.change.set,
			now: one.change.now,
			state: one.change.state,
			undoAt: undoTime(one, snapshot),
			sysctl: one.change.sysctl,
			byHand: one.change.byHand,
			lease: one.lease.leaseId,
			netnsInode: one.lease.netnsInode,
			owner: one.lease.owner,
			guardAlive: one.lease.alive,
		})),
		changesKnown: changesAreKnown(snapshot.leases),
		leases: snapshot.leases.map(({ changes, ...lease }) => ({ ...lease, changes: changes.length })),
	}
}

/** How full the table is. `perSecond` is of now, null where only one look was taken: a table with room loses nothing for want of it. */
export function tableJson(fill: TableFill) {
	const { fullness, count, peak, max, isSetElsewhere, rates, watched } = fill
	return {
		state: fullness,
		sentence: fillSays(fill),
		count,
		peak,
		max,
		limitOfHost: isSetElsewhere,
		perSecond:
			watched.seconds === 0
				? null
				: {
						dropped: rounded(rates.noRoom),
						evicted: rounded(rates.evicted),
						clashes: rounded(rates.clashes),
					},
		holders: fill.holders ?? null,
	}
}

const rounded = (perSecond: number): number => Math.round(perSecond * 100) / 100
