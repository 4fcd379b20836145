import type { Params } from '../../../src/reasons/shape/reason.ts'
import type { SilentId } from '../../../src/reasons/silent-names.ts'
import type { Movement, Place } from './lab.ts'
import { tcp } from './packets.ts'

/** One line that the kernel prints for a recipe. */
export type ExpectedLine = {
	/** Of src/reasons. */
	readonly id: string
	/** The whole text of the reason, or the start of it when it goes on with numbers that differ. */
	readonly body?: string
	/** What must be decoded from the line, as the packet was made; other names may be there too. */
	readonly params?: Params | ((place: Place) => Params)
	/** The host's own packet: no IN=, OUT= set. */
	readonly own?: true
}

export type Recipe = {
	readonly name: string
	/**
	 * What becomes of the last packet. `invalid`: a line says why. `silent`: INVALID without a log line. `accepted`: a line,
	 * and the packet keeps its entry. `dropped`: by a helper. `hidden`: a setting, the history of the entry or an
	 * earlier check keeps conntrack from judging it, so neither line nor counter.
	 */
	readonly kind: 'invalid' | 'silent' | 'accepted' | 'dropped' | 'hidden'
	/** Names below /proc/sys/net/netfilter, for this recipe only. */
	readonly settings?: Readonly<Record<string, string>>
	readonly packets: (place: Place) => readonly Uint8Array[]
	/** In their order; empty where nothing may be printed. */
	readonly lines: readonly ExpectedLine[]
	/** Of a silent one: the id of the path (src/reasons/silent.ts) that must be offered as an explanation. */
	readonly path?: string
	/** Of a silent one: the name that the packet has by itself (src/reasons/silent-names.ts). None where not all is asked for. */
	readonly named?: SilentId
	readonly moves: Partial<Movement>
}

type Fields = Omit<Parameters<typeof tcp>[4], 'flags'>

/** First sequence numbers of the client and the server. Both windows are 1 000 bytes, without a scale. */
export const C = 1_000_000
export const S = 2_000_000
export const WINDOW = 1_000

/** One TCP connection: `orig` from the client, `reply` from the server. */
export type Talk = {
	orig(flags: string, fields?: Fields): Buffer
	reply(flags: string, fields?: Fields): Buffer
}

export function talk(place: Place, options: { port?: number; sport?: number; six?: true } = {}): Talk {
	const { port = 80, sport = 40_000 } = options
	const [client, server] = options.six ? [place.client6, place.server6] : [place.client, place.server]
	return {
		orig: (flags, fields = {}) => tcp(client, server, sport, port, { ...fields, flags }),
		reply: (flags, fields = {}) => tcp(server, client, port, sport, { ...fields, flags }),
	}
}

/** Packets that bring a new entry into a state (net/netfilter/nf_conntrack_proto_tcp.c). */
export type TcpState =
	| 'SYN_SENT'
	| 'SYN_RECV'
	| 'ESTABLISHED'
	| 'FIN_WAIT'
	| 'CLOSE_WAIT'
	| 'LAST_ACK'
	| 'TIME_WAIT'
	| 'CLOSE'
	| 'SYN_SENT2'

export function toState(state: TcpState, { orig, reply }: Talk): Buffer[] {
	const syn = [orig('S', { seq: C })]
	const synAck = [...syn, reply('SA', { seq: S, ack: C + 1 })]
	const established = [...synAck, orig('A', { seq: C + 1, ack: S + 1 })]
	const finWait = [...established, orig('FA', { seq: C + 1, ack: S + 1 })]
	const closeWait = [...finWait, reply('A', { seq: S + 1, ack: C + 2 })]
	const lastAck = [...closeWait, reply('FA', { seq: S + 1, ack: C + 2 })]
	switch (state) {
		case 'SYN_SENT':
			return syn
		case 'SYN_RECV':
			return synAck
		case 'ESTABLISHED':
			return established
		case 'FIN_WAIT':
			return finWait
		case 'CLOSE_WAIT':
			return closeWait
		case 'LAST_ACK':
			return lastAck
		case 'TIME_WAIT':
			return [...lastAck, orig('A', { seq: C + 2, ack: S + 2 })]
		case 'CLOSE':
			return [...established, orig('R', { seq: C + 1 })]
		case 'SYN_SENT2':
			return [...syn, reply('S', { seq: S })]
	}
}

export const established = (talk: Talk) => toState('ESTABLISHED', talk)

/** INVALID without a log line; path and name as in Recipe. */
export function silent(
	name: string,
	counter: 'invalid' | 'error',
	[path, named]: readonly [path: string, named?: SilentId],
	packets: Recipe['packets'],
): Recipe {
	const recipe = { name, kind: 'silent', path, packets, lines: [], moves: { [counter]: 1 } } as const
	return named === undefined ? recipe : { ...recipe, named }
}
