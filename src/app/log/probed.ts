import { NO_OBITUARIES, obituariesWith } from '../../investigation/join/obituary.ts'
import { ledgerStory } from '../../investigation/join/window-ledger.ts'
import { NOBODY, type WhoLimits, whoWith } from '../../investigation/who/tally.ts'
import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import type { Copy } from '../../kernel/log/pairing.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import { endedEntryOf } from '../../kernel/probes/ended.ts'
import type { ProbeMessage } from '../../kernel/probes/probe-message.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import { NO_ANSWERS } from '../../reasons/answers.ts'
import { NO_JUDGED } from '../../reasons/judged-twice.ts'
import { type KernelTraits, NO_TRAITS } from '../../reasons/traits.ts'
import type { Failure } from '../../words/failure.ts'
import type { ElsewhereState, ProbesState, ProbeTold } from '../state/probes-state.ts'
import type { State } from '../state/state.ts'
import { createReasoning } from './classifying.ts'
import { counted, keyOf, secondsPassed, type Told, toldPackets, UNPARSED, whoLater } from './reasons.ts'
import { shapesWith, silentPackets } from './unlined.ts'

const NOTHING_TOLD: ProbeTold = { ledgers: new Map(), obituaries: NO_OBITUARIES }

export const NO_PROBES: ProbesState = {
	status: 'off',
	failure: undefined,
	drawn: undefined,
	packets: 0,
	lost: 0,
	told: NOTHING_TOLD,
	elsewhere: new Map(),
}

/** More network namespaces are one: whoever makes them decides how many there are. */
const MOST_ELSEWHERE = 256
const ALL_OTHERS = 0
/** Reasons of which a ledger is kept. */
const MOST_LEDGERS = 256

/** Of the groups by who of another network namespace. */
const ELSEWHERE_LIMITS: WhoLimits = { groups: 32, distinct: 200, kept: 2_000, reasons: 4, flows: 6 }

type ByNetns = {
	/** Of the network namespace that is looked at, or of nobody knows which. */
	readonly ours: readonly LogEvent[]
	readonly others: ReadonlyMap<number, readonly LogEvent[]>
}

const NO_OTHERS: ByNetns['others'] = new Map()

/** Probes see the packets of all network namespaces; all other events are of the one that is looked at. */
export function byNetns(events: readonly LogEvent[], own: number | undefined): ByNetns {
	const isOurs = (event: LogEvent): boolean => {
		const netns = netnsOf(event)
		return netns === null || own === undefined || netns === own
	}
	if (events.every(isOurs)) return { ours: events, others: NO_OTHERS }
	const others = new Map<number, LogEvent[]>()
	const ours = events.filter((event) => {
		if (isOurs(event)) return true
		const netns = netnsOf(event) ?? ALL_OTHERS
		const theirs = others.get(netns)
		if (theirs === undefined) others.set(netns, [event])
		else theirs.push(event)
		return false
	})
	return { ours, others }
}

function netnsOf(event: LogEvent): number | null {
	if (event.kind === 'probe-end') return event.ended.netns
	return event.kind === 'probe' || event.kind === 'silent' ? event.message.netns : null
}

/** Adds what a batch of events says about probes. */
export function probesRead(
	{ probes, traits }: Pick<State, 'probes' | 'traits'>,
	events: readonly LogEvent[],
	{ ours, others }: ByNetns,
	at: MonotonicMs,
): ProbesState {
	let packets = 0
	let lost = 0
	let ends = 0
	for (const event of events) {
		if (event.kind === 'probe' || event.kind === 'silent') packets++
		else if (event.kind === 'probe-lost') lost += event.lost
		else if (event.kind === 'probe-end') ends++
	}
	if (packets + lost + ends === 0) return probes
	return {
		...probes,
		packets: probes.packets + packets,
		lost: probes.lost + lost,
		told: toldWith(probes.told, ours),
		elsewhere: others.size === 0 ? probes.elsewhere : elsewhereWith(probes.elsewhere, others, traits, at),
	}
}

/** Ledgers, ends of entries, and the packets that came without an entry. */
function toldWith(before: ProbeTold, events: readonly LogEvent[]): ProbeTold {
	const reasoning = createReasoning({ traits: NO_TRAITS })
	const ledgers = new Map(before.ledgers)
	const ended: EndedEntry[] = []
	const came: Parameters<typeof obituariesWith>[1]['came'][number][] = []
	const take = ({ text, at, entry }: ProbeMessage): void => {
		const line = parsePacketLine(text)
		if (line === undefined) return
		if (entry?.isConfirmed !== true) came.push({ packet: line.packet, at })
		const story = entry === null ? undefined : ledgerStory(entry)
		if (story === undefined) return
		const key = keyOf(reasoning.reasonOf(line, at))
		const known = ledgers.get(key)
		if (known === undefined ? ledgers.size < MOST_LEDGERS : story.says.length >= known.says.length)
			ledgers.set(key, story)
	}
	for (const event of events) {
		const end = event.kind === 'probe-end' ? endedEntryOf(event.ended) : undefined
		if (end !== undefined) ended.push(end)
		else if (event.kind === 'probe' || event.kind === 'silent') take(event.message)
	}
	if (ended.length + came.length === 0) return { ...before, ledgers }
	return { ledgers, obituaries: obituariesWith(before.obituaries, { ended, came }) }
}

function elsewhereWith(
	before: ProbesState['elsewhere'],
	others: ByNetns['others'],
	traits: KernelTraits,
	at: MonotonicMs,
): ProbesState['elsewhere'] {
	const next = new Map(before)
	for (const [inode, events] of others) {
		const netns = next.has(inode) || next.size < MOST_ELSEWHERE ? inode : ALL_OTHERS
		const known = next.get(netns) ?? { ...NOWHERE, netns, traits }
		next.set(netns, oneWith(known, events, at))
	}
	return next
}

const NOWHERE: Omit<ElsewhereState, 'netns' | 'traits'> = {
	answers: NO_ANSWERS,
	judged: NO_JUDGED,
	reasons: [],
	shapes: [],
	who: NOBODY,
	silent: 0,
	told: NOTHING_TOLD,
}

function oneWith(before: ElsewhereState, events: readonly LogEvent[], at: MonotonicMs): ElsewhereState {
	const reasoning = createReasoning(before)
	const told: Told[] = []
	const silent: Copy[] = []
	const netns = String(before.netns)
	for (const event of events) {
		if (event.kind === 'probe') {
			const { text } = event.message
			const packet = parsePacketLine(text)
			told.push({ reason: packet === undefined ? UNPARSED : reasoning.reasonOf(packet, at), packet, text })
		} else if (event.kind === 'silent') {
			const copy = copyOf(event.message, at)
			if (copy !== undefined) silent.push(copy)
		}
	}
	return {
		...before,
		...reasoning.learned(),
		reasons: counted(before.reasons, told, at),
		shapes: silent.length === 0 ? before.shapes : shapesWith(before.shapes, silent, at),
		who: whoWith(
			before.who,
			[...toldPackets(told, netns), ...silentPackets(silent, netns)],
			at,
			ELSEWHERE_LIMITS,
		),
		silent: before.silent + silent.length,
		told: toldWith(before.told, events),
	}
}

/** A packet of which the kernel itself has told that it has no reason. */
export function copyOf({ at, text, beyond }: ProbeMessage, now: MonotonicMs): Copy | undefined {
	const line = parsePacketLine(text)
	if (line === undefined) return undefined
	const copy = { line, text, at: Math.min(at, now) }
	return beyond === null ? copy : { ...copy, beyond }
}

/** The seconds of the other network namespaces move on too. */
export const probesLater = (probes: ProbesState, seconds: number): ProbesState =>
	probes.elsewhere.size === 0 || seconds <= 0
		? probes
		: {
				...probes,
				elsewhere: new Map(
					[...probes.elsewhere].map(([netns, one]) => [
						netns,
						{
							...one,
							reasons: secondsPassed(one.reasons, seconds),
							shapes: secondsPassed(one.shapes, seconds),
							who: whoLater(one.who, seconds),
						},
					]),
				),
			}

/** Those that tell reasons are read, cannot be, or are gone. */
export const probesBecame = (state: State, status: ProbesState['status'], failure?: Failure): State => ({
	...state,
	probes: { ...state.probes, status, failure },
})
