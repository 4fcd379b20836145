import { hasPorts, isIcmp } from '../../kernel/conntrack/flow-match.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
import { protocolNumber } from '../../kernel/packet/protocol.ts'
import * as english from '../../words/english/investigation/join.ts'
import type { Fate } from './acting-rules.ts'
import { ownerText, type Said, stateOf, type View, weakest } from './view.ts'

/** ICMP that only answers: without its request it is INVALID (nf_conntrack_proto_icmp.c, valid_new). */
const ICMP_ANSWERS = [0, 14, 16, 18, 129]

/** ICMPv6 that conntrack leaves alone (nf_conntrack_proto_icmpv6.c, noct_valid_new). */
const NEVER_TRACKED = [130, 131, 132, 133, 134, 135, 136, 143]

/** There is no entry in any zone: what a packet of it meets depends on its protocol, and on who has the connection. */
export function withoutEntry(view: View): Said {
	const parts = [...reasonsOfNone(view), ...saidOf(view)]
	return {
		confidence: weakest(...parts.map(({ confidence }) => confidence)),
		sentences: parts.flatMap(({ sentences }) => sentences),
	}
}

const sure = (...sentences: readonly string[]): Said => ({ confidence: 'sure', sentences })
const likely = (...sentences: readonly string[]): Said => ({ confidence: 'likely', sentences })

/** Where conntrack does not look, no entry says nothing. */
function reasonsOfNone({ notrack: [out], isTracking, isInvalid }: View): readonly Said[] {
	if (isInvalid) return []
	if (out !== undefined)
		return [
			out.fit === 'yes'
				? sure(english.takesItOut(out.place))
				: likely(english.takesItOut(out.place, english.itsConditionsWereNot)),
		]
	return isTracking === false ? [likely(english.nobodyAsksForAState)] : []
}

function saidOf(view: View): readonly Said[] {
	const { facts, sides, line, isInvalid, notrack } = view
	const { query } = facts
	// What conntrack does not see is UNTRACKED: nothing of what follows is so.
	if (notrack[0]?.fit === 'yes' && !isInvalid) return []
	const number = protocolNumber(query.protocol)
	if (number !== 6) return [ofOtherProtocol(view, number)]
	const { sender, receiver } = sides
	if (sender?.state === 'TIME-WAIT' || receiver?.state === 'TIME-WAIT')
		return [sure(english.overTheSocketWaits)]
	if (sender !== undefined) {
		const isKept = view.way.is === 'dropped' && view.way.isSure
		return [sentBy(sender, view.way, view), ...(isKept ? [] : natOf(view))]
	}
	if (receiver !== undefined)
		return [gotBy(receiver, view), ...(sendsByItself(receiver) ? [sentBy(receiver, view.back, view)] : [])]
	const had =
		line !== undefined && isInvalid && line.id !== 'tcp-new'
			? [sure(english.invalidForWhatIsInIt(line.title))]
			: []
	return [...had, ofNoSocket(view), ...resetOf(view), ...natOf(view)]
}

/** Packets that begin something make an entry; the others are INVALID without one. */
function ofOtherProtocol({ facts: { query }, line, isInvalid }: View, number: number | undefined): Said {
	if (isInvalid && line !== undefined)
		return sure(english.thereIsNoEntry, english.invalidForWhatIsInIt(line.title))
	if (number === 58 && NEVER_TRACKED.includes(query.icmp?.type ?? -1)) return sure(english.icmpIsNeverTracked)
	if (isIcmp(query))
		return sure(
			ICMP_ANSWERS.includes(query.icmp?.type ?? -1) ? english.noRequestIsKnown : english.icmpWithoutAnEntry,
		)
	if (number === 132 || number === 33)
		return sure(english.onlyWhatBeginsMakesOne(query.protocol.toUpperCase()))
	return sure(english.neverInvalidForWantOf(hasPorts(query) ? query.protocol.toUpperCase() : query.protocol))
}

/** Retransmitted until the other side answers, each INVALID without an entry (nf_conntrack_proto_tcp.c, tcp_conntracks). */
const REPEATS: Readonly<Record<string, string>> = {
	'FIN-WAIT-1': english.itsFins,
	CLOSING: english.itsFins,
	'LAST-ACK': english.itsFins,
	'SYN-RECV': english.itsSynAcks,
}
const sendsByItself = ({ state }: SocketLine): boolean => REPEATS[state] !== undefined

/** What becomes of what this socket sends. */
function sentBy(socket: SocketLine, fate: Fate, { facts: { isLoose } }: View): Said {
	const { state, sendQueue } = socket
	const head = english.localSocketStillIn(stateOf(socket), ownerText(socket))
	const what = REPEATS[state]
	if (what !== undefined) {
		const said = byFate(head, what, fate)
		// Data that is not acknowledged goes first, and makes an entry. A FIN counts as one byte.
		return sendQueue > 1 && isLoose !== false && state !== 'SYN-RECV'
			? likely(...said.sentences, english.itsDataMakesOne)
			: said
	}
	if (state === 'SYN-SENT') return likely(english.aSynMakesOne(stateOf(socket), ownerText(socket)))
	if (state === 'FIN-WAIT-2') return sure(english.itWaitsForAFin(head))
	if (isLoose === false) return byFate(english.andNothingIsPickedUp(head), english.itsPackets, fate)
	const picked = english.isPickedUp(head)
	return isLoose === undefined ? likely(picked, english.whetherLooseWasNot) : sure(picked)
}

function byFate(head: string, what: string, fate: Fate): Said {
	switch (fate.is) {
		case 'dropped':
			return fate.isSure
				? sure(english.dropsInvalidNeverLeave(head, fate.rule.place, what))
				: likely(english.mayNeverLeave(head, fate.rule.place, what))
		case 'elsewhere':
			return likely(english.sendsInvalidElsewhere(head, fate.rule.place, fate.rule.action, what))
		case 'spared':
			return sure(english.noRuleDropsInvalidOn(head, what))
		default:
			return likely(english.rulesNotRead(head, what))
	}
}

/** What becomes of what the other side sends to this socket. */
function gotBy(socket: SocketLine, { way, facts: { isLoose } }: View): Said {
	const what = isLoose === false ? english.allThatComes : english.itsFinsAndRsts
	const head = english.theLocalSocketIsIn(stateOf(socket), ownerText(socket), what)
	const said =
		way.is === 'dropped'
			? way.isSure
				? sure(`${head}${english.andDropsItSoThe(way.rule.place)}.`)
				: likely(`${head}.`, english.mayDropInvalid(way.rule.place))
			: sure(`${head}.`)
	return isLoose === undefined ? likely(...said.sentences, english.whetherLooseWasNot) : said
}

function ofNoSocket({ facts: { sockets }, sides }: View): Said {
	const { isSent, isReceived, waiting } = sides
	if (!isSent && !isReceived) return likely(english.noEndIsHere)
	if (sockets === undefined) return { confidence: 'unknown', sentences: [english.thereIsNoEntryWhether] }
	const [listener] = waiting
	return listener !== undefined && isReceived
		? likely(english.aSocketListensThereBut(ownerText(listener)))
		: sure(english.thereIsNeitherAnEntry)
}

/** A packet of no connection is answered with an RST (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset): the other side's user sees that. */
function resetOf({
	facts: { sockets },
	sides: { isReceived, isSent },
	way,
	back,
	source,
	destination,
}: View): readonly Said[] {
	if (!isReceived || isSent || sockets === undefined || source.length > 0 || destination.length > 0) return []
	if (way.is !== 'spared' || back.is !== 'spared') return []
	return [likely(english.thisHostAnswersWithAnRst)]
}

/** Only where a rule would translate this very flow, or what it answers. */
function natOf({
	facts: { query },
	way,
	source: [source],
	destination: [destination],
	answers: [answer],
	sides,
}: View): readonly Said[] {
	const drops =
		way.is === 'dropped' ? english.unlessItIsDroppedBy(way.rule.place) : english.unlessARuleDropsIt
	const said: string[] = []
	if (source !== undefined)
		said.push(english.itsSourceStays(source.place, source.word, mayBe(source.fit), query.source, drops))
	if (answer !== undefined)
		said.push(english.anAnswerStays(answer.place, answer.word, mayBe(answer.fit), query.source, drops))
	if (destination !== undefined)
		said.push(
			english.itsDestinationStays(
				destination.place,
				destination.word,
				mayBe(destination.fit),
				query.destination,
			),
			...(sides.isReceived && way.is !== 'dropped' ? [english.thisHostAnswersWithAnRst] : []),
		)
	return said.length === 0 ? [] : [likely(...said)]
}

const mayBe = (fit: 'yes' | 'perhaps'): string => (fit === 'yes' ? english.translates : english.mayTranslate)
