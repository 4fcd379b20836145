import { type Composition, createListCounter } from '../../kernel/conntrack/conntrack-list.ts'
import type { Clock } from '../../model/clock.ts'
import type { OnReading } from '../../model/reading-progress.ts'
import type { TableWalk } from '../../model/table-readings.ts'
import { ok, type Result } from '../../words/failure.ts'
import { createLineSplitter } from '../log/line-splitter.ts'
import type { ConntrackCli } from './conntrack-cli.ts'

const NEWLINE = '\n'
const LINE_END = 10

/**
 * Passes on only the entries of one address family. For conntrack 1.4.5, which lists both families whatever -f says
 * (the family was only sent together with a mark filter). Slower than the plain listing, so used for that one only.
 */
export function createFamilyFilter(family: 'ipv4' | 'ipv6', push: (chunk: Uint8Array) => void) {
	const splitter = createLineSplitter((line) => {
		const address = /\bsrc=(\S*)/.exec(line)?.[1]
		// What is no entry goes to the IPv4 listing, so that it is counted once.
		const isIpv6 = address?.includes(':') === true
		if (isIpv6 === (family === 'ipv6')) push(Buffer.from(line + NEWLINE, 'latin1'))
	})
	return { push: splitter.push, end: splitter.end }
}

/**
 * Counts the table: -C, both listings, -C again. The first -C comes first because a listing itself takes away expired
 * entries (ctnetlink_dump_table, up to 8 a bucket), and so changes the number.
 */
export async function walkTable(
	cli: ConntrackCli,
	clock: Clock,
	signal?: AbortSignal,
	onReading?: OnReading,
): Promise<Result<TableWalk>> {
	const started = clock.monotonic()
	const ownBefore = process.cpuUsage()
	const before = await cli.count()
	if (!before.ok) return before
	const listed = clock.monotonic()
	let lines = 0
	const onChunk = (chunk: Uint8Array): void => {
		if (onReading === undefined) return
		for (let at = chunk.indexOf(LINE_END); at >= 0; at = chunk.indexOf(LINE_END, at + 1)) lines += 1
		onReading(lines, before.value)
	}
	const ipv4 = await countFamily(cli, 'ipv4', signal, onChunk)
	if (!ipv4.ok) return ipv4
	const ipv6 = await countFamily(cli, 'ipv6', signal, onChunk)
	if (!ipv6.ok) return ipv6
	const listingMs = clock.monotonic() - listed
	const after = await cli.count()
	if (!after.ok) return after
	const own = process.cpuUsage(ownBefore)
	const at = clock.monotonic()
	return ok({
		at,
		tookMs: at - started,
		// Node does not tell the CPU time of its children: theirs is at most the time that they took.
		costMs: listingMs + (own.user + own.system) / 1000,
		countBefore: before.value,
		countAfter: after.value,
		ipv4: ipv4.value,
		ipv6: ipv6.value,
	})
}

async function countFamily(
	cli: ConntrackCli,
	family: 'ipv4' | 'ipv6',
	signal: AbortSignal | undefined,
	onChunk: (chunk: Uint8Array) => void,
): Promise<Result<Composition>> {
	const counter = createListCounter()
	const push = (chunk: Uint8Array): void => {
		counter.push(chunk)
		onChunk(chunk)
	}
	const args = ['-f', family]
	if ((await cli.version()) === 'v1.4.5') {
		const filter = createFamilyFilter(family, push)
		const done = await cli.list(args, filter.push, signal)
		filter.end()
		return done.ok ? ok(counter.end()) : done
	}
	const done = await cli.list(args, push, signal)
	return done.ok ? ok(counter.end()) : done
}
