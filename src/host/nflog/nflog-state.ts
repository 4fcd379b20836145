import { NETLINK_NETFILTER, type NetlinkSocket, netlinkSocket } from '../../kernel/nflog/netlink-sockets.ts'
import { parseNfnetlinkLog } from '../../kernel/nflog/nfnetlink-log.ts'
import * as english from '../../words/english/host/nflog.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { findInLines, readText } from '../tools/proc-fs.ts'

const LISTENERS = '/proc/net/netfilter/nfnetlink_log'
const LOGGER = '/proc/sys/net/netfilter/nf_log/2'
const WANTED = 'nfnetlink_log'
/** The group that conntrack logs to: it names none, and 0 is what nfnetlink_log takes then. */
const GROUP = 0
const ELSE = english.theKernelLogAsThe

/**
 * Whether a reader of group 0 may be started at this moment. libpcap binds nfnetlink_log for IPv4 when it opens the group
 * (pcap-netfilter-linux.c, netfilter_activate) and leaves that behind, so the setting must be what it makes of it already.
 */
export function mayRead(): Result<void> {
	const bound = isStillBound()
	if (!bound.ok) return bound
	const listeners = readText(LISTENERS)
	if (!listeners.ok) return listeners
	const reader = parseNfnetlinkLog(listeners.value).find(({ group }) => group === GROUP)
	return reader === undefined ? ok(undefined) : fail(taken(reader.portid))
}

/** Whether the logger that our reader binds is bound; not in the moment in which libpcap binds it anew. */
export function isStillBound(): Result<void> {
	const bound = readText(LOGGER)
	if (!bound.ok) return bound
	const logger = bound.value.trim()
	return logger === WANTED ? ok(undefined) : fail(notBound(logger))
}

/** Netlink port of who reads group 0. */
export function readerPort(): number | undefined {
	const listeners = readText(LISTENERS)
	if (!listeners.ok) return undefined
	return parseNfnetlinkLog(listeners.value).find(({ group }) => group === GROUP)?.portid
}

/** Anybody may fill that list, which comes before an undo: 80 000 sockets of a stranger take the kernel 12 s. */
const LIST_MS = 100

/** What waits in the socket of a reader, and what did not fit; undefined when it is gone, or was not found in time. */
export const readerSocket = (portid: number): NetlinkSocket | undefined =>
	findInLines('/proc/net/netlink', (lines) => netlinkSocket(lines, NETLINK_NETFILTER, portid), LIST_MS)

function notBound(logger: string): Failure {
	return {
		kind: 'usage',
		message: english.nobodyLogsToNetlinkGroup(visible(logger).slice(0, 40)),
		next: english.switchLoggingToNflogOn(ELSE),
	}
}

/** One reader a group: the kernel answers EBUSY to a second one. */
function taken(portid: number): Failure {
	const name = readText(`/proc/${portid}/comm`)
	const who = name.ok ? `${visible(name.value.trim())} (${portid})` : english.netlinkPort(portid)
	return {
		kind: 'usage',
		message: english.netlinkGroup0HasAReader(who),
		next: english.stopItOrTake(ELSE),
	}
}
