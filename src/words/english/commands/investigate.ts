// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/investigate/command.ts
export const theExitStatusIs0 = `
Looks for the time of --for (default: 30 s), or until the answer would not
change any more: switches logging on, looks at flows of every important reason,
counts both directions of one where that helps, copies INVALID packets to itself
where some are not logged, and names the causes. It changes
only what logs or counts more, never how packets are handled, and puts
everything back, whatever happens. ctrl-c prints what was found so far.
Without root it changes nothing, and says what it could not look at.

Exit status: 0 nothing is wrong; 7 causes were found, or something was put back
late, and says so; 2 not known: the kernel cannot be asked why, or no known
cause fits; 5 another session holds the log settings; 6 a flood of the kernel
log ended it, and no cause was found by then; 3 and 4 as always; 128+n after a
signal.

--report makes a new file with mode 0600, Markdown, or JSON where its name ends
in .json; --force writes over one of yours.

Example:
  ctscope investigate --netns web --json | jq -r '.causes[].id'`
export const findTheCausesOfInvalid =
	'find the causes of INVALID packets: all steps without a screen, everything put back'
export const lookForThisTime = 'look for this time: 30s, 2m'
export const aTimeFrom1sTo1h = 'a time from 1s to 1h, such as 30s or 2m'
export const printJson = 'print JSON'
export const alsoWriteTheWholeReport = 'also write the whole report to a new file, Markdown or .json'

// commands/investigate/investigate.ts
export const readingTheHost = 'ctscope: reading the host: settings, counters, modules, rules'
export const switchingTheLogOn2 = 'ctscope: switching logging on'
export const readingTheRulesAgain = 'ctscope: reading the rules again: what have they counted?'
export const puttingBack = 'ctscope: putting everything back'
export const lookedSoFar = (seconds: string, all: string, invalid: string, lines: string): string =>
	`ctscope: looking, ${seconds} of ${all} s: ${invalid} INVALID, ${lines} with a reason`
export const lookingForS = (time: string): string =>
	`looking for ${time}; ctrl-c ends it and prints what was found`

// commands/investigate/switching.ts
export const readingTheLog = 'reading the log'
export const theSettingsWereNotRead = 'the settings of this host could not be read in time'
export const switchingTheLogOn = 'switching logging on'
export const thePlanIsMoreThan = 'the plan is more than logging, and only what logs more is changed here'
export const rootCapNetAdmin = 'root (CAP_NET_ADMIN)'
export const theGuardHasNotAnswered = 'the guard has not answered in time'
export const itWasEndedBefore = 'ctscope was ended before'
export const countingThemWouldSwitch = 'their rules would switch connection tracking on'
export const countingBothDirections = 'counting both directions'
export const copyingInvalidPackets = 'copying INVALID packets'
export const notEveryPacketIsToldOf = 'no single place in this kernel sees every INVALID packet'
export const noRulesToCountWith = 'no rules to count them with could be added'

// commands/investigate/session.ts
export const thereWasNoTimeLeft = 'there was no time left to look at them'
export const somebodySwitchedIt = 'someone else did it'

// commands/investigate/answer.ts
export const whyTheyAreInvalid = 'why they are INVALID'
export const mostHaveNoLine =
	'the kernel logged no reason for most of them: ctscope printk lists debug lines that can be switched on'
export const noKnownCauseFits = 'no known cause fits what was seen'
export const whyPacketsAreInvalid = (why: string): string =>
	`why packets are INVALID, since logging is not on: ${why}`
export const bothDirectionsCounted = (why: string): string => `both directions, counted: ${why}`
export const packetsWithoutALine = (why: string): string =>
	`what the packets that were not logged are: ${why}`
export const whatTheCountersSay = (why: string): string => `what conntrack counts: ${why}`
export const rulesThatCouldNot = (why: string): string => `rules: ${why}`
export const whatIsSaidAfter = (why: string): string =>
	`what came after logging was switched off early: ${why}`
export const theyCouldNotBeRead = 'they could not be read in time'
export const countersWhat = 'what conntrack counts'
export const countedAndNotTold = (count: number): string =>
	`counted ${count}; the kernel is asked why, but its reasons do not reach ctscope`
export const settingsTriedForA =
	'whether one setting explains it: that changes how packets are handled, so only the screen tries it (Steps, 8)'
export const changesOfAnother = (lease: string): string =>
	`settings that a dead session of ctscope has left in force: ctscope revert --lease ${lease}`
export const packetsThatCame = (name: string, rate: string): string =>
	`network namespace ${name}, where ${some(rate, 'packet a second is', 'packets a second are')} INVALID now: ctscope investigate --netns ${name}`
export const missingThing = (what: string, why: string): string => `${what}: ${why}`

// commands/investigate/text.ts
export const causesFound = (causes: string, packets: string, time: string, netns: string): string =>
	`${causes} of ${packets} in ${time}, netns ${netns}`
export const nothingToDoNone = (time: string, netns: string): string =>
	`nothing to do: no packet was INVALID in ${time}, netns ${netns}`
export const nothingToDoBut = (packets: string, time: string, netns: string): string =>
	`nothing to do: ${packets} in ${time}, netns ${netns}, and no harmful cause was found`
export const cannotTell = (packets: string, time: string, netns: string, why: string): string =>
	`cannot tell: ${packets} in ${time}, netns ${netns}; ${why}`
export const countersUnread = (netns: string, why: string): string => `cannot tell, netns ${netns}: ${why}`
export const invalidPacket = 'INVALID packet'
export const confidenceAndShare = (confidence: string, share: string): string =>
	`confidence ${confidence}, ${share} of them`
export const accountAt = (at: string): string => `account at ${at}: `
export const seen = 'seen: '
export const notThisInstead = 'excluded: '
export const notExcluded = 'not excluded: '
export const flows = 'flows: '
export const todo = 'to do: '
export const withASetting = 'with a setting: '
export const surroundings = 'surroundings: '
export const notChecked = 'not checked: '
export const mostFrequent = 'most frequent: '
export const linesOf = (count: string, protocol: string, title: string, flow: string): string =>
	`${count} ${protocol} ${title}${flow}`
export const foundUntilThen = 'ended early: this was found until then'
export const nothingWasChanged = 'settings: nothing was changed'
