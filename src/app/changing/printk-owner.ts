import { knobOfSite, siteOfKnob } from '../../changes/kinds/call-site.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { HeldChange } from '../../model/change.ts'
import type { State } from '../state/state.ts'
import { changesInForce, isOver } from './changes-in-force.ts'
import { prints } from './printk-sites.ts'

/** `ours`: switched by us. `others`: it prints, and not because of us. `changed`: somebody else changed what was ours. */
export type Owner = 'ours' | 'others' | 'changed' | 'off'

type Lease = State['lease']

/** By the view of the lease: all rows ask for it. */
const remembered = new WeakMap<NonNullable<Lease>, ReadonlyMap<string, HeldChange>>()

/** Our changes of call sites that are not over, by their knob; the last one where a site was changed twice. */
function heldSites(lease: Lease): ReadonlyMap<string, HeldChange> {
	if (lease === undefined) return new Map()
	const known = remembered.get(lease)
	if (known !== undefined) return known
	const held = lease.changes.filter(
		(change) => siteOfKnob(change.knob) !== undefined && !isOver(change, lease),
	)
	const made = new Map(held.map((change) => [change.knob, change]))
	remembered.set(lease, made)
	return made
}

/** What we changed at this site, in force or changed by somebody else since. */
export const changeOfSite = ({ lease }: Pick<State, 'lease'>, id: SiteId): HeldChange | undefined =>
	heldSites(lease).get(knobOfSite(id))

export function ownerOfSite(state: Pick<State, 'lease'>, id: SiteId, site: PrintkSite): Owner {
	const change = changeOfSite(state, id)
	if (change?.state === 'conflict') return 'changed'
	if (change !== undefined && changesInForce(state.lease).includes(change)) return 'ours'
	return prints(site) ? 'others' : 'off'
}

/** Those of our changes in force that stand at one of these sites. */
export function changesAt(state: Pick<State, 'lease'>, ids: readonly SiteId[]): readonly HeldChange[] {
	const on = new Set(changesInForce(state.lease))
	return ids.flatMap((id) => {
		const change = changeOfSite(state, id)
		return change !== undefined && on.has(change) ? [change] : []
	})
}

/** The session of another ctscope that holds this site, as people know it; undefined when none does. */
export function otherSession(
	{ others }: Pick<State, 'others'>,
	id: SiteId,
): State['others'][number] | undefined {
	const knob = knobOfSite(id)
	return others.find(
		({ alive, changes }) =>
			alive && changes.some((change) => change.knob === knob && change.endedAt === null),
	)
}
