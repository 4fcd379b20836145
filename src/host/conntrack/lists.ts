import { parseNfQueue } from '../../kernel/nflog/nfnetlink-queue.ts'
import type { Clock } from '../../model/clock.ts'
import type { HeldEntry, ListReading, Lists } from '../../model/table-readings.ts'
import * as english from '../../words/english/host/conntrack.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { createLineSplitter } from '../log/line-splitter.ts'
import { readText } from '../tools/proc-fs.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import type { ConntrackCli } from './conntrack-cli.ts'

/**
 * Which lists of entries outside the table this kernel has.
 * `per-cpu`: real lists of unconfirmed and of dying entries (up to Linux 5.18).
 * `redelivery`: no unconfirmed list at all; dying ones are those whose DESTROY event a listener did not take (5.19 on).
 */
export type ListsKept = 'per-cpu' | 'redelivery' | 'unknown'

/**
 * Functions that exist on one side of that change only. nf_conn_pernet_ecache came with the redelivery list
 * (nf_conntrack_ecache.c) and is exported, so no compiler removes it; the others went away with the lists of the CPUs
 * (nf_conntrack_core.c, nf_conntrack_netlink.c). Distributions take such changes into older kernels, so the version says nothing.
 */
const AFTER = ['nf_conn_pernet_ecache', 'ctnetlink_dump_one_entry']
const BEFORE = [
	'nf_ct_add_to_dying_list',
	'nf_ct_add_to_unconfirmed_list',
	'nf_ct_del_from_dying_or_unconfirmed_list',
	'ctnetlink_dump_list',
]

/**
 * Looks the functions up among the kernel's symbols. Their names are readable without rights, only the addresses are
 * not. The file has some 5 MB and takes about 70 ms of CPU, so another process reads it, once.
 */
export async function listsKept(tools: ToolPath): Promise<ListsKept> {
	const grep = tools.find('grep')
	if (grep !== undefined) {
		const pattern = [...AFTER, ...BEFORE].map((name) => ` ${name}( |\t|$|\\.)`).join('|')
		const found = await toolAnswer(tools, grep, ['-m', '1', '-E', pattern, '/proc/kallsyms'], {
			timeoutMs: 5_000,
			maxBuffer: 65_536,
		})
		if (AFTER.some((name) => found.stdout.includes(name))) return 'redelivery'
		if (BEFORE.some((name) => found.stdout.includes(name))) return 'per-cpu'
	}
	// The value 2 (events when somebody listens) came with the same release as the redelivery list, and is its default.
	return eventsNow() === '2' ? 'redelivery' : 'unknown'
}

function eventsNow(): string | undefined {
	const events = readText('/proc/sys/net/netfilter/nf_conntrack_events')
	return events.ok ? events.value.trim() : undefined
}

/**
 * Whether the kernel tells the ends of entries that were made before somebody listened: an entry that was made without
 * events never has any (nf_ct_ecache_ext_add, nf_conntrack_ecache.c). Where events are on always since conntrack is loaded, as
 * up to Linux 5.18; since then a 1 says only that somebody has written it, and not when.
 */
export const tellsOlderEnds = async (tools: ToolPath): Promise<boolean> =>
	eventsNow() === '1' && (await listsKept(tools)) === 'per-cpu'

const QUEUES = '/proc/net/netfilter/nfnetlink_queue'
/** Entries that are remembered from one reading to the next; more are counted only. */
const REMEMBERED = 5_000
const STAYING = 50
const LINE_SHOWN = 300

/** Asks for both lists again and again; remembers entries from one reading to the next. */
export function createLists(cli: ConntrackCli, clock: Clock, evidence: () => Promise<ListsKept>) {
	const unconfirmed = createMemory(cli, clock, 'unconfirmed')
	const dying = createMemory(cli, clock, 'dying')
	let kept: Promise<ListsKept> | undefined

	return async (): Promise<Result<Lists>> => {
		kept ??= evidence()
		const known = await kept
		// A kernel without the list answers "empty" whatever happens: asking it tells nothing.
		const first = known === 'redelivery' ? ok(NOTHING) : await unconfirmed()
		if (!first.ok) {
			// Not loaded yet: what the kernel keeps shows when it is.
			if (known === 'unknown') kept = undefined
			return fail(first.failure)
		}
		const second = await dying()
		if (!second.ok) return fail(second.failure)
		const queues = readText(QUEUES)
		return ok({
			at: clock.monotonic(),
			unconfirmed: { ...first.value, ...describeUnconfirmed(known, first.value.size) },
			dying: { ...second.value, ...describeDying(known, second.value.size) },
			queues: queues.ok ? parseNfQueue(queues.value) : null,
		})
	}
}

type Content = { readonly size: number; readonly staying: readonly HeldEntry[] }
type Kept = Pick<ListReading, 'kept' | 'meaning'>

const NOTHING: Content = { size: 0, staying: [] }

function describeUnconfirmed(known: ListsKept, size: number): Kept {
	if (known === 'per-cpu' || size > 0) {
		return {
			kept: 'yes',
			meaning: english.entriesOfPacketsThatHave,
		}
	}
	if (known === 'redelivery') {
		return {
			kept: 'no',
			meaning: english.thisKernelNoLongerKeeps,
		}
	}
	return {
		kept: 'unknown',
		meaning: english.theKernelAnsweredWithAn,
	}
}

function describeDying(known: ListsKept, size: number): Kept {
	if (known === 'redelivery') {
		return {
			kept: 'yes',
			meaning: english.entriesWhoseEndCouldNot,
		}
	}
	if (known === 'per-cpu') {
		return {
			kept: 'yes',
			meaning: english.entriesTakenOutOfThe,
		}
	}
	return {
		kept: size > 0 ? 'yes' : 'unknown',
		meaning: english.entriesTakenOutOfTheTable,
	}
}

/** What an entry is known by: its tuples. The timeout of an entry in these lists means nothing. */
export function entryKey(line: string): string {
	const tuples = line.match(/\b(?:src|dst|sport|dport|type|code|id|srckey|dstkey|zone[\w-]*)=\S+/g)
	const protocol = /^\s*(?:ipv[46]\s+\d+\s+)?(\S+\s+\d+)/.exec(line)?.[1] ?? ''
	return tuples === null ? line : `${protocol.replace(/\s+/, ' ')} ${tuples.join(' ')}`
}

function createMemory(cli: ConntrackCli, clock: Clock, table: 'unconfirmed' | 'dying') {
	let before = new Map<string, HeldEntry>()

	return async (): Promise<Result<Content>> => {
		const at = clock.monotonic()
		const now = new Map<string, HeldEntry>()
		let overflow = 0
		const splitter = createLineSplitter((line) => {
			if (line.trim() === '') return
			if (now.size >= REMEMBERED) {
				overflow += 1
				return
			}
			const key = entryKey(line)
			if (now.has(key)) return
			const text = visible(line.trim()).slice(0, LINE_SHOWN)
			now.set(key, { text, since: before.get(key)?.since ?? at })
		})
		// Each family by itself: conntrack before 1.4.7 lists IPv4 only unless told. An entry listed twice counts once.
		for (const family of ['ipv4', 'ipv6']) {
			const done = await cli.list([table, '-f', family], splitter.push)
			splitter.end()
			if (!done.ok) return done
		}
		const staying = [...now]
			.filter(([key]) => before.has(key))
			.map(([, entry]) => entry)
			.sort((a, b) => a.since - b.since)
			.slice(0, STAYING)
		before = now
		return ok({ size: now.size + overflow, staying })
	}
}
