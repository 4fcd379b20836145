import { siteName, siteOfKnob } from '../../changes/kinds/call-site.ts'
import { protocolName, protocolNumber } from '../../kernel/packet/protocol.ts'
import type { HeldChange } from '../../model/change.ts'
import { TALK_WORDS } from '../../reasons/printk/printk-sites.ts'
import * as english from '../../words/english/app/dialogs.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import { whyNotWrite } from '../changing/may-write.ts'
import { accountOf } from '../log/account.ts'
import { planFor } from '../log/why.ts'
import type { Dialog, State } from '../state/state.ts'

export type FloodDialog = Extract<Dialog, { kind: 'flood' }>

const ALL = 255

/**
 * The question after a flood, once the undo of it is over: what was switched off, and what can be done instead. Undefined
 * while there was none, or it was asked about, or the guard is still at it.
 */
export function floodToAsk(state: State): FloodDialog | undefined {
	const { flood, lease, busy } = state
	if (flood === undefined || lease === undefined || busy !== undefined) return undefined
	if (lease.leaseId !== flood.leaseId || lease.phase === 'undoing' || lease.phase === 'lost') return undefined
	const on = new Set(changesInForce(lease).filter(({ state: its }) => its !== 'failed'))
	const changes = lease.changes.filter(
		(change) => change.class === 'logs-more' && !on.has(change) && !flood.before.includes(change.seq),
	)
	return { kind: 'flood', rate: flood.rate, changes }
}

/** What log_invalid was when the flood came; all protocols where only something else logged. */
function loggedBefore({ changes }: FloodDialog): number {
	const value = changes.findLast(({ knob }) => knob === 'log_invalid')?.set
	return value === undefined || value === '0' ? ALL : Number(value)
}

const openFlood = ({ dialog }: State): FloodDialog | undefined =>
	dialog?.dialog.kind === 'flood' ? dialog.dialog : undefined

/** The proposals are made of what the settings read after the undo. */
function whyNotYet(state: State): string | undefined {
	const at = state.settings.value?.at
	return at === undefined || at < state.leaseAt ? english.theSettingsAreBeingRead : undefined
}

/** The protocol to log through NFLOG, or why that cannot be had. */
export function throughNflog(state: State): { readonly protocol: number } | { readonly reason: string } {
	const dialog = openFlood(state)
	const reason = dialog === undefined ? english.thereWasNoFlood : (whyNotWrite(state) ?? whyNotYet(state))
	if (dialog === undefined || reason !== undefined) return { reason: reason ?? '' }
	const protocol = loggedBefore(dialog)
	const blocker = planFor(state, protocol, 'nflog')?.blockers[0]
	return blocker === undefined ? { protocol } : { reason: blocker }
}

/** The protocol that most lines were about, or why there is no choice. */
export function oneProtocol(state: State): { readonly protocol: number } | { readonly reason: string } {
	const dialog = openFlood(state)
	const reason = dialog === undefined ? english.thereWasNoFlood : (whyNotWrite(state) ?? whyNotYet(state))
	if (dialog === undefined || reason !== undefined) return { reason: reason ?? '' }
	const most = mostFrequent(state)
	if (most === undefined) return { reason: english.noReasonWasReadSo }
	return loggedBefore(dialog) === most.protocol
		? { reason: english.onlyWasLogged(protocolName(most.protocol)) }
		: { protocol: most.protocol }
}

export type Frequent = { readonly protocol: number; readonly count: number; readonly of: number }

/** Of the reasons seen, by their lines. */
export function mostFrequent({ reasons }: Pick<State, 'reasons'>): Frequent | undefined {
	const counts = new Map<number, number>()
	let all = 0
	for (const { reason, count } of reasons) {
		all += count
		const protocol = protocolNumber(reason.protocol)
		if (protocol !== undefined && protocol > 0 && protocol < ALL)
			counts.set(protocol, (counts.get(protocol) ?? 0) + count)
	}
	const [first] = [...counts].sort((a, b) => b[1] - a[1])
	return first === undefined ? undefined : { protocol: first[0], count: first[1], of: all }
}

export const hadSites = ({ changes }: FloodDialog): boolean =>
	changes.some(({ knob }: HeldChange) => siteOfKnob(knob) !== undefined)

const QUIETER_SHOWN = 3

/** Call sites that tell of silent packets with a line for bad packets only, and that were not a part of the flood. */
export function quieterSites(state: State, { changes }: FloodDialog): readonly string[] {
	const loud = new Set(changes.map(({ knob }) => siteOfKnob(knob)))
	return accountOf(state)
		.proposed.filter(({ id, told, exact }) => exact && !loud.has(id) && QUIET.has(told.talk))
		.slice(0, QUIETER_SHOWN)
		.map(({ site, told }) => `${siteName(site)} (${TALK_WORDS[told.talk]})`)
}

const QUIET: ReadonlySet<string> = new Set(['rare', 'per-bad-packet'])
