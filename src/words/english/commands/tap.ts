// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/tap/command.ts
const oneTable = `
The rules are in a table of ctscope (inet ctscope); no other chain is changed.
Nothing is dropped.
Examples:`
export const helpAfter = {
	tap: `${oneTable}
  ctscope tap --state new --state invalid --hook input,output
  ctscope tap --log tcp-seq,uid --for 1m -- -p tcp --dport 443`,
	preview: `${oneTable}
  ctscope preview -- -A INPUT -p tcp --dport 1234 -j DROP`,
	count: `${oneTable}
  ctscope count --for 10s
  ctscope count --hook input -- -p udp`,
} as const
export const logPacketsByStateHook = 'log packets by state, hook and match with temporary rules'
export const tellWhatARuleWould = 'show what a rule would match: count and log, drop nothing'
export const countPacketsByHookAnd = 'count packets by hook and ct state, for a while'
export const whichPacketsAsForIptables = 'which packets, as for iptables or nft: -- -p tcp --dport 22 -j DROP'
export const commasBetweenThem = (tapHooks: string): string => `${tapHooks}; commas between them`
export const endAfterThisTime30s = 'end after this time: 30s, 5m'
export const aTimeSuchAs30s = 'a time such as 30s or 5m'
export const againForATapOf = (tapStates: string): string => `${tapStates}; again for a tap of its own`
export const linesAtMost10Second = 'lines at most: 10/second, 5/minute'
export const linesAtOnceBeforeThe = 'lines at once before the rate holds'
export const aNumberFrom1On = 'a number from 1 on'
export const levelOfTheLines = (tapLevels: string): string => `level of the lines: ${tapLevels}`
export const whatALineSaysBesides = (tapOptions: string): string => `what a line also contains: ${tapOptions}`
export const kmsgTheKernelLogNflog =
	'kmsg (the kernel log), nflog (group 0, read by ctscope), or nflog:N for your own reader'
export const whatALineBeginsWith = 'what a line begins with, up to 29 characters; with one tap only'
export const printJsonOneObjectA = 'print JSON, one object a line'
export const onlyPrintTheNftAnd = 'only print the nft and iptables commands that do the same'
export const goOnAlsoWhereA = 'go on also where a rule switches connection tracking on'

// commands/tap/session.ts
export const addingTheRules = 'adding the rules'
export const nothingWasChanged = (switchesOn: string): string => `${switchesOn}; nothing was changed`
export const toGoOnAllThe = 'to go on all the same, say --yes'

// commands/tap/tap.ts
export const readingWhatTheyHaveCounted = 'reading what the rules have counted'
export const nftDoesNotAnswer = 'nft does not answer, and the undo does not wait for it'
export const goOn = (what: string): string => `${what}. Go on?`
export const early = (reason: string): string => `early: ${reason}`
export const theRulesWereTakenAway = (slice: string): string =>
	`the rules were removed before the end: ${slice}`
export const recordsOfTheKernelLog = (lost: number): string =>
	`${some(lost, 'record of the kernel log was', 'records of the kernel log were')} lost, so lines may be missing`

// commands/tap/text.ts
export const type = (type: number): string => `type ${type}`
export const bytes = (length: number): string => `${some(length, 'byte')}`
export const uid = (uid: number): string => `uid ${uid}`
export const noFlow = 'no flow'
export const otherFlows = 'other flows'
export const wouldHaveBeenHit = 'would have matched'
export const packetsBytesSOfThem = (
	packets: string,
	bytes: string,
	verb: string,
	toFixed: string,
	lines: string,
	part: string,
): string =>
	`${some(packets, 'packet')}, ${some(bytes, 'byte')} ${verb} (${toFixed}/s), ${lines} of them logged${part}`
