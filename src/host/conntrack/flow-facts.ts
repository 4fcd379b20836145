import { networkInterfaces } from 'node:os'
import { parseConntrackEntry } from '../../kernel/conntrack/conntrack-entry.ts'
import type { Entry, FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import {
	endsOf,
	hasPorts,
	isAskedElsewhere,
	isIcmp,
	isWhole,
	socketsOf,
	zoneFor,
} from '../../kernel/conntrack/flow-match.ts'
import { parseSocketLine, type SocketLine, SS_ARGS } from '../../kernel/conntrack/socket-list.ts'
import { protocolNumber } from '../../kernel/packet/protocol.ts'
import * as english from '../../words/english/host/conntrack.ts'
import { describe } from '../../words/failure.ts'
import { createLineSplitter } from '../log/line-splitter.ts'
import { readText } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import type { ConntrackCli } from './conntrack-cli.ts'

const LIMITS = { timeoutMs: 5_000, maxBuffer: 4 * 1024 * 1024 }
/** A flow has one entry, or one in each zone: more are not kept. */
const MOST_ENTRIES = 20
/** Above so many entries one listing takes a good part of a second: then it ends with the first that finds some. */
const LARGE_TABLE = 100_000
/** Sockets that wait at one port, and may share it (SO_REUSEPORT): more are not kept. */
const MOST_WAITING = 8
/** What the inet_diag of sockets needs (net/ipv4/tcp_diag.c); ss makes the kernel load it. */
const DIAG = { tcp: 'tcp_diag', udp: 'udp_diag' } as const
const LOOSE = '/proc/sys/net/netfilter/nf_conntrack_tcp_loose'

/** iproute2 misc/ss.c, tcp_show and udp_show: with these set no netlink socket is opened. */
const FROM_PROC = Object.fromEntries(
	['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`PROC_NET_${name.toUpperCase()}`, `/proc/net/${name}`]),
)

/** Entries, sockets and addresses of one flow. Asks narrowly: a table of millions of entries is dear to list. */
export function createFlowReader(
	tools: ToolPath,
	cli: Pick<ConntrackCli, 'list' | 'count'>,
	wouldLoad: (module: string) => Promise<boolean>,
	netns: () => string,
) {
	const entriesOf = async (
		query: FlowQuery,
		missing: string[],
		otherZones: Set<number>,
	): Promise<readonly Entry[] | undefined> => {
		const found = new Map<string, Entry>()
		let left = 0
		const size = await cli.count()
		const isLarge = size.ok && size.value > LARGE_TABLE
		for (const args of questions(query)) {
			if (isLarge && found.size > 0) {
				missing.push(english.moreEntriesOfALargeTable)
				break
			}
			const lines = createLineSplitter((line) => {
				const entry = parseConntrackEntry(line)
				if (entry === undefined) return
				const zone = zoneFor(entry, query)
				if (zone === undefined) return
				if (query.zone !== undefined && zone !== query.zone) {
					otherZones.add(zone)
					return
				}
				const key = keyOf(entry)
				if (found.size < MOST_ENTRIES || found.has(key)) found.set(key, entry)
				else left += 1
			})
			const asked = await cli.list(args, lines.push)
			lines.end()
			if (!asked.ok) {
				const { title, detail, next } = describe(asked.failure)
				missing.push(english.theConnectionTable(title, detail, next))
				return undefined
			}
		}
		if (left > 0) missing.push(english.moreEntriesThan(MOST_ENTRIES))
		return [...found.values()]
	}

	/** One more listing, of a table that is not large: who answers under another address than the one that was asked. */
	const askedElsewhere = async (query: FlowQuery): Promise<readonly Entry[] | undefined> => {
		const size = await cli.count()
		if (query.protocol !== 'tcp' || !isWhole(query) || !size.ok || size.value > LARGE_TABLE) return undefined
		const found: Entry[] = []
		const lines = createLineSplitter((line) => {
			const entry = parseConntrackEntry(line)
			if (entry !== undefined && isAskedElsewhere(entry, query) && found.length < MOST_ENTRIES)
				found.push(entry)
		})
		const asked = await cli.list(askedFrom(query), lines.push)
		lines.end()
		return asked.ok ? found : undefined
	}

	const socketsFor = async (
		query: FlowQuery,
		entries: readonly Entry[],
		missing: string[],
	): Promise<readonly SocketLine[] | undefined> => {
		const protocol = query.protocol === 'tcp' || query.protocol === 'udp' ? query.protocol : undefined
		if (protocol === undefined) {
			missing.push(english.localSocketsOf(query.protocol))
			return undefined
		}
		if (!isWhole(query)) {
			missing.push(english.localSocketsWithoutBothPorts)
			return undefined
		}
		const ss = tools.find('ss')
		if (ss === undefined) {
			missing.push(english.localSocketsSsIsNot)
			return undefined
		}
		// Without its modules ss would make the kernel load them; told to, it reads the files of /proc instead.
		const isLoaded = !(await wouldLoad('inet_diag')) && !(await wouldLoad(DIAG[protocol]))
		const asks = isLoaded ? tools : { ...tools, env: { ...tools.env, ...FROM_PROC } }
		// One that listens, or is connected to nobody, has the port 0 at its other end.
		const filters = new Set(
			endsOf(query, entries).flatMap(({ local, peer }) =>
				local.port === null || peer.port === null
					? []
					: [english.sportAndDport(local.port, peer.port), english.sportAndDport(local.port, 0)],
			),
		)
		const args = [...SS_ARGS[protocol], [...filters].join(' or ')]
		const done = await toolAnswer(asks, ss, args, LIMITS)
		if (done.failed) {
			missing.push(english.localSocketsSsFailed(done.stderr.split('\n')[0] ?? ''))
			return undefined
		}
		const all = done.stdout.split('\n').flatMap((line) => parseSocketLine(line) ?? [])
		const { sender, receiver, waiting, unconnected } = socketsOf({ query, entries, sockets: all })
		const more = [...waiting, ...unconnected].slice(0, MOST_WAITING)
		return [...new Set([sender, receiver, ...more])].filter((one) => one !== undefined)
	}

	return async (query: FlowQuery): Promise<FlowFacts> => {
		const missing: string[] = []
		const otherZones = new Set<number>()
		const [entries, local] = await Promise.all([
			entriesOf(query, missing, otherZones),
			localAddresses(tools, query),
		])
		const elsewhere = entries?.length === 0 ? await askedElsewhere(query) : undefined
		// Where NAT translates, the entry tells what the socket has.
		const sockets = await socketsFor(query, entries ?? [], missing)
		const addresses = [
			...Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
			...local,
		]
		const loose = readText(LOOSE)
		return {
			query,
			entries,
			...(otherZones.size === 0 ? {} : { otherZones: [...otherZones].toSorted((a, b) => a - b) }),
			...(elsewhere === undefined ? {} : { askedElsewhere: elsewhere }),
			sockets,
			addresses: [...new Set(addresses)],
			missing,
			isLoose: loose.ok ? loose.value.trim() !== '0' : undefined,
			netns: netns(),
		}
	}
}

/** Counters and timeouts move from one listing to the next; an entry is what its tuples and its zones say. */
const keyOf = ({ original, reply, fields }: Entry): string =>
	JSON.stringify([
		...[original, reply].map(
			(tuple) => tuple && [tuple.src, tuple.dst, tuple.sport, tuple.dport, tuple.fields],
		),
		fields.zone,
	])

/** Node lists no address of an interface that is down or has no carrier, though the kernel takes packets for it: the table local has them. */
async function localAddresses(tools: ToolPath, { source }: FlowQuery): Promise<readonly string[]> {
	const ip = tools.find('ip')
	if (ip === undefined) return []
	const family = source.includes(':') ? '-6' : '-4'
	const args = [family, '-o', 'route', 'show', 'table', 'local', 'type', 'local']
	const done = await toolAnswer(tools, ip, args, LIMITS)
	return done.failed ? [] : done.stdout.split('\n').flatMap((line) => /^local (\S+) /.exec(line)?.[1] ?? [])
}

/** conntrack -L of what the receiver of a packet of TCP has begun from its port. */
const askedFrom = ({ destination, destinationPort }: FlowQuery): readonly string[] => [
	...(destination.includes(':') ? ['-f', 'ipv6'] : []),
	...['-p', 'tcp', '-s', destination, '--sport', `${destinationPort}`],
]

/** Names that conntrack(8) knows by itself (1.4.4 to 1.4.8); others stand in /etc/protocols, which may be missing. */
const KNOWN = ['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6', 'gre']

/**
 * conntrack -L by the original direction and by the reply direction, of the packet and of its answer: with NAT only
 * one of the four fits, and an entry of another zone may fit by another one. Ports only where the protocol has them; what
 * is no entry of this flow is left out afterwards.
 */
function questions(query: FlowQuery): readonly (readonly string[])[] {
	const { protocol, source, sourcePort, destination, destinationPort } = query
	const family = source.includes(':') ? ['-f', 'ipv6'] : []
	const number = protocolNumber(protocol)
	const proto = [
		'-p',
		KNOWN.includes(protocol) || number === undefined ? protocol : isIcmp(query) ? 'icmpv6' : `${number}`,
	]
	const port = (name: string, value: number | null) =>
		value === null || !hasPorts(query) ? [] : [name, `${value}`]
	const original = (from: string, fromPort: number | null, to: string, toPort: number | null) => [
		...family,
		...proto,
		...['-s', from, '-d', to],
		...port('--sport', fromPort),
		...port('--dport', toPort),
	]
	const reply = (from: string, fromPort: number | null, to: string, toPort: number | null) => [
		...family,
		...proto,
		...['-r', from, '-q', to],
		...port('--reply-port-src', fromPort),
		...port('--reply-port-dst', toPort),
	]
	return [
		original(source, sourcePort, destination, destinationPort),
		reply(source, sourcePort, destination, destinationPort),
		original(destination, destinationPort, source, sourcePort),
		reply(destination, destinationPort, source, sourcePort),
	]
}
