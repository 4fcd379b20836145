// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/read/read.ts
export const readSoFar = (bytes: string, files: string): string => `ctscope: read ${bytes} of ${files} so far`
export const nothingRecognised = 'nothing of conntrack was recognised in what was given'
export const giveOneOf =
	'give a kernel log (journalctl -k), iptables-save -c, nft list ruleset, conntrack -S, conntrack -L or sysctl -a'

// commands/read/gather.ts
export const isEmpty = 'it is empty'
export const holdsNothing = 'a text with nothing about packets, rules or conntrack'
export const kinds: Readonly<Record<string, string>> = {
	ELF: 'a program (ELF)',
	PNG: 'an image (PNG)',
	JPEG: 'an image (JPEG)',
	GIF: 'an image (GIF)',
	PDF: 'a PDF',
	SQLite: 'a database (SQLite)',
	binary: 'binary data of an unknown kind',
}
export const isOfKind = (kind: string): string => `it is ${kind}: nothing for conntrack`
export const isAJournal = 'it is a journal as systemd keeps it'
export const journalByTool = (name: string): string => `journalctl -o json --file ${name} | ctscope read -`
export const isUtf16 = 'it is a text in UTF-16'
export const convertIt = (name: string): string => `iconv -f utf-16 -t utf-8 ${name} | ctscope read -`
export const isARecording = 'it is a recording of ctscope'
export const playIt = (name: string): string => `ctscope replay ${name}`

// commands/read/captures.ts
export const captureIsCut = (why: string): string => `the capture was not read to its end: ${why}`

// commands/read/state.ts
export const rulesWhat = 'rules'
export const listings = {
	nft: 'nft list ruleset',
	'iptables-save': 'iptables-save -c',
	'ip6tables-save': 'ip6tables-save -c',
} as const
export const rulesOf = (command: string): string => `rules (${command})`
export const notGiven = 'not among what was given'
export const rulesLeft = (lines: number): string =>
	`${some(lines, 'line beyond 64 MB was', 'lines beyond 64 MB were')} left out`
export const noListing = 'entries of these flows: give conntrack -L'
export const notInTheListing =
	'entries of some flows: they are not in the listing, which may be from another time'
export const noSockets = 'sockets of these flows: give ss -tuanp'
export const noSuchSocket =
	'sockets of some flows: they are not in the listing, which may be from another time'
export const noPeriod = (readings: number): string =>
	readings === 0
		? 'no counters were given'
		: readings === 1
			? 'one reading of the counters has totals only'
			: 'nothing says when the counters were read'

// commands/read/answer.ts
export const countedBetween = (count: number, lines: string): string =>
	`counted ${count} between two readings; the logs have ${lines} with a reason, possibly from another time`
export const noReasons =
	'why packets are INVALID: no line of log_invalid was given (journalctl -k, or dmesg, with nf_conntrack_log_invalid on)'
export const noCounters = 'how many packets are INVALID: give conntrack -S, twice'
export const oneReading =
	'how many packets are INVALID now: one reading of the counters has only totals; give conntrack -S twice, with date over each'
export const readingsWithoutTime =
	'which lines belong to the counters: nothing says when both readings were made; put date over each'
export const linesWithoutTime = (lines: string): string =>
	`which lines belong to the counters: ${lines} without year and zone; give journalctl -k -o short-iso`
export const noLineOfThatTime =
	'why the packets between both readings were INVALID: no line of the logs is of that time'
export const notAsked = (value: string | undefined): string =>
	value === undefined
		? 'whether all INVALID packets have a line: nf_conntrack_log_invalid was not given (sysctl -a)'
		: 'whether all INVALID packets have a line: nf_conntrack_log_invalid was 0 when the settings were saved'
export const orderByNumbers = 'which reading came first: the one with smaller counters was taken as the first'
export const noRules = 'rules: give nft list ruleset, iptables-save -c and ip6tables-save -c'
export const noSettings = 'settings: give sysctl -a'
export const noEntries = 'entries: give conntrack -L'
export const listingOfAnotherTime = 'entries as they were when the packets came: a listing is of one moment'
export const noEvents =
	'how entries ended: give conntrack -E -e DESTROY -o timestamp,userspace of the time in question'
export const eventsSayNotWho =
	'who ended the entries: these events do not show it; give conntrack -E -e DESTROY -o timestamp,userspace'
export const severalHosts = (hosts: number): string =>
	`which lines are from which host: the logs are from ${some(hosts, 'host')}, and were read together`
export const noRelease = 'the release of the kernel: give uname -a'
export const onlyConfiguration = (files: string): string =>
	`${files} of configuration (etc): intended, and perhaps not in force`
export const otherNamespaces = (names: string): string =>
	`network namespaces ${names}: they are other cases, so give their files by name`
export const moreTraced = (count: number): string => `${count} more traced packets`
export const whatWasRefused = (things: string): string => `${things} that could not be read, named above`
export const eventsOfAnotherTime =
	'how entries ended: the events are not of the time of the lines, so they say nothing of these packets'
export const sockets = 'sockets: give ss -tuanp'
export const socketsOfAnotherTime = 'sockets as they were when the packets came: a listing is of one moment'
export const noAddresses = 'which addresses are of that host: give ip address'
export const directions = 'both directions, counted'
export const around = 'what else affects packets on that host: reverse path, bridges, XDP, tc, network cards'

// commands/read/markdown.ts
export const title = 'What was saved of a host: INVALID packets'
export const madeBy = (version: string, kernel: string): string =>
	`Read by ctscope ${version}${kernel === '' ? '' : `; kernel ${kernel}`}.`
export const whatWasRead = 'What was read'
export const notRead = (name: string, why: string): string => `${name}: not read, ${why}`
export const causesTitle = 'Causes'
export const noCauseFits = 'No known cause fits what was given.'
export const causeLine = (title: string, id: string, confidence: string, share: string): string =>
	`**${title}** (${id}): confidence ${confidence}, ${share} of them.`
export const seenLine = (text: string): string => `seen: ${text}`
export const excludedLine = (text: string): string => `excluded: ${text}`
export const openLine = (text: string): string => `not excluded: ${text}`
export const toDoLine = (text: string): string => `to do: ${text}`
export const reasonsTitle = 'Reasons'
export const countersTitle = 'Account and counters'
export const rulesTitle = 'Rules on INVALID'
export const tracesTitle = 'Traced packets'
export const notCheckedTitle = 'Not checked'

// commands/read/text.ts
export const headline = (causes: string, lines: string, files: string): string =>
	`${causes} of ${lines} with a reason, in ${files}`
export const noCause = (lines: string, files: string): string =>
	`no known cause fits what was given: ${lines} with a reason, in ${files}`
export const readHead = 'read: '
export const notReadHead = 'not read: '
export const moreThings = (count: string): string => `${count} more; --json has all`
export const andOrdinary = (files: string): string => `${files} more with nothing about conntrack`
export const doubledLines = (lines: string): string => `${lines} found in two of these files count once`
export const accountHead = 'account: '
export const countersHead = 'counters: '
export const totalsOnly = (totals: string): string => `totals of one reading: ${totals}`
export const risen = (rises: string, time: string): string => `between two readings${time}: ${rises}`
export const inSeconds = (seconds: string): string => `, ${seconds} s apart`
export const nothingRose = 'nothing rose'
export const rulesHead = 'rules on INVALID: '
export const noneKnown = 'none among those that were given'
export const tableHead = 'table: '
export const tableIs = (entries: string, unreplied: string, assured: string, protocols: string): string =>
	`${entries} listed, ${unreplied} [UNREPLIED], ${assured} [ASSURED]; ${protocols}`
export const eventsHead = 'events: '
export const eventsAre = (fresh: string, updates: string, destroyed: string): string =>
	`${fresh} new, ${some(updates, 'update')}, ${destroyed} ended`
export const traceHead = 'trace: '
export const decidedBy = 'decided: '
export const notCheckedHead = 'not checked: '
export const reasonHead = 'reason: '
export const reasonIs = (count: string, protocol: string, title: string, flow: string): string =>
	`${count} ${protocol} ${title}${flow}`
export const kernelHead = 'kernel says: '
export const suggests = 'lines of rules: '
export const amounts = {
	log: ['log line', 'log lines'],
	rules: ['line of rules', 'lines of rules'],
	entry: ['conntrack entry', 'conntrack entries'],
	event: ['conntrack event', 'conntrack events'],
	stat: ['reading of conntrack -S', 'readings of conntrack -S'],
	'proc-stat': ['reading of /proc/net/stat/nf_conntrack', 'readings of /proc/net/stat/nf_conntrack'],
	sysctl: ['setting', 'settings'],
	logger: ['logger of nf_log', 'loggers of nf_log'],
	'xtables-trace': ['line of xtables-monitor', 'lines of xtables-monitor'],
	'nft-trace': ['line of nft monitor trace', 'lines of nft monitor trace'],
	dyndbg: ['call site', 'call sites'],
	ulogd: ['line of ulogd', 'lines of ulogd'],
	socket: ['socket', 'sockets'],
	address: ['address', 'addresses'],
	date: ['date', 'dates'],
	uname: ['line of uname', 'lines of uname'],
	other: ['other line', 'other lines'],
} as const
export const captured = (packets: string, told: string): string => `capture of ${packets}, ${told} by NFLOG`
export const plainCapture = (packets: string): string =>
	`capture of ${packets}: plain packets, without their conntrack state`
export const unknownLinks = (count: string): string => `${count} of link types that are not read`
