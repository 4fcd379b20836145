import { createReasoning, type Reasoning } from '../../app/log/classifying.ts'
import type { LogEntry, State } from '../../app/state/state.ts'
import type { Copy } from '../../kernel/log/pairing.ts'
import { kernelLine } from '../../kernel/log/record-line.ts'
import { flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import { VERDICTS } from '../../reasons/shape/verdicts.ts'
import { nameOf, shapeOf } from '../../reasons/silent-names.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'
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

type Unlined = { readonly wall: number; readonly copy: Copy; readonly netns?: number }

/** Every INVALID packet and every one that conntrack only noted, each by itself, as the account has counted them. */
export function createRunPackets(clock: Clock) {
	const kept: (Found | Unlined)[] = []
	let left = 0
	const elsewhere = new Map<number, Reasoning>()

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

		/** Packets that probes have seen in network namespaces that were made meanwhile. */
		takeElsewhere(events: readonly LogEvent[], isNew: (inode: number) => boolean): void {
			for (const event of events) {
				if (event.kind !== 'probe' && event.kind !== 'silent') continue
				const { netns, text, at, wallMicros, beyond } = event.message
				if (netns === null || !isNew(netns)) continue
				const line = parsePacketLine(text)
				const wall = wallMicros / 1000
				if (line === undefined) left += 1
				else if (event.kind === 'silent') {
					const copy = { line, text, at, ...(beyond === null ? {} : { beyond }) }
					keep({ wall, copy, netns })
				} else {
					const reasoning = elsewhere.get(netns) ?? createReasoning({ traits: NO_TRAITS })
					elsewhere.set(netns, reasoning)
					const reason = reasoning.reasonOf(line, at)
					if (reason.verdict !== 'second-line')
						keep({ ...told({ source: 'probe', text, reason }, wall), netns })
				}
			}
		},

		/** In the order of their time. `values`: settings that were the same all the while, by which silent packets get their names. */
		all({ traits }: Pick<State, 'traits'>, values: Readonly<Record<string, string>>): RunPackets {
			const list = inOrder(kept)
				.toSorted((one, other) => one.wall - other.wall)
				.map((one): RunPacket => {
					if (!('copy' in one)) {
						const { wall, ...packet } = one
						return { ...packet, at: new Date(wall).toISOString() }
					}
					const { packet } = one.copy.line
					const shape = shapeOf(packet, one.copy.beyond)
					// The settings of another namespace are not read.
					const here = one.netns === undefined ? { values, traits } : { values: {}, traits: NO_TRAITS }
					const name = shape === undefined ? undefined : nameOf(shape, here)
					return {
						...seen(packet, one.wall),
						bound: null,
						reason: name?.id ?? 'silent',
						text: name?.title ?? english.noLine,
						detail: '',
						verdict: 'invalid',
						isSilent: true,
						...(one.netns === undefined ? {} : { netns: one.netns }),
					}
				})
			return { bound: MOST_PACKETS, notKept: left, list }
		},
	}
}

/**
 * Lines, and copies, as they were read: nothing came later than what was read behind it. The time of the kernel log is known the
 * better, the more of it was read, so the first records may have been taken for younger than they are.
 */
export function inOrder<One extends { readonly wall: number }>(kept: readonly One[]): readonly One[] {
	const next = { line: Number.POSITIVE_INFINITY, copy: Number.POSITIVE_INFINITY }
	return kept
		.toReversed()
		.map((one) => {
			const stream = 'copy' in one ? 'copy' : 'line'
			next[stream] = Math.min(one.wall, next[stream])
			return { ...one, wall: next[stream] }
		})
		.toReversed()
}

/** A second line is about the packet before it; what others have logged counts for nothing here. */
const isPacket = ({ kind, reason, foreign, twice }: LogEntry): boolean =>
	(kind === 'conntrack' || kind === 'helper' || kind === 'unparsed') &&
	reason !== undefined &&
	reason.verdict !== 'second-line' &&
	foreign !== true &&
	twice !== true

function told({ source, text, reason }: Pick<LogEntry, 'source' | 'text' | 'reason'>, wall: number): Found {
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
		one.netns === undefined ? one.text : english.inNetnsOf(one.text, one.netns),
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
