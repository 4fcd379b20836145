// Sentences for people, by the file that says them.

import { capital, some } from '../../numbers.ts'

// investigation/steps/acting.ts
export const whoActsOnInvalid = 'Which rules match INVALID?'
export const whoActsOnThem = 'Which rules match?'
export const conntrackOnlyMarksAPacket =
	'Conntrack only marks a packet INVALID. It is lost when a rule drops it, and it is not translated by NAT.'
export const hardwareEbpfAndOtherNamespaces = 'hardware, eBPF and other namespaces'
export const theRulesAreBeingRead = 'The rules are being read.'
export const theRulesCannotBeRead = 'The rules cannot be read.'
export const noAnswerYet = 'no answer so far'
export const moreAreOnRules = (length: number): string => `${some(length, 'more is', 'more are')} on Rules.`
export const nobodyDropsThem = 'no rule drops them'
export const nobodyTheyAreCountedAnd =
	'No rule matches INVALID: such packets are counted and go on, without NAT.'
export const noRuleThatAsksFor = 'No rule that matches INVALID drops such packets: they go on, without NAT.'
export const nobodyKnown = 'none known'
export const noKnownRuleDrops =
	'No rule that was understood drops INVALID packets, but not all rules were understood.'
export const rulesTellsWhich = 'Rules names those that were not, and how to look at them.'
export const rulesThatWereNotUnderstood = 'rules that could not be read or understood'
export const whetherAPolicyOrA = 'whether a policy or a rule for something else drops them'
export const n1RuleDrops = '1 rule drops'
export const rulesDrop = (length: number): string => `${some(length, 'rule drops', 'rules drop')}`
export const sinceWeLook = (since: string): string => `: ${since} since watching began`
export const theirCountersAreBeingWatched = '; their counters are being watched'
export const noneSinceWeLook = ', none since watching began'
export const them = (many: string, part: string): string => `${many} INVALID packets${part}.`
export const rulesTracesWhichRuleDecides = 'Go to Rules, which traces which rule decides.'
export const notCounted = 'not counted'

// investigation/steps/collect.ts
export const areThereLinesEnough = 'Enough samples?'
export const ofThemInTheAccount = (all: string, inAccount: string): string =>
	`${all}, ${inAccount} of them in the account`
export const oneLineIsAnAnecdote =
	'A single line proves little. One minute shows which reasons are frequent, and how many packets have none logged.'
export const lostLines = 'lost lines'
export const notUnderstood = 'not understood'
export const whatHappensOnlyAtOther = 'what happens only at other times of the day'
export const noWayForLines = 'no log source'
export const noReasonCanReachUs = 'No reason can reach ctscope.'
export const theStepBeforeSaysWhy = 'The step before says why.'
export const linesSoFar = (lines: string): string => `${lines} so far`
export const collectingSMoreOrLess = (max: number): string =>
	`Collecting: ${max} s more, or less if many come.`
export const youNeedNotWait = 'You do not have to wait.'
export const andWithoutOne = (counted: string): string => `, and ${counted} without one`
export const noLineAndCountedThe = (counted: string): string =>
	`No line, and ${counted} counted: the kernel logs nothing for them.`
export const noLineAndNoInvalid = 'No line, and no INVALID packet since logging is on.'
export const noInvalidPacketCame = 'No INVALID packet came.'
export const makeTheTroubleHappenWhile = 'Reproduce the problem while ctscope watches.'

// investigation/steps/directions.ts
export const doesThisHostKnowThese = 'Does this host know these flows, both ways?'
export const bothDirections = 'Both directions?'
export const conntrackJudgesByWhatPassed =
	'Conntrack judges by what passed here. If the replies take another path, or the entry is gone, valid packets look INVALID.'
export const flowsInOtherNamespaces = 'flows in other network namespaces'
export const countedPacketsOfBothDirections = 'counted packets of both directions'
export const noFlowIsKnown = 'no flow is known'
export const withoutALineNoFlow = 'No flow is known, because no reason was logged.'
export const theyHaveToBeFoundAnotherWay = 'Packets without a logged reason have to be found another way.'
export const entriesAndSocketsOfThese = 'Entries and sockets of these flows are being looked for.'
export const noFlowOfTheseCould = 'No flow of these lines could be looked up.'
export const theyNameNoAddresses = 'They name no addresses and ports, or the tools gave no answer.'
export const flowsLookedAt = 'flows looked at'
export const withAnEntry = 'with an entry'
export const madeSince = (madeSince: number): string => `, ${madeSince} made since`
export const ofWord = (known: number, length: number, part: string): string => `${known} of ${length}${part}`
export const localSocket = 'local socket'
export const packets = (there: string, back: string): string => `${there} / ${some(back, 'packet')}`
export const countingBothWays = 'counting both ways'
export const packetsOfBothDirectionsAre =
	'Packets of both directions are being counted: too few so far to judge.'
export const tooFewPackets = 'too few packets'
export const tooFewPacketsPassed = 'Too few packets of these flows passed while they were counted.'
export const toTellWhetherBothPass = 'Whether both directions pass is not known.'
export const hardlyAnyPacketComesBack = 'Hardly any packet of these flows comes back here.'
export const thisHostSeesOneDirection = 'This host sees one direction of these flows only.'
export const entriesAreGoneSocketsAreNot =
	'Conntrack has no entry for these flows, but local sockets still have the connection.'
export const noEntryOfThese = 'Conntrack has no entry for these flows.'
export const conntrackKnows = (known: number, flows: string): string =>
	`Conntrack has an entry for ${known} of ${flows}.`
export const onlyOneDirectionPassesHere = 'Only one direction passes here'
export const hardlyAnythingComesBack = 'Hardly anything comes back here'
export const hardlyAnyBack = 'few packets come back'
export const noEntryOfTheseHasAReply =
	'The entries of these flows have no reply, or next to none: conntrack sees one direction only'
export const forThisReason = (cause: string): string => `: ${cause}.`
export const perhapsForThisReason = (cause: string): string => `, perhaps: ${cause}.`
export const likelyForThisReason = (cause: string): string => `, likely: ${cause}.`
export const notExcluded = (titles: string): string => ` Not excluded: ${titles}.`
export const countPacketsOfBothDirections =
	'Count packets of both directions with temporary rules, to be sure.'
export const oneDirectionOnly = 'one direction only'
export const entryGoneSocketNot = 'entry gone, socket not'
export const noEntry = 'no entry'
export const ofKnown = (known: number, counted: string): string => `${known} of ${counted} known`
export const theReasonSaysThatThere = (counted: string, part: string): string =>
	` The reason says that there was none when it came: ${counted} ${part} made since, by other packets.`
export const inSPassedOneWay = (round: number, counted: string, back: string): string =>
	`In ${round} s ${counted} passed one way and ${back} the other. `

// investigation/steps/printk.ts
export const whichLineOfKernelCode = 'Which line of kernel code?'
export const packetsWithoutALine = 'No reason logged?'
export const somePathsCallAPacket =
	'Some code paths make a packet INVALID and log nothing. Kernel debug lines, or a setting, show which one it is.'
export const pathsOfModulesThatThis = 'paths of modules that this kernel has not loaded'
export const notKnown = 'not known'
export const whetherAnyIsSilent = 'Whether every packet was logged is not known.'
export const linesOfUpToWere = (counted: string): string =>
	`Lines of up to ${counted} were lost or are not read yet.`
export const notCountedYet = 'not counted yet'
export const noneIsSilent = 'none is unlogged'
export const whileNoLineCanCome = 'While no line can come, no packet has a logged reason.'
export const mayBeUnderWay = (packets: string): string =>
	`${packets} not logged so far; the line may still come.`
export const nothingIsConcludedFromIt = 'Nothing is concluded from that yet.'
export const eachPacketHasItsLine = 'Every INVALID packet has its reason line.'
export const callSite = 'call site'
export const silent = (count: string): string => `${count} silent`
export const noKnownPathFits = 'No known path fits.'
export const silentPath = (likelihood: string, title: string): string => `${likelihood}: ${title}.`
export const toTell = (because: string, tellApart: string): string => `${because}. To find out: ${tellApart}.`
export const debugLine = 'debug line'
export const printkHasOfThisKernel = (counted: string): string =>
	`Go to Printk, which has ${counted} of this kernel that print for them.`
export const thisKernelHasNoDebug =
	'Go to Rules, where a rule that logs INVALID shows the packets: this kernel has no debug line to switch on for them.'

// investigation/steps/reasons.ts
export const whichReasonsWhichFlows = 'Which reasons, which flows?'
export const whichReasons = 'Which reasons?'
export const whatIsFrequentComesFirst =
	'What is frequent comes first. "Logged" is not "INVALID": some lines are about packets that are let through.'
export const noLine = 'no line'
export const notInvalid = 'not INVALID'
export const loggedAndAccepted = (accepted: string): string => `${accepted} logged and accepted`
export const topFlow = 'top flow'
export const packetsOfOtherNamespaces = 'packets of other namespaces'
export const noneIsTold = 'none is logged'
export const noLineSoFar = 'no line so far'
export const theKernelTellsNoReason = 'The kernel logs no reason for these packets.'
export const noLineSoFar2 = 'No line so far.'
export const last = (detail: string): string => ` Last: ${detail}.`
export const mostAre = (share: string, reason: string): string => `${share} of INVALID packets: ${reason}.`
export const whileItWasLogged = (share: string): string => `${share} while logging was on`
export const noMeaningIsKnown = 'What the kernel means by this text is not known here.'
export const watchExplainsEachReason = 'Go to Watch, which explains each reason.'

// investigation/steps/report.ts
export const whatIsTheCauseUndo = 'What is the cause? Undo, and write it down.'
export const undoAndReport = 'Undo and report'
export const whatWasFoundIsWorth =
	'Every setting is put back, and the report says what was found, with its evidence.'
export const leftToOthers = (left: number): string => `, ${left} left alone`
export const inForceUndone = (inForce: number, undone: number, part: string): string =>
	`${inForce} in force, ${undone} undone${part}`
export const noCauseFound = 'no cause found'
export const noCauseIsFoundWith = 'No cause is found with what was looked at so far.'
export const goBackToTheSteps = 'Go back to the steps that are not answered.'
export const ifSo = (text: string): string => `If so: ${text}`
/** `look`: a look-alike, and what would tell. */
export const toExclude = (look: string): string => `Not excluded: ${look}.`
export const besides = (title: string): string => `Besides: ${title}.`
export const theReportIsInQ = (report: string): string => `The report is in ${report}. q leaves.`
export const undoThenWriteTheReport = (counted: string): string => `Undo ${counted}; then write the report.`
export const writeTheReportMarkdownAnd = 'Write the report (Markdown and JSON) into this directory.'
export const everythingThatTheStepsAbove = 'everything that the steps above name as not checked'

// investigation/steps/rising.ts
export const isInvalidRising = 'Is INVALID rising?'
export const isItRising = 'Is it rising?'
export const onlyPacketsThatAreInvalid =
	'Only packets that are INVALID now can be explained. The kernel counts them, whether or not anything logs or drops them.'
export const otherNetworkNamespaces = 'other network namespaces'
export const cannotBeRead = 'cannot be read'
export const theCountersAreBeingRead = 'The counters are being read.'
export const theCountersCannotBeRead = 'The counters cannot be read.'
export const invalidAll = 'INVALID, all'
export const ofHaveCountedSome = (busy: number, length: number): string =>
	`${busy} of ${length} have counted some`
export const sOnAverage = (since: string): string => `${since}/s on average`
export const yes = (perSecond: string): string => `yes, ${perSecond}`
export const yesSinceWatchingBegan = (counted: string, perSecond: string): string =>
	`INVALID is rising: ${counted} since watching began, ${perSecond}.`
export const lookingFor10S = 'looking for 10 s'
export const noneSoFar = 'None so far.'
export const noNotNow = 'no, not now'
export const notHere = 'not here'
export const notHereButItRises = (name: string, rate: string): string =>
	`Not here, but INVALID rises in ${name}: ${rate}/s.`
export const lookIntoThatOne = 'Look there.'
export const noPacketWasEverInvalid = 'No packet was counted as INVALID here.'
export const lookElsewhere = 'Look in the network namespace of the container, or at another host on the path.'
export const notNowTheAreFrom = (total: string): string =>
	`Not now: the ${total} INVALID packets are from earlier.`
export const reproduceTheProblem = 'Reproduce the problem while ctscope watches.'
export const tableFullAnd = (short: string): string => `table full; ${short}`
export const tableNearlyFullAnd = (short: string): string => `table nearly full; ${short}`
export const noPacketIsInvalidBesides = 'Besides, no packet was INVALID since watching began.'
export const conntrackTable = 'conntrack table'
export const notTracked = 'conntrack does not track'
export const conntrackDoesNotTrackHere = 'Conntrack does not track here, so nothing can be INVALID.'
export const because = (why: string): string => `${capital(why)}.`
export const lookThere = (name: string): string => `INVALID rises in ${name}: look there.`
export const whatTracksWithoutARule = 'Open vSwitch, tc and IPVS, which use conntrack without a rule'
export const lookIntoTheOtherNetwork = 'Look into the other network namespaces of this host.'
export const otherHostsOnTheWay = 'other hosts on the path'

// investigation/steps/setting.ts
export const doesOneSettingExplainIt = 'Does one setting explain it?'
export const testOneSetting = 'Test one setting'
export const ifTheRateFallsWhile =
	'If the rate falls while one behaviour is changed, and comes back afterwards, that behaviour is the cause, or hides it.'
export const toMakeItLastNever = (lastingText: string): string =>
	`To make it permanent (ctscope never does), ${lastingText}.`
export const whatTheSettingDoesTo = 'what the setting does to traffic that works today'
export const isTry = (from: string, to: string): string => `is ${from}; try ${to}`
export const nothingCanBeTriedNow = (whyNotWrite: string): string =>
	`Nothing can be tried now: ${whyNotWrite}.`
export const thereIsNothingLeftTo = 'There is nothing left to try on this kernel.'
export const anotherOneCanBeTried = (knob: string, to: string): string =>
	`Another one can be tried: ${knob} ${to}.`
export const tryForHalfAMinute = (knob: string, to: string, because: string): string =>
	`Try ${knob} ${to} for half a minute: ${because}. It CHANGES HOW PACKETS ARE HANDLED; you are asked first, and it is undone automatically.`
export const tryWhileTheyCome =
	'Come back while INVALID packets come: a trial compares their rate before, during and after.'
export const notTried = 'not tried'
export const nothingIsInvalidAtThis = 'Nothing is INVALID at this moment.'
export const aTestWouldMeasureNothing = 'A test would measure nothing.'
export const noSettingWasTried = 'No setting was tried.'
export const thisIsOptional = 'This is optional: the steps before often say enough.'
/** What a trial came to, by its verdict. */
export const trialCameTo = {
	explains: (knob: string): string => `${knob} explains it, or hides it.`,
	part: (knob: string): string => `${knob} explains a part of it.`,
	drifts: (knob: string): string => `INVALID fell with ${knob}, but did not rise again afterwards.`,
	worse: (knob: string): string => `${knob} made more packets INVALID.`,
	nothing: (knob: string): string => `${knob} made no difference beyond chance.`,
	'too-few': (knob: string): string => `Too little was measured to judge ${knob}.`,
} as const
export const measuringAfterIt = 'measuring after it'
export const inForce = 'in force'
export const invalidIsAtSNow = (rate: string): string => `INVALID is at ${rate}/s now.`
export const waitItIsUndoneBy =
	'Wait: it is undone automatically. K keeps it for up to 2 minutes, for a longer measurement; u undoes it now.'
export const waitTheRateAfterIt = 'Wait: the rate after it is measured for as long.'
export const otherTrafficThatChangesMeanwhile =
	'other traffic that changes meanwhile: that is why it is measured again afterwards'

// investigation/steps/telling.ts
export const canTheKernelSayWhy = 'Is the kernel logging reasons?'
export const isTheReasonTold = 'Are reasons logged?'
export const forMostInvalidPacketsThe =
	'For most INVALID packets the kernel can print a reason. By default it prints none.'
export const whetherSomebodyElseReadsOr = 'whether someone else reads or filters the kernel log on its way'
export const theSettingsAreBeingRead = 'The settings are being read.'
export const theSettingsCannotBeRead = 'The settings could not be read so far.'
export const yesItIsOn = 'yes, it is on'
export const yesReasonsCome = 'Reasons are logged, and reach ctscope.'
export const yesButNoneCame = 'Reasons can reach ctscope; none has come so far.'
export const noReasonIsLogged = 'The kernel logs no reason, but it can.'
export const noReasonCanBeLogged = 'No reason reaches ctscope, and it cannot change that from here.'
export const noButItCan = 'no, but it can'
export const switchTheLogOnFor =
	'Switch logging on for 10 minutes. It logs more; packets are handled as before. The exact writes are shown first.'
export const itCannotBeSwitchedOn = (whyNotTell: string, asks: string): string =>
	`It cannot be switched on from here: ${whyNotTell}.${asks}`
