// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/screens/watch/commands.ts
export const thisReasonIsToldAlready = 'this reason is already logged'
export const theLogIsOnAlready = 'logging is already on: the kernel logs nothing for these'
export const aCallSiteHasPrinted = 'a call site has printed these lines'
export const theSettingsAreNotRead = 'the settings are not read yet'
export const thereIsNoLogInvalid = 'there is no log_invalid: nf_conntrack is not loaded; Switches can load it'
export const theLogIsOnAlreadySwitches = 'logging is already on: Switches changes the protocols'
export const theLogIsOnSee = 'logging is on: first see what blocks the lines'
export const logWhyPacketsAreInvalid =
	'Log why packets are INVALID, for a while; the exact writes are shown first'
export const logWhy = 'log why'
export const showEveryCheckBetweenAn =
	'Show every check between an INVALID packet and its reason line, and what would fix it'
export const whyNoLine = 'why not logged'
export const followAFewInvalidPackets =
	'Trace a few INVALID packets of the selected flow through the rules: which one decides?'

// app/screens/watch/counters-slice.ts
export const theCountersOfConntrack = 'the counters of conntrack'
export const neitherProcNetStatNf = 'neither /proc/net/stat/nf_conntrack nor conntrack -S can be read'

// app/screens/watch/counters.ts
export const readingTheCounters = ' reading the counters ...'
export const theAccountBeginsWithThe = ' the account begins with the next reading of the counters'
export const sinceStart = (rise: string): string => ` (+${rise} since start)`
export const n5MinPeak = '5 min peak'
export const conntrackEntries = (count: string, shownMax: string): string =>
	`conntrack entries ${count}${shownMax}`
export const entries = (count: string, shownMax: string): string => `entries ${count}${shownMax}`
export const perCpu = (cpus: string, more: string): string => `per CPU  ${cpus}${more}`

// app/screens/watch/explanation.ts
export const reasonsAreReadFrom = (sinceText: string): string => `Reasons are read from ${sinceText}.`
export const noReasonFitsTheFilter = 'No reason matches the filter.'
export const noPacketWasCalledInvalid = 'No packet was INVALID since the start.'
export const noReasonWasToldSince = 'No reason has come since the start.'
export const otherProtocolsChangeLogInvalid = ' Other protocols: change log_invalid on Switches.'
export const theLogIsOnThe = (valueInWords: string, others: string): string =>
	`Logging is on (${valueInWords}): the next reason that the kernel logs appears here. Earlier packets were counted without one.${others}`
export const since = (sourceNames: string, part: string): string => `${sourceNames} since ${part}`
export const missing = (what: string, why: string, next: string): string =>
	`Missing: ${what}: ${why}; ${next}`
export const atSThatIsAbout = (perSecond: string, perSecond2: string): string =>
	` At ${perSecond}/s that is about ${perSecond2} lines/s.`
export const thisSessionOnlyReadsRead = 'This session only reads (--read-only): it changes nothing.'
export const itCannotBeChangedFrom = (refused: string): string =>
	`It cannot be changed from here now: ${refused}.`
export const pressForAllChecksAnd = (key: string, minutes: number): string =>
	`Press ${key} for all checks, and again to fix it for ${some(minutes, 'minute')}.`
export const pressToSwitchTheLog = (key: string, minutes: number, flood: string): string =>
	`Press ${key} to switch logging on for ${some(minutes, 'minute')}; then everything is put back. Packets are handled as before.${flood}`
export const theKernelDoesNotTell = (because: string): string => `The kernel does not log why: ${because}.`
export const ofSomeOfThemThe = 'The call sites below print for some of them: select one.'
export const lastLine = (lastDetail: string): string => `Last line: ${lastDetail}.`
export const hiddenBy = 'Hidden by'
export const thisHostAnsweredAnInvalid =
	'This host answered an INVALID packet of the row above or below with an RST: unless a rule drops it, the other side sees "connection reset". Conntrack calls that RST INVALID too; it stops when those packets stop.'
export const keptApartReasonsFlowsEach = (reasonLimit: number, flowLimit: number, others: string): string =>
	`Listed separately: ${some(reasonLimit, 'reason')}, ${some(flowLimit, 'flow')} each; all others are in "${others}".`
export const firstLast = (time: string, time2: string, bounds: string): string =>
	`First ${time}, last ${time2}. ${bounds}`
export const seenAt = (where: string): string => `, seen at ${where}`
export const nowS = (perSecond: string): string => `, now ${perSecond}/s`
export const countedWithoutAReasonLine = (count: string, now: string): string =>
	`${count} counted without a reason line${now}`
export const itsReaderIsStoppedUnread = (counted: string): string =>
	`its reader is STOPPED, at most ${counted} unread`
export const lost = (counted: string): string => `${counted} lost`
export const ofOtherNetnsNotCounted = (counted: string): string => `${counted} of other netns not counted`
export const flowsOf = (title: string): string => ` FLOWS of: ${title}`
export const bothWays = 'both ways'
export const oneWay = 'this way'

// app/screens/watch/grid.ts
export const noLineKernelSaysNothing = 'not logged by the kernel'
export const notKnownKernelDoesNot = 'reason not logged by the kernel'

// app/screens/watch/rows.ts
export const notKnownTheKernelIs = 'reason not logged: logging is off'
export const invalidWithoutALineSilent = 'INVALID, reason not logged'
export const printk = (id: string): string => `printk ${id}`

// app/screens/watch/screen.ts
export const howManyPacketsAreInvalid = 'how many packets are INVALID, and why'
export const enterMakesTheKernelTell = 'enter switches logging on here'
export const linesSVerdict = (
	protocol: string,
	title: string,
	count: string,
	reasonRate: string,
	verdict: string,
	sample: string,
): string => `${protocol} ${title}: ${some(count, 'line')}, ${reasonRate}/s, verdict ${verdict}\n${sample}`

// app/screens/watch/watch-silent.ts
export const upTo = (moved: string): string => `, up to ${moved}`
export const callSitesBelowTellOf = (told: string): string =>
	` The call sites below likely print for ${told}.`
export const noLine = 'Not logged: '
export const ofSinceTheKernelCounts = (
	silent: string,
	counted: string,
	since: string,
	byPrintk: string,
): string => `${silent} of ${counted} since ${since}. The kernel counts them and prints no reason.${byPrintk}`
export const toTell = (
	word: string,
	most: string,
	title: string,
	because: string,
	sentence: string,
): string => `${word}${most}: ${title}: ${because}. To find out: ${sentence}`
export const possibleToo = (rest: string): string => `Also possible: ${rest}.`
export const callSiteOf = (trim: string, func: string): string => `call site "${trim}" of ${func}`
export const whichCountsOtherSilentPackets = ', which counts other silent packets too'
export const whichCountsThesePackets = ', which counts these packets'
export const isOnItsLinesBelow = (name: string): string => `${name} is on: its lines below likely count them`
export const keySwitchOn = (key: string, name: string, shared: string): string =>
	`key ${key}: switch on ${name}${shared}`

// app/screens/watch/watch-told.ts
export const theText = 'the text'
export const thatOf = (counted: string): string => `that of ${counted}`
export const probablyIsSoShortThat = (part: string): string =>
	` Probably: ${part} is so short that others may print it too.`
export const printedBy = (placeOf: string, doubt: string): string => `Printed by ${placeOf}.${doubt}`
export const firstLast2 = (time: string, time2: string): string => `First ${time}, last ${time2}.`
export const onePacketEach = 'one packet each'
export const onePacketEachLikelyOf = (silent: string): string =>
	`one packet each, likely of the ${silent} not logged`
export const packetsWithoutAReasonLine = (noPacket: string): string =>
	`Packets without a reason line make it print, and others do too: its lines are counted for none of them. ${noPacket}`

// app/screens/watch/probe-lines.ts
export const theKernelGaveNoReason = (confidence: string, because: string, meaning: string): string =>
	`the kernel gave no reason; this is what the packet itself says (confidence: ${confidence}): ${because}.${meaning === '' ? '' : ` ${meaning}`}`
export const ledgerIn = (flow: string, state: string, numbers: string): string =>
	`Judged as ${flow} in ${state}: ${numbers}.`
export const ledgerOf = (side: 'original' | 'reply', numbers: string): string => `${side} ${numbers}`
export const ledgerNumbers = (side: {
	readonly end: number
	readonly highestEnd: number
	readonly highestAck: number
	readonly largestWindow: string
	readonly scale: number
	readonly flags: string
}): string =>
	`end ${side.end}, may send up to ${side.highestEnd}, acknowledged ${side.highestAck}, largest window ${side.largestWindow}, scale ${side.scale}${side.flags === '' ? '' : ` (${side.flags})`}`
export const andOfOthers = (flows: string): string => `; the same for ${flows} more`

// app/screens/watch/commands.ts
export const probesSeeEachPacket = 'kernel probes already look at each packet'
export const noReasonCameByProbes =
	'Kernel probes report INVALID packets as they come: none since they were set.'
export const showAllNetworkNamespaces = 'Show the reasons of all network namespaces, or of this one alone'
export const allNamespaces = 'all netns'
export const onlyProbesSeeAllNamespaces = 'only kernel probes see other network namespaces'
export const inTheNetworkNamespace = (name: string, key: string): string =>
	`In the network namespace ${name}: its settings, rules and entries are not read from here; ${key} goes there.`
