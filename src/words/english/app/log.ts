// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/log/classifying.ts
export const ownRstToSuchA = 'RST sent by this host'

// app/log/reasons.ts
export const couldNotBeParsed = 'could not be parsed'
export const otherReasonsTooManyTo = 'other reasons (too many to list separately)'

// app/log/unlined.ts
export const tcpWithoutALine = 'TCP without an entry, not logged'
export const icmpErrorWithoutALine = 'ICMP error about a connection that conntrack does not know'
export const icmpTooBigWithoutALine = 'ICMP "too big" error about an unknown connection'
export const icmpReplyWithoutALine = 'ICMP reply to no known request'
export const otherWithoutALine = 'INVALID, not logged'

// app/log/why.ts
export const whereTheyAreReadNow = (sourceNames: string): string => `${sourceNames}, where they are read now`
export const theKernelLog = 'the kernel log'
export const kernelProbes = 'kernel probes'
export const aKernelProbe = 'a kernel probe'

// app/screens/log/grid.ts
export const lostHereTheLogWas = (counted: string): string =>
	`${counted} LOST here: the log was faster than it could be read`
export const lostHereTheSocketOf = (counted: string): string =>
	`${counted} LOST here: the socket of NFLOG was full`
export const lostHereTheBufferOf = (counted: string): string =>
	`${counted} LOST here: the buffer of the kernel probes was full`
export const aLogRule = 'a LOG rule'
export const tap = (tap: string): string => `tap ${tap}`
export const about = (flowOf: string): string => `about ${flowOf}`
export const ofRules = (ruleLines: string): string => `, ${ruleLines} of rules`
export const ofPrintk = (printkLines: string): string => `, ${printkLines} of printk`
export const ofOtherNetns = (foreignLines: string): string => `, ${foreignLines} of other netns`
export const packetLinesByNflog = (
	packetLines: string,
	rules: string,
	sites: string,
	others: string,
	counted: string,
	messages: string,
): string => `${packetLines} packet lines${rules}${sites}${others}; ${counted}, ${messages} by NFLOG`
export const packetLinesIn = (
	packetLines: string,
	rules: string,
	sites: string,
	others: string,
	counted: string,
): string => `${packetLines} packet lines${rules}${sites}${others} in ${counted}`
export const ofNflog = (lost: string, lost2: string): string => `${lost}, of NFLOG ${lost2}`
export const lost = (losses: string): string => `lost ${losses}`
export const oldestNotKept = (dropped: string): string => `   oldest ${dropped} not kept`
export const notFollowedYet = 'not followed yet'
export const notRead = 'NOT READ'
export const pausedWait = (waiting: string): string => `  paused, ${waiting} wait`
export const noLineCameSinceThe = 'No line has come since the start.'
export const theKernelLogIsNot = 'The kernel log is not being read yet.'
export const noLineFitsTheFilter = 'No line matches the filter.'
export const theKernelOverwroteBeforeThey = (counted: string): string =>
	`The kernel overwrote ${counted} before they could be read.`
export const didNotFitIntoThe = (counted: string): string =>
	`${counted} did not fit into the socket of the NFLOG reader.`
export const theyAreNotCountedIn = (what: string): string => `${what} They are not counted in any reason.`
export const aRuleOfTheFirewall =
	'A rule of the firewall logged this packet. It does not come from conntrack.'
export const fromNflog = ' From NFLOG.'
export const fromProbes = ' From a kernel probe.'
export const probesTellOfItToo = ' A kernel probe reported this packet too: it is counted there.'
export const ofAnotherNetworkNamespaceNot = ' Of another network namespace: not counted here.'
export const verdict = (title: string, detail: string, word: string, from: string): string =>
	`${title}.${detail} Verdict: ${word}.${from}`
export const itIsAbout = (innerText: string): string => `It is about ${innerText}.`
export const sentBy = (shortAddress: string): string => ` (sent by ${shortAddress})`

// app/screens/log/messages.ts
export const printedBy = 'Printed by'
export const probablyPrintedBy = 'Probably printed by'
export const inAnInterrupt = 'in an interrupt'
export const inThread = (thread: string): string => `in thread ${thread}`
export const text = (part: string, who: string, placeOf: string, context: string, others: string): string =>
	`${part}${who} ${placeOf}${context}.${others}`
export const itTells = (titleOf: string): string => `It means: ${titleOf}.`
export const whichIsGone = ', which is gone'
export const beforeThese = (counted: string): string => `, ${counted} before these`
export const followedAsTheStoryOf = (pointer: string, ended: string, before: string): string =>
	`History of entry ${pointer}${ended}${before}:`
export const namesNoneCameRightBehind = ' (names none, came right after)'

// app/screens/log/rows.ts
export const lost2 = (lost: number): string => `${lost} lost`
export const neighbour = (text: string, title: string): string => `${text} ${title} neighbour`
export const tap2 = (tap: string): string => ` tap ${tap}`
export const rule = (text: string, part: string): string => `${text} rule${part}`

// app/screens/log/screen.ts
export const everyLineOfTheKernel = 'every line of the kernel log, packet lines decoded'
export const recordsLost = (lost: number): string => `${some(lost, 'record')} lost`
