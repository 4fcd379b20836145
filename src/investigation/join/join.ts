import type { Entry, FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import type { SocketLine } from '../../kernel/conntrack/socket-list.ts'
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
		...(rules === undefined ? ['the rules'] : []),
		'other zones and other network namespaces',
	]
	const base = { evidence: evidenceOf(facts, acting, socket ?? listener), notChecked }
	const say = (confidence: Join['confidence'], ...sentences: readonly string[]): Join => ({
		...base,
		confidence,
		sentences,
	})

	if (entries === undefined)
		return say('unknown', 'The connection table could not be asked, so nothing is said of this flow.')
	if (entry === undefined) {
		if (socket !== undefined && isSent)
			return say(rules === undefined ? 'likely' : 'sure', withoutEntry(socket, query, dropping))
		if (socket !== undefined && isReceived)
			return say(
				'sure',
				`The local socket is in ${stateOf(socket)}${ownerText(socket)}, and its entry is gone: conntrack takes what the other side sends for INVALID${dropping === undefined ? '' : `, and ${dropping.place} drops it, so the connection hangs`}.`,
			)
		if (listener !== undefined && isReceived)
			return say(
				'likely',
				`A socket listens there${ownerText(listener)}, but there is neither a connection nor an entry: the packet belongs to one that is over here, or to none (a scan).`,
			)
		if (!isSent && !isReceived)
			return say(
				'likely',
				`The packet passes through, and there is no entry: the connection is over or was forgotten, or its first packets went another way.${unNated(query, dropping)}`,
			)
		if (sockets === undefined)
			return say(
				'unknown',
				'There is no entry; whether a local socket still has the connection was not seen.',
			)
		return say(
			'likely',
			`There is neither an entry nor a local socket: the connection is over on this host, or there was none. What comes late of it is INVALID.${unNated(query, dropping)}`,
		)
	}
	return say('likely', ...withEntry(entry, query, dropping, socket))
}

/** The case that looks like a kernel that loses packets: what a socket sends never leaves its own host. */
function withoutEntry(socket: SocketLine, query: FlowQuery, dropping: ActingRule | undefined): string {
	const closing = CLOSING.includes(socket.state)
	const what = closing ? 'its FINs' : 'its packets'
	const head = `local socket still in ${stateOf(socket)}${ownerText(socket)}, entry gone`
	if (dropping !== undefined) return `${capital(head)}, ${dropping.place} drops INVALID: ${what} never leave.`
	const nat = isPrivate(query.source)
		? ' They are not translated by NAT, so beyond a NAT router they have a private source.'
		: ''
	return `${capital(head)}, no rule drops INVALID on the way out: ${what} leave all the same.${nat}`
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
	const way = isOriginal ? 'of its original direction' : 'of its reply direction'
	const counted = original.packets !== null && reply?.packets != null
	if (entry.unreplied || (counted && (original.packets === 0 || reply?.packets === 0))) {
		const seen = counted ? ` (${original.packets} packets one way, ${reply?.packets} the other)` : ''
		sentences.push(
			`Only one direction seen${seen}: the entry has no reply, so its windows are stale. The other way goes past this host, or nobody answers.`,
		)
	} else
		sentences.push(
			`The entry is there${entry.state === null ? '' : ` in ${entry.state}`}, and the packet is ${way}: it is INVALID for what is in it, not for want of an entry.`,
		)
	if (socket !== undefined && entry.state !== null && isOutOfStep(entry.state, socket.state))
		sentences.push(
			`Entry and socket are out of step: conntrack says ${entry.state}, the socket ${stateOf(socket)}.`,
		)
	if (isNated(entry))
		sentences.push(
			`The entry translates addresses (NAT), and an INVALID packet is not translated: ${dropping === undefined ? 'if no rule drops it, it leaves with its own addresses' : `${dropping.place} drops it`}.`,
		)
	else if (dropping !== undefined) sentences.push(`${capital(dropping.place)} drops it.`)
	return sentences
}

/** A connection that one side takes for over and the other does not. */
const isOutOfStep = (entry: string, socket: string): boolean =>
	(entry === 'ESTABLISHED') !== (socket === 'ESTAB') && socket !== 'LISTEN' && !CLOSING.includes(socket)

function unNated({ source }: FlowQuery, dropping: ActingRule | undefined): string {
	if (!isPrivate(source)) return ''
	return dropping === undefined
		? ' Its source is private, and an INVALID packet is not translated: it left un-NATed with a private source, unless somebody else drops it.'
		: ` ${capital(dropping.place)} drops it, else it would leave un-NATed with a private source.`
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
		: ` (${first.name}, pid ${first.pid}${more.length === 0 ? '' : ` and ${more.length} more`})`

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
			isNated(entry) ? 'NAT' : 'no NAT',
		]
		const head = [
			entry.protocol,
			entry.state ?? '',
			entry.timeout === null ? '' : `timeout ${entry.timeout} s`,
			...flags,
		]
		return `entry: ${head.filter(Boolean).join(' ')}, original ${tuple(entry.original)}${entry.reply === null ? '' : `, reply ${tuple(entry.reply)}`}`
	})
	return [
		...(entries === undefined ? [] : found.length === 0 ? ['entry: none, in either direction'] : found),
		...(sockets === undefined
			? []
			: socket === undefined
				? ['socket: none on this host']
				: [
						`socket: ${stateOf(socket)}${ownerText(socket)}${socket.sendQueue > 0 ? `, ${socket.sendQueue} bytes to send` : ''}${socket.timer === '' ? '' : `, timer ${socket.timer}`}${socket.processes.length === 0 && socket.state !== 'LISTEN' ? ', no process has it any more' : ''}`,
					]),
		...(acting.length === 0 ? [] : acting.map(({ place, action }) => `rule: ${place} (${action})`)),
	]
}
