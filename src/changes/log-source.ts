import type { NflogListener } from '../kernel/nflog/nfnetlink-log.ts'
import type { HostFacts, ProbesHere } from '../model/host-facts.ts'
import type { ModuleReading } from '../model/modules.ts'
import type { Settings } from '../model/settings.ts'
import * as english from '../words/english/changes/changes.ts'

/** What was asked for; `auto` leaves it to what is there. */
export const SOURCE_WISHES = ['auto', 'probe', 'nflog', 'kmsg'] as const
export type SourceWish = (typeof SOURCE_WISHES)[number]

/** All ways in which reasons come: conntrack's own lines, and kernel probes, which need nothing of conntrack. */
export type ReasonSource = Exclude<SourceWish, 'auto'>

/** Where conntrack's own lines are read: the kernel log, or netlink group 0 of the network namespace. */
export type Source = Exclude<ReasonSource, 'probe'>

export type SourceChoice = {
	readonly source: ReasonSource
	/** One sentence: what was chosen, and why. */
	readonly why: string
	/** What the choice means beyond itself: who does not see the lines meanwhile, what must not be done. */
	readonly notes: readonly string[]
	/** Why the source that was asked for by name cannot be had; empty when it can. */
	readonly blockers: readonly string[]
}

/** How our own reader is told from somebody else's: by its netlink port, or because the group has room for one only. */
export type OurReader = {
	readonly ourPortid?: number | undefined
	/** Our reader holds the group: then the only listener that there can be is it. */
	readonly reader?: 'running' | 'off' | 'failed' | undefined
}

export type SourceInput = OurReader & {
	readonly wish: SourceWish
	readonly settings: Pick<Settings, 'values' | 'loggers' | 'listeners'> & Partial<Pick<Settings, 'readOnly'>>
	readonly tools: HostFacts['tools']
	/** Undefined where they are no choice: not every packet is asked for, or whole packets are. */
	readonly probes?: ProbesHere | undefined
	/** The initial network namespace. */
	readonly initial: boolean
	/** Asked for by name, a logger that is not loaded is no obstacle when its module can be. */
	readonly modules?: readonly Pick<ModuleReading, 'name' | 'state'>[] | undefined
}

/** log_invalid names no group: the kernel takes 0 (net/netfilter/nf_log.c, loginfo NULL). */
const NFLOG_GROUP = 0
export const NFLOG_LOGGER = 'nfnetlink_log'
/** IPv4 and IPv6: conntrack logs for no other family. */
export const LOGGED_FAMILIES = [2, 10] as const

/** Who else reads the group; a second reader of a group is refused (EBUSY). */
export function foreignListener(
	listeners: readonly NflogListener[] | null | undefined,
	{ ourPortid, reader }: OurReader,
): NflogListener | undefined {
	if (reader === 'running') return undefined
	return listeners?.find(({ group, portid }) => group === NFLOG_GROUP && portid !== ourPortid)
}

/** Largest pid there can be (include/linux/threads.h, PID_MAX_LIMIT). */
const LARGEST_PID = 4_194_304

/** The netlink port is the pid of whoever opened it; further ports of one process get large numbers. */
export const listenerInWords = ({ portid }: NflogListener) =>
	portid <= LARGEST_PID ? english.pid(portid) : english.netlinkPort(portid)

/** Protocols whose trackers log while they hold the lock of the entry: TCP, SCTP, and "all". */
const LOGS_LOCKED: ReadonlySet<number> = new Set([6, 132, 255])

/**
 * A listener on group 0 may ask for the conntrack entry beside each message (NFULNL_CFG_F_CONNTRACK; ulogd does). To
 * give it, nfnetlink_log takes the lock of the entry, and up to Linux 6.18 the trackers of TCP and SCTP call it while
 * they hold that lock: the CPU then waits for itself for ever. Whether a listener asked cannot be seen, so each one that
 * is not ours counts. Undefined when logging this protocol would send nothing to such a listener.
 */
export function lockUpRisk(
	settings: Pick<Settings, 'values' | 'loggers' | 'listeners'>,
	protocol: number,
	ours: OurReader,
): string | undefined {
	const listener = foreignListener(settings.listeners, ours)
	if (listener === undefined || !LOGS_LOCKED.has(protocol)) return undefined
	if (!LOGGED_FAMILIES.some((family) => boundLogger(settings, family) === NFLOG_LOGGER)) return undefined
	return english.readsNetlinkGroup0When(listenerInWords(listener), NFLOG_LOGGER)
}

/** Name of the bound logger; undefined for none, and where it cannot be read. */
export function boundLogger(
	{ values, loggers }: Pick<Settings, 'values' | 'loggers'>,
	family: number,
): string | undefined {
	const value = values[`nf_log.${family}`] ?? loggers.find((row) => row.family === family)?.bound ?? undefined
	return value === 'NONE' ? undefined : value
}

/**
 * Where the reasons are to come from. Kernel probes where they can be had with their packets: no setting of conntrack is
 * touched, and no tool is needed. Else NFLOG: it gives the whole packet, loses nothing that the ring buffer would, and needs
 * no nf_log_all_netns. Else the kernel log.
 */
export function chooseSource(input: SourceInput): SourceChoice {
	const { wish, settings, probes } = input
	if (wish === 'probe')
		return {
			source: 'probe',
			why: english.probesAsAsked,
			notes: [],
			blockers: probes === undefined ? [english.probesAreNoChoiceHere] : probes.canBe ? [] : probes.says,
		}
	if (wish === 'auto' && probes?.canBe === true && probes.tellsPackets)
		return { source: 'probe', why: english.probesBecauseTheyCanBeSet, notes: [], blockers: [] }
	if (wish === 'kmsg') return kmsg(input, english.theKernelLogAsAsked)
	const obstacles = nflogObstacles(input)
	if (wish === 'nflog') {
		const notes = [...nflogNotes(settings)]
		if (input.tools.setpriv === null) notes.push(english.setprivIsNotInstalledShould)
		return {
			source: 'nflog',
			why: english.nflogAsAskedForTcpdump,
			notes,
			blockers: obstacles,
		}
	}
	const reason = obstacles[0] ?? (input.tools.setpriv === null ? english.setprivOfUtilLinuxIs : undefined)
	if (reason !== undefined) return kmsg(input, english.theKernelLogBecause(reason))
	const more = input.initial ? '' : english.andNoNeedForNf
	return {
		source: 'nflog',
		why: english.nflogBecauseTcpdumpCanRead(more),
		notes: nflogNotes(settings),
		blockers: [],
	}
}

/** What stands in the way of NFLOG; the first is told. */
function nflogObstacles(input: SourceInput): readonly string[] {
	const { settings, tools } = input
	const found: string[] = []
	if (tools.tcpdump === null) found.push(english.tcpdumpWhichReadsNflogIs)
	const rows = LOGGED_FAMILIES.map((family) => settings.loggers.find((row) => row.family === family))
	const isLoaded = rows.every((row) => row?.available.includes(NFLOG_LOGGER))
	if (rows.some((row) => row === undefined)) found.push(english.procNetNetfilterNfLog)
	else if (!isLoaded && !isToBeLoaded(input))
		found.push(english.isNotLoadedModprobe2(NFLOG_LOGGER, NFLOG_LOGGER))
	else if (isLoaded && settings.listeners === null) found.push(english.whoReadsNetlinkGroup0(NFLOG_LOGGER))
	const listener = foreignListener(settings.listeners, input)
	if (listener !== undefined) found.push(english.readsNetlinkGroup0Already2(listenerInWords(listener)))
	for (const family of LOGGED_FAMILIES) {
		const why = settings.readOnly?.[`nf_log.${family}`]
		if (why !== undefined && boundLogger(settings, family) !== NFLOG_LOGGER)
			found.push(english.nfLogCannotBeWritten(family, why))
	}
	return found
}

const isToBeLoaded = ({ wish, modules }: SourceInput): boolean =>
	wish === 'nflog' &&
	modules?.some(({ name, state }) => name === NFLOG_LOGGER && state === 'available') === true

function nflogNotes(settings: SourceInput['settings']): readonly string[] {
	const taken = LOGGED_FAMILIES.some((family) => boundLogger(settings, family)?.startsWith('nf_log_'))
	const before = taken ? english.whichGetThemNow : ''
	return [english.syslogAndJournaldDoNot(before)]
}

function kmsg(input: SourceInput, why: string): SourceChoice {
	const risk = lockUpRisk(input.settings, 255, input)
	const notes = risk === undefined ? [] : [english.bindTheLoggerOfThe(risk)]
	return { source: 'kmsg', why, notes, blockers: [] }
}
