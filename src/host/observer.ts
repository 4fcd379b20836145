import { parseConntrackStat, type StatTable } from '../kernel/conntrack/conntrack-stat.ts'
import { ipPackets } from '../kernel/conntrack/ip-packets.ts'
import type { FoundLease } from '../model/change.ts'
import type { Clock } from '../model/clock.ts'
import type { Counters } from '../model/table-readings.ts'
import type { Observer } from '../ports/observer.ts'
import { fail, ok, type Result } from '../words/failure.ts'
import { createClock } from './clock.ts'
import { createConntrackCli } from './conntrack/conntrack-cli.ts'
import { createFlowReader } from './conntrack/flow-facts.ts'
import { readHolders } from './conntrack/holders.ts'
import { createLists, listsKept, tellsOlderEnds } from './conntrack/lists.ts'
import { walkTable } from './conntrack/table-walk.ts'
import { findControl } from './dyndbg/dyndbg.ts'
import { readPrintk } from './dyndbg/dyndbg-sites.ts'
import { readFacts } from './facts.ts'
import { DEFAULT_STATE_DIR } from './files/state-dir.ts'
import { followKmsg } from './log/kmsg-follower.ts'
import { openKmsg } from './log/kmsg-source.ts'
import { createBuiltIn } from './modules/built-in.ts'
import { createModinfo } from './modules/modinfo.ts'
import { createModules } from './modules/modules.ts'
import { conntrackRefusal, createWouldLoad } from './modules/would-load.ts'
import { createAllNetnsReader } from './netns/initial-netns.ts'
import { currentNetns } from './netns/netns.ts'
import { createNetnsReader } from './netns/netns-list.ts'
import { createSurroundingsReader } from './network/surroundings.ts'
import { followReader } from './nflog/nflog-follower.ts'
import { startNflogReader } from './nflog/nflog-reader.ts'
import { createInterfaceNames } from './rules/interface-names.ts'
import { createRuleReader } from './rules/rules.ts'
import { createTapReader } from './rules/taps.ts'
import { createSettings } from './settings.ts'
import { followTool } from './tools/follow-tool.ts'
import { readText } from './tools/proc-fs.ts'
import { createToolPath } from './tools/tool-path.ts'

export type ObserverOptions = {
	/** What the network namespace was called when it was asked for; it must be the one of this process. */
	readonly netns?: string | undefined
	/** Folders to look for tools in, colon between them. */
	readonly searchPath?: string
	readonly clock?: Clock
	/** State directory, where readers that begin are put on record. */
	readonly stateDir?: string
	/** Leases in the state directory, except `own`. */
	readonly findLeases?: (own?: string) => Promise<readonly FoundLease[]>
}

const STAT = '/proc/net/stat/nf_conntrack'
const SNMP = '/proc/net/snmp'
const SNMP6 = '/proc/net/snmp6'
/** Columns that older kernels have in `conntrack -S` only, or not at all. */
const CLI_ONLY = ['clash_resolve', 'chaintoolong']
/** How old an answer of `conntrack -S` may be while /proc has every column, or lacks some. */
const CLI_SPARE_MS = 30_000
const CLI_NEEDED_MS = 2_000

/** Empty where there is none. */
function textOr(path: string): string {
	const text = readText(path)
	return text.ok ? text.value : ''
}

/** The port that looks, of the network namespace that this process is in. */
/** With a socket buffer of 2 MB: a flush tells of thousands of entries at once. */
const FOLLOW_ENDS = [
	'conntrack',
	'-E',
	'-e',
	'DESTROY',
	'-o',
	'timestamp,userspace',
	'-b',
	'2097152',
] as const

export function createObserver(options: ObserverOptions = {}): Observer {
	const clock = options.clock ?? createClock()
	const tools = createToolPath(options.searchPath)
	const builtIn = createBuiltIn(tools)
	const wouldLoad = createWouldLoad(builtIn)
	const cli = createConntrackCli(tools, wouldLoad)
	const readSettings = createSettings(clock, createAllNetnsReader(tools, clock))
	const interfaceName = createInterfaceNames(clock)
	const readLists = createLists(cli, clock, async () =>
		(await wouldLoad('nf_conntrack')) ? 'unknown' : listsKept(tools),
	)
	let last: { readonly value: Result<StatTable>; readonly at: number } | undefined

	/** A child a second is dear, and its answer is mostly a second copy of what /proc says. */
	const cpuStat = async (maxAge: number): Promise<Result<StatTable>> => {
		// Refused, and not tried: asking again costs nothing, and a module may be loaded at any moment.
		const isKept = last !== undefined && (last.value.ok || last.value.failure.kind === 'tool-failed')
		if (last === undefined || !isKept || clock.monotonic() - last.at >= maxAge) {
			last = { value: await cli.cpuStat(), at: clock.monotonic() }
		}
		return last.value
	}

	return {
		facts: () => readFacts({ tools, netns: options.netns, wouldLoad }),
		async counters(): Promise<Result<Counters>> {
			const readAt = clock.monotonic()
			const text = readText(STAT)
			const proc = text.ok ? (parseConntrackStat(text.value) ?? null) : null
			const complete = proc !== null && CLI_ONLY.every((name) => proc.columns.includes(name))
			const fromCli = await cpuStat(proc === null ? 0 : complete ? CLI_SPARE_MS : CLI_NEEDED_MS)
			if (proc === null && !fromCli.ok) return fail(text.ok ? fromCli.failure : text.failure)
			const packets = ipPackets(textOr(SNMP), textOr(SNMP6))
			return ok({
				// The child may take its time, the file was read before.
				at: proc === null ? clock.monotonic() : readAt,
				proc,
				cli: fromCli.ok ? fromCli.value : null,
				...(packets === undefined ? {} : { packets }),
			})
		},
		table: (signal, onReading) => walkTable(cli, clock, signal, onReading),
		holders: () => readHolders(cli, clock),
		lists: readLists,
		settings: readSettings,
		printk: (onReading) => readPrintk(clock, findControl(), onReading),
		flow: createFlowReader(tools, cli, wouldLoad, () => currentNetns(options.netns).name),
		followTrace: (onText) => followTool(tools, ['nft', '-a', 'monitor', 'trace'], 'nftables', onText),
		followEnds: async (onText, onMissed) => {
			const refusal = await conntrackRefusal(wouldLoad)
			if (refusal !== undefined) return fail(refusal)
			// Its words where the kernel had more to tell than the socket takes (conntrack.c of conntrack-tools, event_cb).
			const complains = (text: string): void => {
				if (text.includes('ENOBUFS')) onMissed()
			}
			const [followed, olderToo] = await Promise.all([
				followTool(tools, FOLLOW_ENDS, 'conntrack', onText, complains),
				tellsOlderEnds(tools),
			])
			return followed.ok ? ok({ ...followed.value, olderToo }) : followed
		},
		rules: createRuleReader(tools, wouldLoad, clock),
		taps: createTapReader(tools, wouldLoad, clock),
		surroundings: createSurroundingsReader(tools, clock),
		namespaces: createNetnsReader(tools, clock),
		nameOf: async (address, signal) => (await import('./network/names.ts')).nameOf(tools, address, signal),
		modules: createModules(builtIn, createModinfo(tools)),
		async followLog(onEvents) {
			const source = openKmsg()
			return source.ok ? ok(await followKmsg(source.value, clock, onEvents)) : source
		},
		async followNflog(onEvents) {
			const reader = await startNflogReader(tools, options.stateDir ?? DEFAULT_STATE_DIR)
			return reader.ok ? ok(followReader(reader.value, clock, interfaceName, onEvents)) : reader
		},
		async followProbes(probes, onEvents) {
			const { followProbes } = await import('./trace/probe-follower.ts')
			return followProbes(probes, clock, onEvents)
		},
		async followLives(probes, netns, listener) {
			const { followLives } = await import('./trace/lives-follower.ts')
			return followLives(probes, netns, clock, listener)
		},
		leases: async (own) => (await options.findLeases?.(own)) ?? [],
	}
}
