import type { Entry, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { isTranslated, isWhole, zonesOf } from '../../kernel/conntrack/flow-match.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
import * as english from '../../words/english/investigation/join.ts'
import { endText, ownerText, stateOf, type View } from './view.ts'

/** Sockets that wait are said once; a server may have one for each CPU. */
const WAITING_SHOWN = 1

/** What was seen, one line each. */
export function evidenceOf(view: View): readonly string[] {
	const { facts, sides, acting, line } = view
	const { entries, sockets, netns, query } = facts
	const { sender, receiver, waiting, unconnected } = sides
	const exact = [...new Set([sender, receiver])].filter((one) => one !== undefined)
	const shaping = [
		...view.source,
		...view.destination,
		...view.answers,
		...view.notrack,
		...view.notrackBack,
		...view.zones,
	]
	const others = [...waiting, ...unconnected].slice(0, WAITING_SHOWN)
	const where = netns === undefined || netns === '' ? '' : english.inNetns(netns)
	return [
		...(line === undefined ? [] : [english.lineSeen(line.title)]),
		...(entries === undefined ? [] : entries.length === 0 ? [noEntryText(query)] : entries.map(entryText)),
		...(sockets === undefined
			? []
			: exact.length > 0
				? exact.map((one) =>
						socketText(one, exact.length > 1 ? ` ${endText(one.local.address, one.local.port)}` : ''),
					)
				: [
						`${english.socketNone}${where}`,
						...others.map((one) =>
							english.waitsThere(stateOf(one), endText(one.local.address, one.local.port), ownerText(one)),
						),
					]),
		...acting.map(({ place, action, fit }) =>
			english.ruleForInvalid(place, action, fit === 'yes' ? '' : english.itsConditionsWereNot),
		),
		...[...new Map(shaping.map((one) => [one.place, one])).values()].map(({ place, word, fit }) =>
			english.ruleThatShapes(place, word, fit === 'yes' ? '' : english.itsConditionsWereNot),
		),
	]
}

function noEntryText(query: FlowQuery): string {
	if (query.zone !== undefined) return english.entryNoneInZone(query.zone)
	return isWhole(query) ? english.entryNoneInEitherDirection : english.entryNoneBetweenThem
}

function entryText(entry: Entry): string {
	const tuple = ({ src, dst, sport, dport, packets }: Entry['original']) =>
		`${endText(src, sport)} > ${endText(dst, dport)}${packets === null ? '' : english.packetsOf(packets)}`
	const head = [
		entry.protocol,
		entry.state ?? '',
		entry.timeout === null ? '' : english.timeoutS(entry.timeout),
		zonesText(entry),
		entry.unreplied ? 'UNREPLIED' : '',
		entry.assured ? 'ASSURED' : '',
		entry.offload || entry.hwOffload ? 'OFFLOAD' : '',
		isTranslated(entry) ? 'NAT' : english.noNat,
	]
	return english.entryOriginal(
		head.filter(Boolean).join(' '),
		tuple(entry.original),
		entry.reply === null ? '' : english.reply(tuple(entry.reply)),
	)
}

function zonesText(entry: Entry): string {
	const { original, reply } = zonesOf(entry)
	if (original === reply) return original === 0 ? '' : english.zone(original)
	return english.zones(original, reply)
}

/** `end` says which of two it is. */
const socketText = (socket: SocketLine, end: string): string =>
	english.socket(
		end,
		stateOf(socket),
		ownerText(socket),
		socket.sendQueue > 0 ? english.bytesToSend(socket.sendQueue) : '',
		socket.timer === '' ? '' : english.timer(socket.timer),
		socket.processes.length === 0 && socket.state !== 'TIME-WAIT' && socket.state !== 'SYN-RECV'
			? english.noProcessHasItAny
			: '',
	)
