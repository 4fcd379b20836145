import { LOGGED_FAMILIES, NFLOG_LOGGER } from '../../changes/log-source.ts'
import { isCopies } from '../../changes/tap/copies.ts'
import type { Tap } from '../../changes/tap/tap.ts'
import { OWN_NETNS } from '../../investigation/who/grouping.ts'
import { type SeenPacket, whoWith } from '../../investigation/who/tally.ts'
import { type Came, type Copy, NOTHING_TO_PAIR, paired } from '../../kernel/log/pairing.ts'
import { flowOf, shortAddress } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import type { MonotonicMs } from '../../model/clock.ts'
import type { Reason } from '../../reasons/classify.ts'
import { icmpError, shapeOf } from '../../reasons/silent-names.ts'
import * as english from '../../words/english/app/log.ts'
import type { ReasonRow, ShapeRow, State, UnlinedState, Way } from '../state/state.ts'
import { counted } from './reasons.ts'

/** The rule is there a little before it is known: the line of its first copies may have come before that. */
const SETTLE_MS = 1_000
const ALL_PROTOCOLS = '255'

/** With the taps of ours that are in force now: the one that copies came, or went. */
export function unlinedLookedAt(state: State, taps: readonly Tap[], at: MonotonicMs): State {
	const isOn = taps.some(isCopies)
	const { unlined } = state
	if (isOn === (unlined?.isOn ?? false)) return state
	const pairing = isOn ? { ...NOTHING_TO_PAIR, deafUntil: at + SETTLE_MS } : NOTHING_TO_PAIR
	const seen = unlined ?? { copied: 0, rows: [], shapes: [], newest: [] }
	return { ...state, unlined: { ...seen, isOn, pairing } }
}

/** The rule is there for a while, and lines were followed before: a copy that comes now has had its line, or has none. */
export const copiesFollowed = (state: State, at: MonotonicMs): State =>
	state.unlined === undefined
		? state
		: {
				...state,
				unlined: { ...state.unlined, pairing: { ...state.unlined.pairing, copies: [], deafUntil: at } },
			}

/** All lines and copies that there were have come: what waits for its line has none. */
export const copiesOver = (state: State): State => unlinedRead(state, [], Number.POSITIVE_INFINITY)

/** With the lines and copies that came, or some time later: what has no line is known after a while. */
export function unlinedRead(state: State, came: readonly Came[], at: MonotonicMs): State {
	const { unlined } = state
	if (unlined === undefined || !unlined.isOn) return state
	const { lines, copies } = unlined.pairing
	if (came.length + lines.length + copies.length === 0) return state
	// While not every packet is told of, that there is no line says nothing.
	const { pairing, unlined: left } = paired(
		unlined.pairing,
		tellsAll(state.way) ? came : [...came, { kind: 'lost' }],
		at,
	)
	const copied = unlined.copied + came.filter(({ kind }) => kind === 'copy').length
	if (left.length === 0) return { ...state, unlined: { ...unlined, pairing, copied } }
	const rows = rowsWith(unlined.rows, left, state.reasons)
	return {
		...state,
		who: whoWith(state.who, silentPackets(left), Math.min(at, state.now)),
		unlined: {
			...unlined,
			pairing,
			copied,
			rows,
			shapes: shapesWith(unlined.shapes, left, at),
			newest: left,
		},
	}
}

const NO_COPIES: UnlinedState = {
	isOn: false,
	pairing: NOTHING_TO_PAIR,
	copied: 0,
	rows: [],
	shapes: [],
	newest: [],
}

/** With INVALID packets of which a kernel probe has told that no line is about them. */
export function silentSeen(state: State, silent: readonly Copy[], at: MonotonicMs): State {
	const { unlined = NO_COPIES } = state
	// Where a rule copies them, each is told of by its copy already.
	if (silent.length === 0 || unlined.isOn) return state
	const rows = rowsWith(unlined.rows, silent, state.reasons)
	const shapes = shapesWith(unlined.shapes, silent, at)
	const who = whoWith(state.who, silentPackets(silent), at)
	return { ...state, who, unlined: { ...unlined, rows, shapes, newest: silent } }
}

/** Adds packets without a line to those that are alike. */
export function shapesWith(
	rows: UnlinedState['shapes'],
	copies: readonly Copy[],
	at: MonotonicMs,
): UnlinedState['shapes'] {
	const byKey = new Map(rows.map((row) => [shapeKey(row), row]))
	for (const { line, text, beyond } of copies) {
		const shape = shapeOf(line.packet, beyond)
		if (shape === undefined) continue
		const seen = { shape, protocol: line.packet.protocol ?? '-' }
		const key = shapeKey(seen)
		const before = byKey.get(key)
		const recent = before?.recent ?? [0]
		byKey.set(key, {
			...seen,
			count: (before?.count ?? 0) + 1,
			firstAt: before?.firstAt ?? at,
			lastAt: at,
			recent: [...recent.slice(0, -1), (recent.at(-1) ?? 0) + 1],
			flow: flowOf(line.packet),
			sample: text.slice(Math.max(0, text.indexOf('IN='))),
		})
	}
	return [...byKey.values()]
}

/** What tells packets without a line apart. */
export const shapeKey = ({ shape, protocol }: Pick<ShapeRow, 'shape' | 'protocol'>): string =>
	`${shape.id} ${protocol} ${shape.isSure}`

/** The kernel is asked for every protocol, and lines of both families come by one way. */
export function tellsAll(way: Way | undefined): way is Way {
	if (way?.asked !== ALL_PROTOCOLS) return false
	if (way.source === 'probe') return true
	const loggers = way.loggers.split(' ')
	return (
		loggers.length === LOGGED_FAMILIES.length &&
		loggers.every((one) => (way.source === 'nflog' ? one === NFLOG_LOGGER : one.startsWith('nf_log_')))
	)
}

/** Those of one moment together: segments that come again are known by the time between them. */
function rowsWith(
	rows: UnlinedState['rows'],
	copies: readonly Copy[],
	reasons: State['reasons'],
): UnlinedState['rows'] {
	const known = knownPairs([...reasons, ...rows], copies)
	let next = rows
	for (let from = 0; from < copies.length; ) {
		const at = copies[from]?.at ?? 0
		let to = from
		while (to < copies.length && copies[to]?.at === at) to++
		const told = copies.slice(from, to).map(({ line, text }) => ({
			reason: reasonOf(line.packet, known),
			packet: line,
			text,
		}))
		next = counted(next, told, at)
		from = to
	}
	return next
}

function kindOf(packet: Packet): keyof typeof TITLES {
	const { protocol, spt, icmp } = packet
	if (protocol === 'TCP') return spt === null ? 'unlined-other' : 'unlined-tcp'
	if (icmp === null) return 'unlined-other'
	const error = icmpError(packet)
	if (error === 'too-big') return 'unlined-icmp-too-big'
	return error === 'error' ? 'unlined-icmp-error' : 'unlined-icmp-reply'
}

const TITLES = {
	'unlined-tcp': english.tcpWithoutALine,
	'unlined-icmp-error': english.icmpErrorWithoutALine,
	'unlined-icmp-too-big': english.icmpTooBigWithoutALine,
	'unlined-icmp-reply': english.icmpReplyWithoutALine,
	'unlined-other': english.otherWithoutALine,
} as const

/** The same packets, as the groups by who count them. */
export const silentPackets = (copies: readonly Copy[], netns: string = OWN_NETNS): readonly SeenPacket[] =>
	copies.map(({ line: { packet } }) => ({
		packet,
		what: whatOf(packet),
		isSilent: true,
		netns,
	}))

function whatOf(packet: Packet): string {
	const kind = kindOf(packet)
	// The others have their protocol in their titles.
	return kind === 'unlined-other' ? `${packet.protocol ?? '-'} ${TITLES[kind]}` : TITLES[kind]
}

function reasonOf(packet: Packet, known: Known): Reason {
	const id = kindOf(packet)
	const reason = {
		id,
		title: TITLES[id],
		protocol: packet.protocol ?? '-',
		verdict: 'invalid',
		detail: '',
		params: {},
	} as const
	return isAnswer(packet, id, known) ? { ...reason, answer: true } : reason
}

/**
 * It is there because another packet was INVALID: the RST or the ICMP error with which this host answers one, or an ICMP error
 * about such an RST, which has no entry either.
 */
function isAnswer(packet: Packet, id: keyof typeof TITLES, known: Known): boolean {
	const { flags, inner } = packet
	if (id === 'unlined-tcp') return isSent(packet) && flags.includes('RST') && known.came.has(pairOf(packet))
	if (!isErrorKind(id)) return false
	if (isSent(packet)) return true
	// Who has sent what is too big must hear of it, whatever else is INVALID between the two.
	const isOfInvalid = inner !== null && id === 'unlined-icmp-error' && known.all.has(pairOf(inner))
	return inner?.flags.includes('RST') === true || isOfInvalid
}

const isErrorKind = (id: string): boolean => id === 'unlined-icmp-error' || id === 'unlined-icmp-too-big'

const isSent = (packet: Packet): boolean => packet.in === null && packet.out !== null

/** Addresses between which INVALID packets were seen that are no ICMP errors themselves; `came`: that this host did not send. */
type Known = { readonly all: ReadonlySet<string>; readonly came: ReadonlySet<string> }

function knownPairs(rows: readonly ReasonRow[], copies: readonly Copy[]): Known {
	const seen = [
		...rows
			.filter(({ reason }) => !isErrorKind(reason.id))
			.flatMap(({ flows }) => flows)
			.map(({ flow, where }) => ({
				pair: pair(flow.split(' > ').map(addressOf)),
				sent: where.startsWith('>'),
			})),
		...copies
			.map(({ line }) => line.packet)
			.filter((packet) => !isErrorKind(kindOf(packet)))
			.map((packet) => ({ pair: pairOf(packet), sent: isSent(packet) })),
	]
	return {
		all: new Set(seen.map((one) => one.pair)),
		came: new Set(seen.filter(({ sent }) => !sent).map((one) => one.pair)),
	}
}

/** Whichever of the two has sent it. */
const pair = (addresses: readonly string[]): string => addresses.toSorted().join(' ')

const pairOf = ({ src, dst }: Packet): string =>
	pair([src, dst].map((address) => shortAddress(address ?? '?')))

/** Of `10.0.3.7:443`, `[fd77::1]:443` or an address alone. */
const addressOf = (end: string): string => /^\[(.*)\]/.exec(end)?.[1] ?? end.replace(/^([^:]+):\d+$/, '$1')
