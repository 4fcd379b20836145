// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/parse/command.ts
export const readsVarLogKernLog = `
Reads /var/log/kern.log, dmesg, journalctl -k (also -o json, export, verbose),
OpenWrt's logread, what grep, containers and collectors make of these, and
pasted lines, of any host and any kernel. Needs no root. Ends with 1 when
nothing in the log is about packets or conntrack; --json still prints each line.`
export const groupThePacketLinesOf = 'group the packet lines of any kernel log by reason; needs no root'
export const aLogPlainOrGzip = 'a log, plain or gzip; - is standard input'
export const printOneJsonObjectFor = 'print one JSON object for each line of the log'
export const parseWhichLogGiveA =
	'parse which log? give a file, or - for what you type or paste; see ctscope parse --help'

// commands/parse/text.ts
export const ofConntrack = 'of conntrack'
export const ofHelpers = 'of helpers'
export const ofRules = 'of rules'
export const aroundThem = 'around them'
export const ofCallSites = 'of call sites'
export const ofTheKernelAboutSomething = 'of the kernel about something else'
export const notUnderstood = 'not understood'
export const lineWas = 'line was'
export const linesWere = 'lines were'
export const longerThan1MbAnd = (count: string): string => `${count} longer than 1 MB and cut.`
export const messageIs = 'message is'
export const messagesAre = 'messages are'
export const missingInItAsIt = (count: string): string =>
	`${count} missing, as the log itself says: no count here is complete.`
export const leftOutByALimit = (count: string): string =>
	`${count} missing, as the kernel says: suppressed by a rate limit. Packet lines have none; what is limited is "table full" and the like.`
export const lineStands = 'line stands'
export const linesStand = 'lines stand'
export const moreMessage = 'more message'
export const moreMessages = 'more messages'
export const countedByTheLogger = (lines: string, messages: string): string =>
	`${lines} for ${messages} that a logger has merged; they are counted here.`
export const ofOtherPrograms = 'of other programs'
export const textWasCutIn = (lines: string): string =>
	`the text was cut in ${lines}: what is left fits this reason only`
export const nothingOfPacketsIsIn =
	'Nothing in it is about packets or conntrack. Is it a kernel log? ctscope parse reads kern.log, dmesg and journalctl -k.'
export const noReasonInItLines =
	'No reason in it: lines of nf_conntrack_log_invalid begin with nf_ct_proto_N. Where that setting is on and none comes, ctscope doctor shows why.'
export const reasonsBeyondThoseThatAre = (start: string): string =>
	`${start}other reasons, too many to list separately`
export const ctscopeExplainIdTellsCauses = 'ctscope explain ID shows causes and what to do.'
export const ownRstToSuchA = (title: string): string =>
	`RST sent by this host (${title}; the other side sees "connection reset")`
export const countRuleByItsPrefix = '    COUNT  RULE, by its prefix'
export const prefixesBeyondThoseThatAre = 'other prefixes, too many to list separately'
export const noPrefix = 'no prefix'
export const countMessagesAroundThem = '    COUNT  MESSAGES AROUND THEM'
export const countCallSitePrintkDynamic =
	'    COUNT  CALL SITE (printk, dynamic debug): these lines name no packet'
export const notUnderstoodTheFirst = (count: string): string => `NOT UNDERSTOOD: ${count}, the first:`
export const packetLine = 'packet line'
export const wordsNotUnderstoodInWhose = (count: string): string =>
	`WORDS NOT UNDERSTOOD in ${count}, otherwise read; the first:`
export const moreThan = (size: number): string => `more than ${size}`
export const flowsAs = (all: string, flow: string): string => `${all} flows, as ${flow}`
export const timesOfFlows = (flow: string, whole: string, all: string): string =>
	`${flow} ${some(whole, 'time')}, of ${some(all, 'flow')}`
export const last = (detail: string): string => `last: ${detail}`
export const fromTo = (first: string, last: string): string => `from ${first} to ${last}`
export const andMoreWhichJsonHas = (hidden: number, what: string): string =>
	`and ${hidden} more ${what}, which --json has`
export const perhaps = (lines: string, says: string): string => `${lines}, perhaps: ${says}`
export const explainLineTellsMore =
	'Possibilities, by flags and direction. ctscope explain LINE shows all about a line, and how to decide; several lines of one connection show more.'

// commands/parse/parse.ts
export const parsedSoFar = (bytes: string): string => `parse: ${bytes} read so far; ctrl-c stops it`
export const parsedOf = (share: string, bytes: string): string =>
	`parse: ${share} of ${bytes} read; ctrl-c stops it`
