import type { Tap } from '../../changes/tap/tap.ts'
import type { TapReading } from '../../changes/tap/tap-listing.ts'
import { flowOf } from '../../kernel/packet/packet-line.ts'
import * as english from '../../words/english/commands/tap.ts'
import { clock, grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { textTable } from '../../words/text-table.ts'
import { visible } from '../../words/visible.ts'
import type { TapLine } from './session.ts'

/** One line that a tap wrote: when, which tap, where the packet was, and the packet. */
export function tapLineText({ tap, line: { packet } }: TapLine, wall: number): string {
	const { in: from, out: to } = packet
	const where = [from ?? '', to ?? ''].some((name) => name !== '') ? `${from ?? ''}>${to ?? ''}` : '-'
	const details = [
		packet.protocol ?? '',
		flowOf(packet) ?? '',
		packet.flags.join(' '),
		packet.icmp === null ? '' : english.type(packet.icmp.type),
		packet.length === null ? '' : english.bytes(packet.length),
		packet.uid === null ? '' : english.uid(packet.uid),
	].filter((word) => word !== '')
	return visible([clock(wall), tap.name.padEnd(NAME), where.padEnd(WHERE), ...details].join('  '))
}

const NAME = 12
const WHERE = 9

/** Lines by tap and flow: what was told, and the rate at which it comes. */
export function createTally() {
	const byTap = new Map<string, { lines: number; readonly flows: Map<string, number> }>()
	return {
		take({ tap, line }: TapLine): void {
			const one = byTap.get(tap.name) ?? { lines: 0, flows: new Map<string, number>() }
			byTap.set(tap.name, one)
			one.lines += 1
			const flow = flowOf(line.packet) ?? english.noFlow
			// A scan has a flow for each packet: what comes late is added up under one name.
			const key = one.flows.has(flow) || one.flows.size < FLOWS ? flow : OTHERS
			one.flows.set(key, (one.flows.get(key) ?? 0) + 1)
		},
		lines: (tap: Tap): number => byTap.get(tap.name)?.lines ?? 0,
		/** Most frequent first. */
		flows: (tap: Tap): readonly (readonly [flow: string, lines: number])[] =>
			[...(byTap.get(tap.name)?.flows ?? [])].toSorted(([, a], [, b]) => b - a),
	}
}
const FLOWS = 1000
const OTHERS = english.otherFlows
export type Tally = ReturnType<typeof createTally>

/** What was counted, and what of it was logged. */
export function tapReportText(
	readings: readonly TapReading[],
	tally: Tally,
	seconds: number,
	columns: number,
): readonly string[] {
	return readings.flatMap(({ tap, counts }) => {
		if (tap.kind === 'count') return countTable(counts)
		const packets = counts.reduce((sum, one) => sum + one.packets, 0)
		const bytes = counts.reduce((sum, one) => sum + one.bytes, 0)
		const lines = tally.lines(tap)
		const rate = packets / Math.max(0.001, seconds)
		const verb = tap.kind === 'preview' ? english.wouldHaveBeenHit : 'matched'
		const text = english.packetsBytesSOfThem(
			grouped(packets),
			grouped(bytes),
			verb,
			rate.toFixed(1),
			grouped(lines),
			counts.length > 1
				? `; ${counts.map(({ hook, packets: one }) => `${hook} ${grouped(one)}`).join(', ')}`
				: '',
		)
		const flows = tally
			.flows(tap)
			.slice(0, 5)
			.flatMap(([flow, count]) => beside(`    ${grouped(count).padStart(6)}  `, flow, columns))
		return [...beside(`${tap.name}: `, text, columns), ...flows]
	})
}

/** Packets by hook and state; states that no hook has seen are left out. */
function countTable(counts: TapReading['counts']): readonly string[] {
	const hooks = [...new Set(counts.map(({ hook }) => hook))]
	const states = [...new Set(counts.map(({ state }) => state ?? ''))]
	const of = (hook: string, state: string) =>
		counts.find((one) => one.hook === hook && (one.state ?? '') === state)?.packets ?? 0
	const head = ['', ...states.map((state) => state.toUpperCase())]
	const rows = hooks.map((hook) => [hook, ...states.map((state) => grouped(of(hook, state)))])
	return textTable([head, ...rows], (column) => column > 0)
}
