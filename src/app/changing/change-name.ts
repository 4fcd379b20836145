import { baseName, fileOfSite, siteName, siteOfKnob } from '../../changes/kinds/call-site.ts'
import { kindOf } from '../../changes/kinds/kinds.ts'
import { knobById } from '../../changes/knobs.ts'
import type { FoundLease } from '../../model/change.ts'
import * as english from '../../words/english/app/changing.ts'
import { counted } from '../../words/numbers.ts'
import { safe } from '../../words/text.ts'
import type { State } from '../state/state.ts'

type Changed = { readonly sysctl: string; readonly knob: string; readonly set?: string }

/** The knob's name without the prefix that all of them share. */
export const shortName = (change: { readonly sysctl: string }): string =>
	safe(change.sysctl).replace(/^net\.netfilter\.(nf_conntrack_)?/, '')

/** The sysctl without what most of them share: `nf_conntrack_tcp_loose`, `nf_log.2`, `kernel.printk`. */
export const settingName = (sysctl: string): string => safe(sysctl.replace(/^net\.netfilter\./, ''))

/**
 * What was changed, as people speak of it: `tcp_be_liberal`, `tcp_new "invalid new deleting"`. A call site that is not in
 * the kernel now (its module was unloaded) has only its function and file.
 */
export function changeName(
	{ sysctl, knob: id, set }: Changed,
	{ printk }: Pick<State, 'printk'>,
	form: 'short' | 'sysctl' = 'short',
): string {
	const found = printk.value?.ids.get(siteOfKnob(id) ?? '')
	if (found !== undefined) return siteName(found)
	const knob = knobById(id)
	const name = knob === undefined ? undefined : kindOf(knob).name?.(knob, set ?? '')
	return name ?? (form === 'short' ? shortName({ sysctl }) : settingName(sysctl))
}

/** Several call sites in one name: `14 call sites of nf_conntrack_proto_tcp.c`, `20 call sites of 3 files`. */
function sitesName(changes: readonly Changed[]): string {
	const files = new Set(changes.map(({ knob }) => fileOfSite(siteOfKnob(knob) ?? '')))
	const [file = ''] = files
	return `${counted(changes.length, english.callSite)} of ${files.size === 1 ? baseName(file) : english.files(files.size)}`
}

/** From this number on, call sites of one kind of change are told of together. */
const TOGETHER = 3

export type Named<Change> = { readonly name: string; readonly change: Change }

/** Changes with their names; many call sites that were changed alike are one. */
export function namedChanges<Change extends Changed & { readonly was: string; readonly set: string }>(
	changes: readonly Change[],
	state: Pick<State, 'printk'>,
	form: 'short' | 'sysctl' = 'short',
): readonly Named<Change>[] {
	const groups = new Map<string, Change[]>()
	for (const change of changes) {
		const key =
			siteOfKnob(change.knob) === undefined ? change.knob : english.callSites(change.was, change.set)
		const group = groups.get(key)
		if (group === undefined) groups.set(key, [change])
		else group.push(change)
	}
	return [...groups.values()].flatMap((group) => {
		const [first] = group
		return first === undefined || group.length < TOGETHER
			? group.map((change) => ({ name: changeName(change, state, form), change }))
			: [{ name: sitesName(group), change: first }]
	})
}

/** `bob pts/5 pid 4471`, or the id of the lease where the journal does not say whose it is. */
export function ownerOf({ owner, leaseId }: FoundLease): string {
	if (owner === null) return safe(leaseId)
	const name = owner.sudoUser ?? owner.user
	return safe([name, owner.tty, english.pid(owner.pid)].filter((part) => part !== null).join(' '))
}
