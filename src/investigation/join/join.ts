import type { Entry, FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
import * as english from '../../words/english/investigation/join.ts'
import { isLoopback, isPrivate, sameAddress } from './addresses.ts'

/** A rule that acts on INVALID where such a packet passes. */
export type ActingRule = {
	readonly hook: string
	/** `ip filter OUTPUT rule 7` */
	readonly place: string
	/** `drop`, `accept` ... */
	readonly action: string
}

export type Join = {
	readonly sentences: readonly string[]
	readonly confidence: 'sure' | 'likely' | 'unknown'
	/** What was seen, one line each. */
	readonly evidence: readonly string[]
	readonly notChecked: readonly string[]
}

/** A socket of UDP that is connected to nobody takes what comes from anybody, as one that listens. */
export const isListening = (state: string): boolean => state === 'LISTEN' || state === 'UNCONN'

const CLOSING = ['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK', 'CLOSE-WAIT']

/** Joins entry, socket and rule, and says what follows; never more than they say. */
export function joinFlow(facts: FlowFacts, rules: readonly ActingRule[] | undefined): Join {
	const { query, entries, sockets, addresses } = facts
	const isOurs = (address: string) =>
		isLoopback(address) || addresses.some((one) => sameAddress(one, address))
	const isSent = isOurs(query.source)
	const isReceived = isOurs(query.destination)
	const socket =
		sockets?.find((one) => isEndOf(one, query, isSent)) ?? sockets?.find(({ state }) => !isListening(state))
	const listener = sockets?.find(({ state }) => isListening(state))
	const [entry] = entries ?? []
	const hooks = isSent
		? ['output', 'postrouting']
		: isReceived
			? ['prerouting', 'input']
			: ['prerouting', 'forward', 'postrouting']
	const acting = (rules ?? []).filter(({ hook }) => hooks.includes(hook))
	const dropping = acting.find(({ action }) => /(?:drop|reject)$/.test(action))
	const notChecked = [
		...facts.missing,
		...(rules === undefined ? [english.theRules] : []),
		english.otherZonesAndOtherNetwork,
	]
	const base = { evidence: evidenceOf(facts, acting, socket ?? listener), notChecked }
	const say = (confidence: Join['confidence'], ...sentences: readonly string[]): Join => ({
		...base,
		confidence,
		sentences,
	})

	if (entries === undefined) return say('unknown', english.theConnectionTableCouldNot)
	if (entry === undefined) {
		if (socket !== undefined && isSent)
			return say(rules === undefined ? 'likely' : 'sure', withoutEntry(socket, query, dropping))
		if (socket !== undefined && isReceived)
			return say(
				'sure',
				english.theLocalSocketIsIn(
					stateOf(socket),
					ownerText(socket),
					dropping === undefined ? '' : english.andDropsItSoThe(dropping.place),
				),
			)
		if (listener !== undefined && isReceived)
			return say('likely', english.aSocketListensThereBut(ownerText(listener)))
		if (!isSent && !isReceived)
			return say('likely', english.thePacketPassesThroughAnd(unNated(query, dropping)))
		if (sockets === undefined) return say('unknown', english.thereIsNoEntryWhether)
		return say('likely', english.thereIsNeitherAnEntry(unNated(query, dropping)))
	}
	return say('likely', ...withEntry(entry, query, dropping, socket))
}

/** The case that looks like a kernel that loses packets: what a socket sends never leaves its own host. */
function withoutEntry(socket: SocketLine, query: FlowQuery, dropping: ActingRule | undefined): string {
	const closing = CLOSING.includes(socket.state)
	const what = closing ? english.itsFins : english.itsPackets
	const head = english.localSocketStillInEntry(stateOf(socket), ownerText(socket))
	if (dropping !== undefined) return english.dropsInvalidNeverLeave(capital(head), dropping.place, what)
	const nat = isPrivate(query.source) ? english.theyAreNotTranslatedBy : ''
	return english.noRuleDropsInvalidOn(capital(head), what, nat)
}

function withEntry(
	entry: Entry,
	query: FlowQuery,
	dropping: ActingRule | undefined,
	socket: SocketLine | undefined,
): readonly string[] {
	const sentences: string[] = []
	const { original, reply } = entry
	const isOriginal =
		sameAddress(original.src ?? '', query.source) && sameAddress(original.dst ?? '', query.destination)
	const way = isOriginal ? english.ofItsOriginalDirection : english.ofItsReplyDirection
	const counted = original.packets !== null && reply?.packets != null
	if (entry.unreplied || (counted && (original.packets === 0 || reply?.packets === 0))) {
		const seen = counted ? english.packetsOneWayTheOther(original.packets, reply?.packets) : ''
		sentences.push(english.onlyOneDirectionSeenThe(seen))
	} else sentences.push(english.theEntryIsThereAnd(entry.state === null ? '' : ` in ${entry.state}`, way))
	if (socket !== undefined && entry.state !== null && isOutOfStep(entry.state, socket.state))
		sentences.push(english.entryAndSocketAreOut(entry.state, stateOf(socket)))
	if (isNated(entry))
		sentences.push(
			english.theEntryTranslatesAddressesNat(
				dropping === undefined ? english.ifNoRuleDropsIt : english.dropsIt(dropping.place),
			),
		)
	else if (dropping !== undefined) sentences.push(english.dropsIt2(capital(dropping.place)))
	return sentences
}

/** A connection that one side takes for over and the other does not. */
const isOutOfStep = (entry: string, socket: string): boolean =>
	(entry === 'ESTABLISHED') !== (socket === 'ESTAB') && socket !== 'LISTEN' && !CLOSING.includes(socket)

function unNated({ source }: FlowQuery, dropping: ActingRule | undefined): string {
	if (!isPrivate(source)) return ''
	return dropping === undefined
		? english.itsSourceIsPrivateAnd
		: english.dropsItElseItWould(capital(dropping.place))
}

function isNated({ original, reply }: Entry): boolean {
	if (reply === null) return false
	return (
		original.src !== reply.dst ||
		original.dst !== reply.src ||
		original.sport !== reply.dport ||
		original.dport !== reply.sport
	)
}

function isEndOf({ local, peer, state }: SocketLine, query: FlowQuery, isSent: boolean): boolean {
	const [here, there, herePort, therePort] = isSent
		? [query.source, query.destination, query.sourcePort, query.destinationPort]
		: [query.destination, query.source, query.destinationPort, query.sourcePort]
	return (
		!isListening(state) &&
		sameAddress(local.address, here) &&
		sameAddress(peer.address, there) &&
		local.port === herePort &&
		peer.port === therePort
	)
}

/** As the kernel names it (include/net/tcp_states.h): FIN_WAIT1, ESTABLISHED. */
const stateOf = ({ state }: SocketLine): string =>
	state === 'ESTAB' ? 'ESTABLISHED' : state.replace(/-(\d)$/, '$1').replaceAll('-', '_')

const ownerText = ({ processes: [first, ...more] }: SocketLine): string =>
	first === undefined
		? ''
		: english.pid(first.name, first.pid, more.length === 0 ? '' : english.andMore(more.length))

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

function evidenceOf(
	{ entries, sockets }: FlowFacts,
	acting: readonly ActingRule[],
	socket: SocketLine | undefined,
): readonly string[] {
	const tuple = ({ src, dst, sport, dport, packets }: Entry['original']) =>
		`${src}${sport === null ? '' : `:${sport}`} > ${dst}${dport === null ? '' : `:${dport}`}${packets === null ? '' : ` (${packets} packets)`}`
	const found = (entries ?? []).map((entry) => {
		const flags = [
			entry.unreplied ? 'UNREPLIED' : '',
			entry.assured ? 'ASSURED' : '',
			isNated(entry) ? 'NAT' : english.noNat,
		]
		const head = [
			entry.protocol,
			entry.state ?? '',
			entry.timeout === null ? '' : english.timeoutS(entry.timeout),
			...flags,
		]
		return english.entryOriginal(
			head.filter(Boolean).join(' '),
			tuple(entry.original),
			entry.reply === null ? '' : english.reply(tuple(entry.reply)),
		)
	})
	return [
		...(entries === undefined ? [] : found.length === 0 ? [english.entryNoneInEitherDirection] : found),
		...(sockets === undefined
			? []
			: socket === undefined
				? [english.socketNoneOnThisHost]
				: [
						english.socket(
							stateOf(socket),
							ownerText(socket),
							socket.sendQueue > 0 ? english.bytesToSend(socket.sendQueue) : '',
							socket.timer === '' ? '' : english.timer(socket.timer),
							socket.processes.length === 0 && socket.state !== 'LISTEN' ? english.noProcessHasItAny : '',
						),
					]),
		...(acting.length === 0 ? [] : acting.map(({ place, action }) => english.rule2(place, action))),
	]
}
