import type { Player } from '../case.ts'

/** Ports of the services of all cases: the one with trouble, and one beside it. */
export const WEB = 8080
export const MAIL = 2525

export const server = (name: string, place: string, port: number, after = 0): Player => ({
	name,
	place,
	after,
	program: 'serve',
	options: { port },
})

type Step = readonly [what: string, value?: number]
/** What both ends do, in turn (traffic/dialogue.py). */
type Dialogue = { readonly here: readonly Step[]; readonly there: readonly Step[] }

/** A request and its answer; both ends close at once. */
export const ASKS: Dialogue = {
	here: [['send', 200], ['recv', 2_000], ['end'], ['eof']],
	there: [['recv', 200], ['send', 2_000], ['eof']],
}

/** The server ends it after a silence, with nothing but a FIN. */
export const endsAfter = (seconds: number): Dialogue => ({
	here: [['send', 20], ['eof']],
	there: [
		['recv', 20],
		['wait', seconds],
	],
})

/** The client ends its half at once; the server works for so long, and then ends the other. */
export const halfClosed = (seconds: number): Dialogue => ({
	here: [['send', 20], ['end'], ['eof']],
	there: [['recv', 20], ['eof'], ['wait', seconds]],
})

/** The client ends it after a silence, and waits for the end of the server. */
export const clientEndsAfter = (seconds: number): Dialogue => ({
	here: [['send', 20], ['recv', 20], ['wait', seconds], ['end'], ['eof']],
	there: [['recv', 20], ['send', 20], ['eof']],
})

/** A word, a silence, a word. */
export const restsFor = (seconds: number): Dialogue => ({
	here: [['send', 20], ['recv', 20], ['wait', seconds], ['send', 20], ['recv', 20], ['end'], ['eof']],
	there: [['echo']],
})

export const uploads = (bytes: number): Dialogue => ({
	here: [['send', bytes], ['recv', 20], ['end'], ['eof']],
	there: [['recv', bytes], ['send', 20], ['eof']],
})

export const downloads = (bytes: number): Dialogue => ({
	here: [['send', 20], ['recv', bytes], ['end'], ['eof']],
	there: [['recv', 20], ['send', bytes], ['eof']],
})

type Talk = {
	readonly every?: number
	readonly limit?: number
	readonly slow?: number
	readonly times?: number
	readonly ports?: readonly number[]
	readonly sources?: readonly string[]
	readonly after?: number
}

/** Clients that open a connection again and again. */
export const clients = (
	name: string,
	place: string,
	address: string,
	port: number,
	dialogue: Dialogue,
	{ after = 0, ...talk }: Talk = {},
): Player => ({
	name,
	place,
	after,
	program: 'talk',
	options: { address, port, ...dialogue, every: 0.4, limit: 3, ...talk },
})

/** Connections that stay, with words that must come back. */
export const chats = (
	name: string,
	place: string,
	address: string,
	port: number,
	options: {
		readonly connections?: number
		readonly every?: number
		readonly sport?: number
		readonly size?: number
	} = {},
): Player => ({
	name,
	place,
	program: 'chat',
	options: { address, port, connections: 3, every: 0.3, ...options },
})

export const job = (name: string, place: string, shell: string, after = 0): Player => ({
	name,
	place,
	shell,
	after,
})

/** Packets without a socket (traffic/spray.py). */
export const spray = (
	name: string,
	place: string,
	options: {
		readonly kind: string | readonly string[]
		readonly src: string | readonly string[]
		readonly dst: string | readonly string[]
		readonly dports: readonly [number, number]
		readonly sports?: readonly [number, number]
		readonly every?: number
		readonly count?: number
	},
	after = 0,
): Player => ({ name, place, after, program: 'spray', options })

/** Ends a job and what it has started. */
export const end = (name: string): string => `kill -- -$${name.replaceAll('-', '_')}`

/** A segment that got no answer comes again after a second at the latest, for minutes (net/ipv4/tcp_timer.c). */
export const IMPATIENT =
	'echo 1000 > /proc/sys/net/ipv4/tcp_rto_max_ms; echo 200 > /proc/sys/net/ipv4/tcp_retries2'
