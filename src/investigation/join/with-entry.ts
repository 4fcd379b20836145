import type { Entry } from '../../kernel/conntrack/flow-facts.ts'
import { isTranslated, wayOf, zonesOf } from '../../kernel/conntrack/flow-match.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
import * as english from '../../words/english/investigation/join.ts'
import { flowText, type Said, stateOf, type View, weakest } from './view.ts'

/** Reasons of packets that had no entry when they came (nf_conntrack_proto_tcp.c, tcp_new). */
const HAD_NONE = /^(?:tcp-new|dccp-loose)/

/** The connection is known. Of a packet only what a line has said. */
export function withEntry(view: View, entry: Entry): Said {
	const { line, sides } = view
	const parts: Said[] = [seenDirections(view, entry)]
	if (line !== undefined && view.isInvalid)
		parts.push(saidOfLine(line.id, line.title, zonesOf(entry).original))
	const socket = sides.sender ?? sides.receiver
	if (socket !== undefined && entry.state !== null && isOutOfStep(entry.state, socket))
		parts.push({
			confidence: 'likely',
			sentences: [english.entryAndSocketAreOut(entry.state, stateOf(socket))],
		})
	if (isTranslated(entry)) parts.push(translated(view, entry))
	else if (view.isInvalid && view.way.is === 'dropped')
		parts.push(
			view.way.isSure
				? { confidence: 'sure', sentences: [english.dropsInvalid(view.way.rule.place)] }
				: { confidence: 'likely', sentences: [english.mayDropInvalid(view.way.rule.place)] },
		)
	return {
		confidence: weakest(...parts.map(({ confidence }) => confidence)),
		sentences: parts.flatMap(({ sentences }) => sentences),
	}
}

function seenDirections(view: View, entry: Entry): Said {
	const { original, reply } = entry
	const way = wayOf(entry, view.facts.query) ?? 'original'
	const counted = original.packets !== null && reply !== null && reply.packets !== null
	const isOneWay = entry.unreplied || (counted && (original.packets === 0 || reply.packets === 0))
	if (!isOneWay)
		return {
			confidence: 'sure',
			sentences: [
				english.theConnectionIsKnown(
					entry.state ?? '',
					view.flow,
					way === 'original' ? english.itsOriginalDirection : english.itsReplyDirection,
				),
			],
		}
	const isOriginalSeen = entry.unreplied || original.packets !== 0
	const seen = isOriginalSeen
		? flowText(original.src, original.sport, original.dst, original.dport)
		: flowText(reply?.src ?? null, reply?.sport ?? null, reply?.dst ?? null, reply?.dport ?? null)
	const counts = counted ? english.packetsOneWayTheOther(original.packets ?? 0, reply.packets ?? 0) : ''
	const isOtherWay = isOriginalSeen === (way === 'reply')
	const [out] = isOtherWay ? view.notrack : view.notrackBack
	const why =
		out !== undefined
			? english.takesTheOtherOut(out.place, out.fit === 'yes' ? '' : english.itsConditionsWereNot)
			: isOtherWay && view.isInvalid
				? english.theLineIsOfTheOther
				: english.theOtherWayIsNotKnown
	const zones = zonesOf(entry)
	const awaited = isOriginalSeen ? zones.reply : zones.original
	const isZoned = zones.original !== 0 || zones.reply !== 0
	return {
		confidence: 'sure',
		sentences: [
			english.oneDirectionSeen(seen, counts),
			why,
			...(isZoned ? [english.isAwaitedInAZone(awaited)] : []),
		],
	}
}

function saidOfLine(id: string, title: string, zone: number): Said {
	const none = zone === 0 ? english.itHadNoEntryThen : english.itHadNoEntryInZone(zone)
	return { confidence: 'sure', sentences: [HAD_NONE.test(id) ? none : english.invalidForWhatIsInIt(title)] }
}

function translated(view: View, entry: Entry): Said {
	const { original, reply } = entry
	const there = flowText(original.src, original.sport, original.dst, original.dport)
	const beyond = flowText(reply?.dst ?? null, reply?.dport ?? null, reply?.src ?? null, reply?.sport ?? null)
	const known = english.theEntryTranslates(there, beyond)
	if (!view.isInvalid) return { confidence: 'sure', sentences: [known] }
	const { way } = view
	const what =
		way.is === 'dropped'
			? way.isSure
				? english.dropsInvalid(way.rule.place)
				: english.mayDropInvalid(way.rule.place)
			: english.unlessARuleDropsIt
	return {
		confidence: way.is === 'dropped' && way.isSure ? 'sure' : 'likely',
		sentences: [known, english.anInvalidPacketIsNot(what)],
	}
}

/** States of an entry whose ends have closed, and of a socket that has not. */
const OVER = ['TIME_WAIT', 'CLOSE', 'LAST_ACK']
const OPEN = ['ESTAB', 'SYN-SENT', 'SYN-RECV']

/** A connection that one side takes for over, or for open, and the other does not. */
const isOutOfStep = (entry: string, { state }: SocketLine): boolean =>
	(OVER.includes(entry) && OPEN.includes(state)) ||
	(entry === 'ESTABLISHED' && (state === 'SYN-SENT' || state === 'SYN-RECV' || state === 'TIME-WAIT'))

/** Each zone has a table of its own; without zones NAT can make two entries have the same flow. */
export function withSeveral(view: View, entries: readonly Entry[]): Said {
	const { query } = view.facts
	const zones = new Set(entries.flatMap((entry) => Object.values(zonesOf(entry))))
	if (zones.size < 2)
		return { confidence: 'likely', sentences: [english.severalEntriesOneZone(entries.length)] }
	const list = [...zones].toSorted((one, other) => one - other).join(', ')
	const ways = new Map(
		entries.map((entry) => {
			const way = wayOf(entry, query) ?? 'original'
			return [way, zonesOf(entry).original]
		}),
	)
	const isSplit = ways.size === 2 && entries.every(({ unreplied }) => unreplied)
	return {
		confidence: 'sure',
		sentences: [
			english.severalZones(entries.length, list),
			...(isSplit
				? [english.eachZoneKnowsOneDirection(ways.get('original') ?? 0, ways.get('reply') ?? 0)]
				: []),
		],
	}
}
