import type { LogEntry, State } from '../../app/state/state.ts'
import type { Copy } from '../../kernel/log/pairing.ts'
import { kernelLine } from '../../kernel/log/record-line.ts'
import { flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { Clock } from '../../model/clock.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import { nameOf, shapeOf } from '../../reasons/silent-names.ts'
import * as english from '../../words/english/commands/run.ts'
import { clock as timeOfDay } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'
import type { RunPacket, RunPackets } from './types.ts'

/** So many packets are kept of a run, the first ones; the rest is counted. They travel between two processes. */
const MOST_PACKETS = 10_000
/** Of a text that somebody else decides on. */
const LONGEST_TEXT = 300

type Found = Omit<RunPacket, 'reason' | 'text'> & {
	readonly wall: number
	readonly reason: string
	readonly text: string
}

/** Every INVALID packet and every one that conntrack only noted, each by itself, as the account has counted them. */
export function createRunPackets(clock: Clock) {
	const kept: (Found | { readonly wall: number; readonly copy: Copy })[] = []
	let left = 0

	const keep = (one: (typeof kept)[number]): void => {
		if (kept.length < MOST_PACKETS) kept.push(one)
		else left += 1
	}
	const wallOf = (wall: number | undefined, at: number) => wall ?? clock.wall() - (clock.monotonic() - at)

	return {
		/** What came between two states. */
		see({ log, unlined }: State, before: State): void {
			if (log !== before.log) {
				const fresh = log.nextId - before.log.nextId
				// More than the ring holds came at once.
				left += Math.max(0, fresh - log.entries.length)
				for (const entry of log.entries.slice(-Math.max(1, fresh)))
					if (entry.id >= before.log.nextId && isPacket(entry))
						keep(told(entry, wallOf(entry.wall, entry.at)))
			}
			if (unlined !== undefined && unlined.newest !== before.unlined?.newest)
				for (const copy of unlined.newest) keep({ wall: wallOf(copy.wall, copy.at), copy })
		},

		/** In the order of their time. `values`: settings that were the same all the while, by which silent packets get their names. */
		all({ traits }: Pick<State, 'traits'>, values: Readonly<Record<string, string>>): RunPackets {
			const list = kept
				.toSorted((one, other) => one.wall - other.wall)
				.map((one): RunPacket => {
					if (!('copy' in one)) {
						const { wall: _, ...packet } = one
						return packet
					}
					const { packet } = one.copy.line
					const shape = shapeOf(packet, one.copy.beyond)
					const name = shape === undefined ? undefined : nameOf(shape, { values, traits })
					return {
						...seen(packet, one.wall),
						bound: null,
						reason: name?.id ?? 'silent',
						text: name?.title ?? english.noLine,
						detail: '',
						verdict: 'invalid',
						isSilent: true,
					}
				})
			return { bound: MOST_PACKETS, notKept: left, list }
		},
	}
}

/** A second line is about the packet before it; what others have logged counts for nothing here. */
const isPacket = ({ kind, reason, foreign, twice }: LogEntry): boolean =>
	(kind === 'conntrack' || kind === 'helper' || kind === 'unparsed') &&
	reason !== undefined &&
	reason.verdict !== 'second-line' &&
	foreign !== true &&
	twice !== true

function told({ source, text, reason }: LogEntry, wall: number): Found {
	const line = source === 'kmsg' ? kernelLine(text) : parsePacketLine(text)
	const bound = reason?.params.bound
	return {
		wall,
		...seen(line?.packet, wall),
		bound: typeof bound === 'number' ? bound : null,
		reason: reason?.id ?? 'unknown',
		text: visible(reason?.title ?? '').slice(0, LONGEST_TEXT),
		detail: visible(reason?.detail ?? '').slice(0, LONGEST_TEXT),
		verdict: reason?.verdict ?? 'unknown',
		...(reason?.answer === true ? { isAnswer: true as const } : {}),
		...(reason?.again === true ? { isAgain: true as const } : {}),
	}
}

const seen = (packet: Packet | undefined, wall: number) => ({
	at: new Date(wall).toISOString(),
	flow: packet === undefined ? null : visible(flowOf(packet)).slice(0, LONGEST_TEXT),
	protocol: visible(packet?.protocol ?? '-'),
	flags: (packet?.flags ?? []).map((flag) => visible(flag)),
	seq: packet?.seq ?? null,
	ack: packet?.ack ?? null,
})

/** One line each, never broken, with a head: for eyes and for grep. Numbers are plain digits, what is not there is `-`. */
export function packetLines({ list, notKept, bound }: RunPackets): readonly string[] {
	if (list.length === 0) return [english.noPackets]
	const rows = list.map((one) => [
		timeOfDay(Date.parse(one.at), 'ms'),
		one.flow ?? '-',
		one.protocol,
		one.flags.length === 0 ? '-' : one.flags.join(','),
		...[one.seq, one.ack, one.bound].map((value) => (value === null ? '-' : String(value))),
		one.reason,
		verdictOf(one),
		one.text,
	])
	const all = [[...english.PACKET_HEADS], ...rows]
	const widths = english.PACKET_HEADS.map((_, column) =>
		Math.max(...all.map((row) => (row[column] ?? '').length)),
	)
	return [
		...all.map((row) =>
			`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
		),
		...(notKept === 0 ? [] : [english.morePacketsThan(bound, notKept)]),
	]
}

function verdictOf({ verdict, isSilent, isAnswer, isAgain }: RunPacket): string {
	const { short } = VERDICTS[verdict]
	if (isSilent === true) return english.silently(short)
	if (isAnswer === true) return english.ownAnswer(short)
	return isAgain === true ? english.judgedAgain(short) : short
}
