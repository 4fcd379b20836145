import { expect, test } from 'vitest'
import { parseConntrackEntry } from '../../../src/kernel/conntrack/conntrack-entry.ts'
import type { FlowQuery } from '../../../src/kernel/conntrack/flow-facts.ts'
import { inverseOf, isWhole, socketsOf, wayOf, zonesOf } from '../../../src/kernel/conntrack/flow-match.ts'
import { parseSocketLine, type SocketLine } from '../../../src/kernel/conntrack/socket-list.ts'

const tcp = (
	source: string,
	sourcePort: number | null,
	destination: string,
	destinationPort: number | null,
): FlowQuery => ({
	protocol: 'tcp',
	source,
	sourcePort,
	destination,
	destinationPort,
})
const entry = (line: string) => {
	const read = parseConntrackEntry(line)
	if (read === undefined) throw new Error(line)
	return read
}
const sockets = (...lines: readonly string[]): readonly SocketLine[] =>
	lines.flatMap((line) => parseSocketLine(line) ?? [])

/** A client asks 10.0.0.2:80, which is passed on to 10.9.0.5:8080 (conntrack 1.4.7). */
const PUBLISHED = entry(
	'tcp 6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=40001 dport=80 src=10.9.0.5 dst=10.0.0.1 sport=8080 dport=40001 [ASSURED] mark=0 use=1',
)

test('a packet is one of the entry before NAT and behind it, in both directions', () => {
	expect(wayOf(PUBLISHED, tcp('10.0.0.1', 40001, '10.0.0.2', 80))).toBe('original')
	expect(wayOf(PUBLISHED, tcp('10.0.0.1', 40001, '10.9.0.5', 8080))).toBe('original')
	expect(wayOf(PUBLISHED, tcp('10.9.0.5', 8080, '10.0.0.1', 40001))).toBe('reply')
	expect(wayOf(PUBLISHED, tcp('10.0.0.2', 80, '10.0.0.1', 40001))).toBe('reply')
})

test('another port, address or protocol is none of it', () => {
	expect(wayOf(PUBLISHED, tcp('10.0.0.1', 40002, '10.0.0.2', 80))).toBeUndefined()
	expect(wayOf(PUBLISHED, tcp('10.0.0.1', 40001, '10.0.0.2', 8080))).toBeUndefined()
	expect(wayOf(PUBLISHED, tcp('10.0.0.1', 40001, '10.9.0.5', 80))).toBeUndefined()
	expect(wayOf(PUBLISHED, { ...tcp('10.0.0.1', 40001, '10.0.0.2', 80), protocol: 'udp' })).toBeUndefined()
	expect(wayOf(PUBLISHED, { ...tcp('10.0.0.1', 40001, '10.0.0.2', 80), protocol: '6' })).toBe('original')
})

test('what is not given fits all, and is not whole', () => {
	const open = tcp('10.0.0.1', null, '10.0.0.2', 80)
	expect(wayOf(PUBLISHED, open)).toBe('original')
	expect(isWhole(open)).toBe(false)
	expect(isWhole({ ...open, protocol: 'esp', destinationPort: null })).toBe(true)
})

test('ICMP has type and id; the answer is of the other type', () => {
	const ping = entry(
		'icmp 1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 mark=0 use=1',
	)
	const query = (type: number, id: number | null): FlowQuery => ({
		...tcp('10.0.0.2', null, '10.0.0.1', null),
		protocol: 'icmp',
		icmp: { type, id },
	})
	expect(wayOf(ping, query(0, 77))).toBe('reply')
	expect(wayOf(ping, query(0, 78))).toBeUndefined()
	expect(wayOf(ping, query(8, 77))).toBeUndefined()
	expect(inverseOf(query(0, 77))).toMatchObject({ source: '10.0.0.1', icmp: { type: 8, id: 77 } })
	expect(isWhole(query(3, null))).toBe(false)
})

test('zones by direction', () => {
	const line = (tail: string) => entry(`tcp 6 9 SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 ${tail}`)
	expect(zonesOf(line('src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 zone=7 use=1'))).toEqual({
		original: 7,
		reply: 7,
	})
	expect(
		zonesOf(line('zone-orig=8 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 mark=0 use=1')),
	).toEqual({ original: 8, reply: 0 })
	expect(
		zonesOf(line('[UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 zone-reply=3 mark=0 use=1')),
	).toEqual({ original: 0, reply: 3 })
})

test('sockets of exactly the flow: who sends it, who gets it, who waits for anybody', () => {
	const all = sockets(
		'ESTAB 0 0 10.0.0.2:5000 10.0.0.1:40001',
		'FIN-WAIT-1 0 1 [::ffff:10.0.0.2]:5000 [::ffff:10.0.0.1]:1',
		'LISTEN 0 128 0.0.0.0:5000 0.0.0.0:*',
		'LISTEN 0 128 127.0.0.1:5000 0.0.0.0:*',
		'LISTEN 0 128 *:80 *:*',
		'LISTEN 0 128 [::]:5000 [::]:*',
	)
	const found = socketsOf({ query: tcp('10.0.0.1', 1, '10.0.0.2', 5000), entries: [], sockets: all })
	expect(found.sender).toBeUndefined()
	expect(found.receiver?.state).toBe('FIN-WAIT-1')
	expect(found.waiting.map(({ local }) => local.address)).toEqual(['0.0.0.0'])
	expect(
		socketsOf({ query: tcp('10.0.0.2', 5000, '10.0.0.1', 1), entries: [], sockets: all }).sender?.state,
	).toBe('FIN-WAIT-1')
	expect(
		socketsOf({ query: tcp('10.0.0.1', 2, '10.0.0.2', 5000), entries: [], sockets: all }).receiver,
	).toBeUndefined()
})

test('where the entry translates, the socket has what it says', () => {
	const local = sockets('ESTAB 0 0 10.9.0.5:8080 10.0.0.1:40001', 'ESTAB 0 0 10.0.0.2:80 10.0.0.1:40001')
	const query = tcp('10.0.0.1', 40001, '10.0.0.2', 80)
	expect(socketsOf({ query, entries: [PUBLISHED], sockets: local }).receiver?.local.port).toBe(8080)
	expect(
		socketsOf({ query: inverseOf(query), entries: [PUBLISHED], sockets: local }).sender?.local.port,
	).toBe(8080)
})

test('addresses as ss prints them, with a device', () => {
	const [one] = sockets('ESTAB 0 0 [fe80::2]%eth0:5000 [fe80::1]:1')
	expect(one?.local).toEqual({ address: 'fe80::2', port: 5000 })
	const [other] = sockets('UNCONN 0 0 127.0.0.1%lo:53 0.0.0.0:*')
	expect(other?.local).toEqual({ address: '127.0.0.1', port: 53 })
})
