// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// plain/speech.ts
export const thereIsRoomAgain = 'There is room in the conntrack table again'
export const invalidHasBegunToRise = (invalid: string): string =>
	`INVALID has begun to rise: ${invalid} per second.`
export const invalidHasStoppedRisingNone = (stillSeconds: number): string =>
	`INVALID has stopped rising: none for ${some(stillSeconds, 'second')}.`

// plain/text.ts
export const onKernelNetworkNamespace = (hostname: string, kernel: string, name: string): string =>
	` on ${hostname}, kernel ${kernel}, network namespace ${name}`
export const readOnly = ' Read only.'
export const ctscope = (host: string, part: string, onText: string): string =>
	`ctscope${host}.${part} ${onText}`
export const noChangesInForce = 'No changes in force.'
export const guardOkSystemTimerOk = 'Guard ok, system timer ok.'
export const guardOk = 'Guard ok.'
export const inForceUndoneAtOr = (counted: string, until: string, guard: string): string =>
	`${counted} in force, undone at ${until} or when this program ends. ${guard}`
export const stepOf = (indexOf: number, length: number, question: string): string =>
	`Step ${indexOf} of ${length}. ${question}`
export const toDo = (what: string): string => `Do: ${what}`
export const read = (read: string): string => `Evidence: ${read}.`
export const why = (why: string): string => `Why: ${why}`
export const confidence = (confidence: string): string => `Confidence: ${confidence}.`
export const notChecked = (notChecked: string): string => `Not checked: ${notChecked}.`
export const typeDoTo = (word: string): string => `Type do to ${word}.`
export const typeNextToGoOn = (target: number): string => `Type next to go on with step ${target}.`
export const typeHelpForAllWords = 'Type help for all words.'
export const soFar = 'So far'
export const theNetworkNamespacesAreBeing = 'The network namespaces are being read; type again in a moment.'
export const networkNamespacesOfThisHost = 'Network namespaces of this host:'
export const perSecondNow = (perSecond: string): string => `${perSecond} per second now`
export const youAreThere = ', you are there'
export const typeSourceFor = (what: unknown): string => ` (type source for ${what})`
export const typeQuietFor = (what: unknown): string => ` (type quiet for ${what})`
export const theCountersAreNotRead = 'The counters are not read yet.'
export const invalidPerSecondNowSince = (invalid: string, invalid2: string, invalid3: string): string =>
	`INVALID: ${invalid}, ${invalid2} per second now, ${invalid3} since watching began.`
/** What texts say of keys, and what it is for who types words. */
export const ofKeysForWords: readonly (readonly [RegExp, string])[] = [
	[/\bpress U\b/g, 'type undo'],
	[/\bpress K\b/g, 'type keep'],
	[/\bwith K\b/g, 'with keep'],
	[/\bK keep\b/g, 'type keep'],
	[/\bK keeps\b/g, 'keep keeps'],
	[/\bu undoes\b/g, 'undo undoes'],
	[/\bq leaves\b/g, 'quit leaves'],
]

// plain/words.ts
export const keepTheAnswerAndGo = 'keep the answer and go on'
export const whatTheStepOffersWhat = 'what the step offers; what it writes is shown first'
export const theStepBefore = 'the step before'
export const leaveTheQuestionOpen = 'leave the question open'
export const askTheQuestionAgain = 'ask the question again'
export const untilTheStepHasIts = 'until the step has its answer'
export const theStepAsItIs = 'the step as it is now; step 5 goes there'
export const countsAndChanges = 'counts and changes'
export const putEverythingBack = 'put everything back'
export const keepAChangeThatWaits = 'keep a change that is waiting for confirmation'
export const n10MoreMinutesForWhat = '10 more minutes for what logs more, up to an hour from now'
export const writeWhatWasFoundReport = 'write what was found; report anonymous hides addresses'
export const allNetworkNamespacesOfThis = 'all network namespaces of this host, to go to another one'
export const theseWords = 'these words'
export const putEverythingBackAndLeave = 'put everything back and leave'
export const showNameAWholeScreen = (screens: string): string => `show NAME (a whole screen: ${screens})`
export const isNoWordHere = (slice: string, promptWords: string): string =>
	`"${slice}" is not a command here: ${promptWords}.`
export const typeANumberFrom1 = (length: number): string => `Type a number from 1 to ${length}, or no.`
export const aQuestionIsOpen = (promptWords: string): string => `A question is open: ${promptWords}.`
export const yesToDoIt = 'yes to do it'
export const quietToKeepTheLines = 'quiet to keep the lines off the console'
export const quietToShowTheLines = 'quiet to show the lines on the console'
export const sourceForTheOtherSource = 'source for the other source'
export const yesToUndoIt = 'yes to undo it'
export const nflogToLogThroughNflog = 'nflog to log through NFLOG instead'
export const protocolToLogOnlyThe = 'protocol to log only the most frequent protocol'
export const noToLookFirst = 'no to look first'
export const noToLeaveItOff = 'no to leave it off'
export const noToCloseThis = 'no to close this'
export const typeNextDoBackSkip = 'Type next, do, back, skip, again, wait, undo, status, report, help or quit'
export const typeTheNumberOfYour = 'Type the number of your choice, or no'
export const typeANumberOrNo = 'Type a number, or no'
export const typeTheNumberOfA = 'Type the number of a namespace to go there, or no'
export const detailsForTheSameBy = 'details for the same by hand'
export const type = (all: string, part: string, no: string): string => `Type ${all}${part}${no}`
