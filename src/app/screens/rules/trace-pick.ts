import { type Tap, tapOf } from '../../../changes/tap/tap.ts'
import type { MonotonicMs } from '../../../model/clock.ts'
import * as english from '../../../words/english/app/rules.ts'
import { counted, grouped } from '../../../words/numbers.ts'
import type { Step } from '../../changing/switching.ts'
import { tapStep } from '../../changing/tapping.ts'
import { OTHERS } from '../../log/reasons.ts'
import type { FlowCount, ReasonRow, State } from '../../state/state.ts'

/** A flow that has sent within this time may go on, ms; a trace lasts half a minute. */
const RECENT_MS = 10_000
/** It goes on as long as it is silent for no more than so many of its usual gaps, or for this time, ms. */
const GAPS = 3
const SHORT_MS = 2_000

/** Which packets are traced, and why these. */
type Picked = { readonly tap: Tap; readonly why: string }

/** The exact writes of a trace, before they happen, with what it follows. */
export function traceStep(state: State, row: ReasonRow | undefined): Step {
	const { tap, why } = pickedFor(row, state.now)
	const step = tapStep(state, [tap])
	if (!('dialog' in step) || step.dialog.kind !== 'confirm-change') return step
	return { dialog: { ...step.dialog, notes: [why, ...step.dialog.notes] } }
}

/**
 * INVALID packets of a flow that goes on sending; of a scan, whose flows send once each, those of the address that it comes
 * from or goes to; any without a reason that is selected.
 */
export function pickedFor(row: ReasonRow | undefined, now: MonotonicMs): Picked {
	const flows = (row?.flows ?? []).filter(({ flow }) => flow !== OTHERS && endsOf(flow) !== undefined)
	if (row === undefined || flows.length === 0) return { tap: tapOf(USUAL), why: english.anyInvalidPacket }
	const { protocol } = row.reason
	const going = flows.filter((flow) => goesOn(flow, now)).toSorted(byCount)[0]
	if (going !== undefined)
		return {
			tap: flowTap(going.flow, protocol),
			why: english.flowGoesOn(
				going.flow,
				grouped(going.count),
				seconds(now - going.firstAt),
				seconds(now - going.lastAt),
			),
		}
	const recent = flows.filter(({ lastAt }) => now - lastAt <= RECENT_MS)
	const common = commonEnd(recent.length > 1 ? recent : flows)
	if (common !== undefined) {
		const count = counted(common.flows, 'flow')
		return {
			tap: tapOf({ ...USUAL, name: 'flow', match: common.match }),
			why: common.isSource
				? english.flowsFromOne(common.name, count)
				: english.flowsToOne(common.name, count),
		}
	}
	const [last] = flows.toSorted((one, other) => other.lastAt - one.lastAt)
	const flow = last?.flow ?? ''
	return {
		tap: flowTap(flow, protocol),
		why: english.flowMayBeOver(flow, seconds(now - (last?.lastAt ?? now))),
	}
}

const USUAL = { kind: 'trace', hooks: ['prerouting', 'output'], states: ['invalid'] } as const

const seconds = (ms: number): string => grouped(Math.max(0, Math.round(ms / 1000)))

const byCount = (one: FlowCount, other: FlowCount): number =>
	other.count - one.count || other.lastAt - one.lastAt

/** It has sent more than once, of late, and is not silent for much longer than it usually is. */
function goesOn({ count, firstAt, lastAt }: FlowCount, now: MonotonicMs): boolean {
	const silent = now - lastAt
	if (count < 2 || silent > RECENT_MS) return false
	const gap = (lastAt - firstAt) / (count - 1)
	return silent <= Math.max(SHORT_MS, GAPS * gap)
}

type Common = {
	readonly name: string
	readonly flows: number
	readonly isSource: boolean
	readonly match: Tap['match']
}

/** The address that most of these flows come from, or the address and port that they go to. */
function commonEnd(flows: readonly FlowCount[]): Common | undefined {
	const ends = flows.flatMap(({ flow }) => endsOf(flow) ?? [])
	const from = mostOf(ends.map(({ source }) => source.address))
	const to = mostOf(ends.map(({ target }) => target.address))
	const isSource = (from?.count ?? 0) >= (to?.count ?? 0)
	const most = isSource ? from : to
	if (most === undefined || most.count < 2) return undefined
	const end = is(most.name)
	return { name: most.name, flows: most.count, isSource, match: isSource ? { saddr: end } : { daddr: end } }
}

function mostOf(names: readonly string[]): { readonly name: string; readonly count: number } | undefined {
	return [...Map.groupBy(names, (name) => name)]
		.map(([name, all]) => ({ name, count: all.length }))
		.toSorted((one, other) => other.count - one.count)[0]
}

const is = (value: string) => ({ not: false, value })

/** INVALID packets of this flow, if it can be matched; else of any. */
function flowTap(flow: string, protocol: string): Tap {
	const ends = endsOf(flow)
	if (ends === undefined) return tapOf(USUAL)
	const { source, target } = ends
	const proto = protocol.toLowerCase()
	const hasPorts =
		source.port !== undefined && target.port !== undefined && ['tcp', 'udp', 'sctp'].includes(proto)
	return tapOf({
		...USUAL,
		name: 'flow',
		match: {
			saddr: is(source.address),
			daddr: is(target.address),
			...(hasPorts ? { proto: is(proto), sport: is(source.port ?? ''), dport: is(target.port ?? '') } : {}),
		},
	})
}

type End = { readonly address: string; readonly port: string | undefined }

/** Both ends of `10.0.0.1:80 > [2001:db8::1]:80`; undefined where an address is not told. */
function endsOf(flow: string): { readonly source: End; readonly target: End } | undefined {
	const [, from, to] = /^(\S+) > (\S+)$/.exec(flow) ?? []
	const [source, target] = [endOf(from), endOf(to)]
	return source === undefined || target === undefined ? undefined : { source, target }
}

/** `10.0.0.1:80`, `[2001:db8::1]:80`, or an address alone. */
function endOf(text: string | undefined): End | undefined {
	const [, six, four, port] =
		/^(?:\[([0-9a-f:.]+)\]|([0-9.]+|[0-9a-f:]+:[0-9a-f:]*))(?::(\d+))?$/i.exec(text ?? '') ?? []
	const address = six ?? four
	return address === undefined ? undefined : { address, port }
}
