// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/screens/printk/commands.ts
export const itPrintsBecauseOfUs = 'ctscope switched it on: the same key switches it off'
export const noCallSiteIsSelected = 'no call site is selected'
export const thisWasNotSwitchedOn = 'ctscope did not switch this on'
export const letTheSelectedCallSite =
	'Let the selected call site print for a while, or all marked ones, or all under a heading; the exact queries are shown first'
export const putTheFlagsOfThe =
	'Restore the flags of the selected call site, of all marked ones, or of all under a heading'
export const backToBefore = 'restore'
export const letAllCallSitesPrint = 'Let all call sites print in the function of the selected one'
export const letAllCallSitesPrintThat = 'Let all call sites print that match the filter'
export const allShown = 'all shown'
export const chooseWhatStandsInFront = 'Choose the prefix of the lines: module, function, line number, thread'
export const mountDebugfsForAWhile =
	'Mount debugfs for a while: older kernels have their call sites there; the exact command is shown first'
export const mountDebugfs = 'mount debugfs'

// app/screens/printk/decorations.ts
export const pidOrIntrInAn = '[pid], or <intr> in an interrupt, as for most packets'
export const nameOfTheModule = 'name of the module'
export const nameOfTheFunction = 'name of the function'
export const sourceFile = 'source file'
export const pathInTheSourceOf = 'path in the kernel source'
export const lineNumberInThatFile = 'line number in that file'
export const callTrace = 'call trace'
export const manyLinesForEachLine = 'many lines for each message: only for rare ones'

// app/screens/printk/detail.ts
export const itCannotBeSwitchedFrom =
	'It cannot be switched from here: its code is not below net/, and may be part of several modules.'
export const byHand = (byHand: string): string => `By hand: ${byHand}`
export const classWord = (part: string): string => `, class ${part}`
export const ofFlags = (
	module: string,
	func: string,
	line: number,
	file: string,
	named: string,
	shownFlags: string,
	flagsInWords: string,
): string => `${module}:${func}:${line} of ${file}${named}. Flags ${shownFlags}: ${flagsInWords}.`
export const howManyThatAreWas = '; how many that is was not measured'
export const aboutLinesSNow = (lines: string): string => `, about ${lines} lines/s now`
export const switchedByUsWasSet = (was: string, set: string, key: string): string =>
	`Switched by ctscope: was =${was}, set =${set}. ${key} puts it back.`
export const itReadsNow = (now: string): string => `it reads =${now} now`
export const somebodyElseChangedWhatWe = (note: string, byHand: string): string =>
	`SOMEONE ELSE changed what ctscope set: ${note}. By hand: ${byHand}`
export const bySomebodyElseOrFrom = 'by someone else, or from the start of the kernel'
export const byTheSessionOf = (ownerOf: string): string => `by the session of ${ownerOf}`
export const itPrintsAlreadySwitchedOn = (who: string): string =>
	`It already prints, switched on ${who}: left alone.`
export const oneLineIsOneSilent = 'One line is one silent packet'
export const oneLineIsOneSilentPacket = 'One line is one silent packet of either'
export const printsForTheseSilentPackets = 'Prints for these silent packets too, among others'
export const ruledOut = 'ruled out'
export const whatIsSwitchedOnNow = (words: string, key: string): string =>
	`Lines that are switched on now get this prefix: ${words} (${key} changes that).`
export const noneWasCountedSoFar = ' None was counted since ctscope began to read the reasons.'
export const wereCountedSinceTheReasons = (silent: number): string =>
	` ${some(silent, 'was counted', 'were counted')} since ctscope began to read the reasons.`
export const allOfThem = 'all of them'
export const theThatPrintForSuch = (length: number): string =>
	`the ${length} that print for such packets only`
export const printNowPutsThemBack = (capital: string, key: string): string =>
	`${capital} print now; ${key} puts them back`
export const switchesOn = (key: string, which: string, printedNow: string): string =>
	`${key} switches on ${which}${printedNow}`
export const logInvalidIsOffSwitch = (key: string, key2: string): string =>
	`log_invalid is off: switch that on first (${key}, ${key2}). Reasons name the packet, these lines do not.`
export const logInvalidIsOff = 'log_invalid is off. Reasons name the packet, these lines do not.'
export const theKernelCountsSomeInvalid = (counted: string): string =>
	`The kernel counts some INVALID packets and has no reason line for them.${counted} These call sites of this kernel print where that happens, best first.`
export const thatTheFilterLetsThrough = ' that the filter lets through'
export const callSite = 'call site'
export const inModule = (counted: string, filtered: string, counted2: string, module: string): string =>
	`${counted}${filtered} in ${counted2}, module ${module}.`
export const allOfThemPrintNow = (key: string): string =>
	`All of them print now; ${key} puts back those that ctscope switched on.`
export const letsAllOfThemPrint = (key: string, printedNow: string): string =>
	`${key} lets all of them print${printedNow}.`
export const byHandEchoFileP = (file: string, controlHere: string): string =>
	`By hand: echo 'file ${file} +p' > ${controlHere}`
export const readingTheCallSites = 'Reading the call sites.'
export const noCallSiteOfNetfilter = 'No call site of netfilter has these words.'
export const hasNoneOfConntrackIs = (path: string, counted: string): string =>
	`${path} has ${counted}, none of conntrack: is nf_conntrack loaded? Switches can load it. Sites of a module are there while it is loaded.`
export const noCallSitesCanBe = (why: string): string => `No call sites can be switched: ${why}.`
export const mountsDebugfsForAWhile = (key: string, next: string): string =>
	`${key} mounts debugfs for a while: ${next}. It is unmounted with the other changes.`
export const whatAnswersTheSameQuestion = 'What answers the same question here:'
export const everyCheckBetweenAnInvalid = (key: string, key2: string, key3: string, key4: string): string =>
	`${key}, ${key2}: every check between an INVALID packet and its reason line, and ${key3} to switch the reasons on. With NFLOG, ${key4} writes the packets to a file.`

// app/screens/printk/grid.ts
export const whatItPrints = 'WHAT IT PRINTS'
export const badPkt = 'bad pkt'
export const soFar = (silent: string): string => ` (${silent} so far)`
export const explainSilentInvalidPackets = (so: string, counted: string): string =>
	`explain silent INVALID packets${so}: ${counted}`
export const print = (printing: number, part: string): string => `, ${printing} print${part}`
export const findsMoreOfNetfilter = (key: string, rest: string): string =>
	`; ${key} finds ${rest} more of netfilter`
export const nonePrints = 'none prints'

// app/screens/printk/rates.ts
export const forEveryPacket = 'for every packet'
export const forEveryConnection = 'for every connection'
export const forEveryBadPacket = 'for every bad packet'
export const nowAndThen = 'now and then'
export const theyPrint = 'they print'
export const ofThemPrint = (same: number): string => `${same} of them print`
export const allTogether = 'all together '
export const howManyThatAreWasNot = 'how many that is was not measured'
export const aboutLinesSNow2 = (all: string, lines: string): string => `${all}about ${lines} lines/s now`
export const theBreakerSwitchesItOff = (maxRate: number): string =>
	`the breaker switches it off above ${maxRate} lines/s for 3 s`
export const noBreakerSwitchesItOff = 'no breaker switches it off (--max-rate 0)'

// app/screens/printk/rows.ts
export const explainSilentInvalidPackets2 = 'explain silent INVALID packets'
export const proposal = (id: string): string => `proposal ${id}`
export const file = (file: string, module: undefined | string): string => `file ${file} ${module}`

// app/screens/printk/screen.ts
export const debugLinesOfTheKernel = 'debug lines of the kernel source that can be switched on one by one'
export const nothingHereWasChangedBy = 'ctscope changed nothing here'

// app/screens/printk/switching.ts
export const printCallSites = (part: string, trim: string): string => `print call sites ${part} "${trim}"`
export const printWhatExplainsSilentInvalid = 'print what explains silent INVALID packets'
export const printWhatHasToSay = (baseName: string): string => `print the call sites of ${baseName}`
export const printMarked = (sites: string): string => `print ${sites}`
export const markedCallSite = 'marked call site'
export const printMarkedShort = 'print marked'
export const print2 = (siteName: string): string => `print ${siteName}`
export const printAllOfIn = (func: string, baseName: string): string => `print all of ${func} in ${baseName}`
export const theCallSitesAreNot = 'the call sites are not read yet'
export const theCallSitesCannotBe = 'the call sites cannot be read'
export const noCallSites = (why: string): string => `no call sites: ${why}`
export const noFilterIsSetSets = 'no filter is set: / sets one, and this key switches on what is in view'
export const selectACallSiteFirst = 'select a call site first: this key takes all of its function'
export const noCallSiteIsIn = 'no call site is in view'
export const callSitesAreToPrint = (length: number): string =>
	`This lets ${length} call sites print at the same time. Really all of them?`
export const theCallSitesCanBe = 'the call sites can already be read'
export const mountingDebugfsWouldNotShow = 'mounting debugfs would not show them'
export const mountDebugfsToReachThe = 'mount debugfs, to reach the call sites'
