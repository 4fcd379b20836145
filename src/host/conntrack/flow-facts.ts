import { networkInterfaces } from 'node:os'
import { parseConntrackEntry } from '../../kernel/conntrack/conntrack-entry.ts'
import type { Entry, FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { parseSocketLine, type SocketLine, SS_ARGS } from '../../kernel/conntrack/socket-list.ts'
import * as english from '../../words/english/host/conntrack.ts'
import { describe } from '../../words/failure.ts'
import { createLineSplitter } from '../log/line-splitter.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import type { ConntrackCli } from './conntrack-cli.ts'

const LIMITS = { timeoutMs: 5_000, maxBuffer: 4 * 1024 * 1024 }
/** A flow has one entry, or some with zones: more than these are those of a match that was too wide. */
const MOST_ENTRIES = 20
/** What the inet_diag of sockets needs (net/ipv4/tcp_diag.c); ss makes the kernel load it. */
const DIAG = { tcp: 'tcp_diag', udp: 'udp_diag' } as const

/** iproute2 misc/ss.c, tcp_show and udp_show: with these set no netlink socket is opened. */
const FROM_PROC = Object.fromEntries(
	['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`PROC_NET_${name.toUpperCase()}`, `/proc/net/${name}`]),
)

/** Entries, sockets and addresses of one flow. Asks narrowly: a table of millions of entries is dear to list. */
export function createFlowReader(
	tools: ToolPath,
	cli: Pick<ConntrackCli, 'list'>,
	wouldLoad: (module: string) => Promise<boolean>,
) {
	const entriesOf = async (query: FlowQuery, missing: string[]): Promise<readonly Entry[] | undefined> => {
		const found = new Map<string, Entry>()
		for (const args of questions(query)) {
			const lines = createLineSplitter((line) => {
				const entry = parseConntrackEntry(line)
				if (entry === undefined || found.size >= MOST_ENTRIES) return
				found.set(JSON.stringify([entry.original, entry.reply, entry.fields.zone]), entry)
			})
			const asked = await cli.list(args, lines.push)
			lines.end()
			if (!asked.ok) {
				const { title, detail } = describe(asked.failure)
				missing.push(english.theConnectionTable(title, detail))
				return undefined
			}
			if (found.size > 0) break
		}
		return [...found.values()]
	}

	const socketsOf = async (
		query: FlowQuery,
		missing: string[],
	): Promise<readonly SocketLine[] | undefined> => {
		const protocol = query.protocol === 'tcp' || query.protocol === 'udp' ? query.protocol : undefined
		if (protocol === undefined) return []
		const ss = tools.find('ss')
		if (ss === undefined) {
			missing.push(english.localSocketsSsIsNot)
			return undefined
		}
		// Without its modules ss would make the kernel load them; told to, it reads the files of /proc instead.
		const isLoaded = !(await wouldLoad('inet_diag')) && !(await wouldLoad(DIAG[protocol]))
		const asks = isLoaded ? tools : { ...tools, env: { ...tools.env, ...FROM_PROC } }
		const { source, sourcePort, destination, destinationPort } = query
		const ports = [
			...(sourcePort === null ? [] : [english.sport(sourcePort)]),
			...(destinationPort === null ? [] : [english.sport(destinationPort)]),
		]
		const args = [...SS_ARGS[protocol], ports.join(' or ')]
		const done = await toolAnswer(asks, ss, args, LIMITS)
		if (done.failed) {
			missing.push(english.localSocketsSsFailed(done.stderr.split('\n')[0] ?? ''))
			return undefined
		}
		const all = done.stdout.split('\n').flatMap((line) => parseSocketLine(line) ?? [])
		const ends = [source, destination]
		return all.filter(({ state, local, peer }) =>
			state === 'LISTEN' || state === 'UNCONN'
				? local.port === destinationPort
				: ends.includes(peer.address) && ends.includes(local.address),
		)
	}

	return async (query: FlowQuery): Promise<FlowFacts> => {
		const missing: string[] = []
		const [entries, sockets] = await Promise.all([entriesOf(query, missing), socketsOf(query, missing)])
		const addresses = Object.values(networkInterfaces()).flatMap((list) =>
			(list ?? []).map(({ address }) => address),
		)
		return { query, entries, sockets, addresses, missing }
	}
}

/**
 * conntrack -L by the original direction and by the reply direction, of the packet and of its answer: with NAT only
 * one of the four fits. Ports only where the protocol has them.
 */
function questions({
	protocol,
	source,
	sourcePort,
	destination,
	destinationPort,
}: FlowQuery): readonly (readonly string[])[] {
	const family = source.includes(':') ? ['-f', 'ipv6'] : []
	const proto = ['-p', protocol]
	const hasPorts = sourcePort !== null && destinationPort !== null
	const original = (from: string, fromPort: number | null, to: string, toPort: number | null) => [
		...family,
		...proto,
		...['-s', from, '-d', to],
		...(hasPorts ? ['--sport', `${fromPort}`, '--dport', `${toPort}`] : []),
	]
	const reply = (from: string, fromPort: number | null, to: string, toPort: number | null) => [
		...family,
		...proto,
		...['-r', from, '-q', to],
		...(hasPorts ? ['--reply-port-src', `${fromPort}`, '--reply-port-dst', `${toPort}`] : []),
	]
	return [
		original(source, sourcePort, destination, destinationPort),
		reply(source, sourcePort, destination, destinationPort),
		original(destination, destinationPort, source, sourcePort),
		reply(destination, destinationPort, source, sourcePort),
	]
}
