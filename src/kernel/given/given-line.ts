import { parseSocketLine, type SocketLine } from '../conntrack/socket-list.ts'
import { controlRow } from '../dyndbg/dyndbg-control.ts'
import { parseLoggerRow, parseSysctlLine } from './sysctl-line.ts'
import { isUlogdLine } from './ulogd.ts'
import { isXtablesTrace } from './xtables-monitor.ts'

/** What one line of a text is by itself; a line that may be of a ruleset or of a log is none of these. */
export type LineKind =
	/** `conntrack -L`, /proc/net/nf_conntrack. */
	| 'entry'
	/** `conntrack -E`. */
	| 'event'
	/** `conntrack -S`. */
	| 'stat'
	/** /proc/net/stat/nf_conntrack: its header, and what follows it. */
	| 'proc-stat'
	| 'sysctl'
	/** /proc/net/netfilter/nf_log. */
	| 'logger'
	| 'nft-trace'
	/** `xtables-monitor --trace`. */
	| 'xtables-trace'
	| 'dyndbg'
	| 'ulogd'
	/** `ss -tuanp`. */
	| 'socket'
	/** `ip address`. */
	| 'address'
	/** What `date` prints. */
	| 'date'
	/** What `uname -a` prints. */
	| 'uname'

/** As parseConntrackEntry reads it, without taking it apart. */
const ENTRY =
	/^[ \t]*(?:[a-z][a-z0-9-]* +\d{1,3} +)?[a-z][a-z0-9-]* +\d{1,3} +(?:\d+ +)?(?:[A-Z][A-Z0-9_]{0,31} +)?(?:(?:stream_)?timeout=\S* +)*src=\S+ dst=/
const EVENT = /^\s*(?:\[\d{1,12}(?:\.\d{1,9})?\s*\]\s*)?\[(?:NEW|UPDATE|DESTROY)\]\s/
const STAT = /^cpu=\d{1,6}\s/
const PROC_STAT =
	/^entries +\w+ +found +new +invalid +ignore +delete|^entries +(?:clashres|searched) +found +/
const HEX_ROW = /^[0-9a-f]{8}(?: +[0-9a-f]{8,16}){3,}\s*$/
const TRACE = /^trace id [0-9a-f]+ /
/** What nft prints among them where its socket could not take all. */
const TRACE_LOST = '# ERROR: We lost some netlink events'
const UNAME = /^Linux \S{1,255} \d\S{0,100} #\d/
const SOCKET =
	/^(?:(?:tcp|udp)\s+)?(?:ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING)\s+\d+\s+\d+\s/
const DAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b/
const ISO_ALONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*$/
/** No line of these has more. */
const LONGEST = 8_000

/** Total: any text is one of these or none. */
export function lineKind(line: string): LineKind | undefined {
	const text = line.length > LONGEST ? line.slice(0, LONGEST) : line
	const first = text.charCodeAt(0)
	// A brace: most lines of a log in JSON, and none of the others.
	if (first === 0x7b) return isUlogdLine(text) ? 'ulogd' : undefined
	if (text.startsWith('cpu=')) return STAT.test(text) ? 'stat' : undefined
	if (text.startsWith('trace id ')) return TRACE.test(text) ? 'nft-trace' : undefined
	if (text.startsWith(TRACE_LOST)) return 'nft-trace'
	if (isXtablesTrace(text)) return 'xtables-trace'
	if (text.includes('src=') && text.includes('dst=')) {
		if (EVENT.test(text)) return 'event'
		if (ENTRY.test(text)) return 'entry'
	}
	if (text.startsWith('entries ')) return PROC_STAT.test(text) ? 'proc-stat' : undefined
	if (text.includes(' =') && text.includes(' [') && controlRow(text) !== undefined) return 'dyndbg'
	if (text.includes('=') && parseSysctlLine(text) !== undefined) return 'sysctl'
	if (first === 0x3d || (first >= 0x61 && first <= 0x7a)) {
		if (isUlogdLine(text)) return 'ulogd'
	}
	if (parseLoggerRow(text) !== undefined) return 'logger'
	if (text.includes('inet') && addressOf(text) !== undefined) return 'address'
	if (SOCKET.test(text) && socketOf(text) !== undefined) return 'socket'
	if (text.startsWith('Linux ')) return UNAME.test(text) ? 'uname' : undefined
	return timeOfDate(text) === undefined ? undefined : 'date'
}

/** A line of ss, with or without the protocol in front; undefined for any other line. */
export const socketOf = (line: string): SocketLine | undefined =>
	parseSocketLine(line.slice(0, LONGEST).replace(/^(?:tcp|udp)\s+/, ''))

/** An address of the host: `    inet 10.0.0.1/24 brd ...`, `2: eth0    inet6 fe80::1/64 ...`; undefined for any other line. */
export function addressOf(line: string): string | undefined {
	const [, address] = /^\s*(?:\d+: \S+ +)?inet6? ([\da-f.:]{2,45})\/\d{1,3}\s/.exec(line.slice(0, 300)) ?? []
	return address
}

/** A row below the header of /proc/net/stat/nf_conntrack. */
export const isProcStatRow = (line: string): boolean => HEX_ROW.test(line.slice(0, LONGEST))

/**
 * The time that `date`, `date -R` or `date -Is` prints alone on a line, ms since 1970; undefined for any other line, and where
 * the name of the zone leaves open which one it is.
 */
function timeOfDate(line: string): number | undefined {
	const text = line.trim()
	if (text.length < 19 || text.length > 40 || !(DAY.test(text) || ISO_ALONE.test(text))) return undefined
	// Without a zone it would be that of whoever reads.
	if (!/(?:UTC|GMT|Z|[+-]\d\d:?\d\d)/.test(text.slice(16))) return undefined
	const at = Date.parse(text.replace(/,(?=\d)/, '.'))
	return Number.isNaN(at) ? undefined : at
}

/** Where a host is in time, by its own words: the zone that its `date` prints, and when that was, ms since 1970. */
export type HostTime = { readonly at: number; readonly zone: string }

/** Of a line that `timeOfDate` has read. */
export function hostTimeOf(line: string): HostTime | undefined {
	const at = timeOfDate(line)
	const [zone] = /(?:UTC|GMT|Z|[+-]\d\d:?\d\d)/.exec(line.trim().slice(16)) ?? []
	return at === undefined || zone === undefined ? undefined : { at, zone }
}

const YEARLESS =
	/^(?:[A-Z][a-z]{2} )?([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?: (\d{4}))?$/
const DAY_MS = 86_400_000

/**
 * The time of a stamp without year or zone (`Nov 29 10:00:01`, `Sun Nov 29 10:00:01 2026`) on a host, ms since 1970: the last such
 * moment before the host told its own time. Undefined for any other stamp.
 */
export function timeOfStamp(stamp: string, { at, zone }: HostTime): number | undefined {
	const [, month, day, clock, year] = YEARLESS.exec(stamp) ?? []
	if (month === undefined) return undefined
	const own = new Date(at).getUTCFullYear()
	const inYear = (one: number) => Date.parse(`${day} ${month} ${one} ${clock} ${zone}`)
	const found = inYear(year === undefined ? own : Number(year))
	const isAhead = year === undefined && found > at + DAY_MS
	const time = isAhead ? inYear(own - 1) : found
	return Number.isNaN(time) ? undefined : time
}

/** A stamp that `timeOfStamp` reads. */
export const isYearless = (stamp: string): boolean => YEARLESS.test(stamp)

/** `uname -a`, and the first line of each kernel's log: the release; undefined for any other line. */
export function releaseOf(line: string): string | undefined {
	const [, release] =
		/(?:^Linux \S{1,255} |\bLinux version )(\d[\w.+~-]{0,100})/.exec(line.slice(0, 500)) ?? []
	return release
}
