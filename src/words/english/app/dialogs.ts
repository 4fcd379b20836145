// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// app/dialogs/answers.ts
export const off = (keysOf: string, word: string, refused: string): string =>
	`${keysOf} ${word}: off, ${refused}`
export const off2 = (word: string, reason: string): string => `${word}: off, ${reason}`

// app/dialogs/confirm.ts
export const netns = (name: string): string => `netns ${name}`
export const thisNetns = 'this netns'
export const thisChangesHowPacketsAre = (place: string): string =>
	`THIS CHANGES HOW PACKETS ARE HANDLED, for every flow in ${place}.`
export const thisLogsMorePacketsAre = 'This logs more. Packets are handled as before.'
export const cannotWork = (blocker: string): string => `CANNOT WORK: ${blocker}`
export const syslogDoesNotSeeThem = '; syslog does not see them meanwhile'
export const reasonsFrom = (sourceNames: string, unseen: string, instead: string): string =>
	`Reasons from ${sourceNames}${unseen}${instead}.`
export const lDmesgN = (level: undefined | number): string => ` (l: dmesg -n ${level})`
export const pressWithinSToKeep = (key: string, confirmMs: number, behaveMs: number): string =>
	`press ${key} within ${confirmMs} s to keep it for the full ${behaveMs} min`
export const sameAs = 'same as'
export const likeARuleOf = 'like'
export const backTo = (part: string, from: string): string => `back to ${part}${from}`
export const allOfItBack = 'all of it back'
export const afterMinOrAsSoon = (back: string, minutes: number, key: string): string =>
	`${back} after ${minutes} min, or as soon as you press ${key}, quit, or lose this connection`
export const holdsForTheWholeHost = (names: string, verb: string): string =>
	`${names} ${verb} to the whole host, not only for this network namespace`
export const whatStandsInFrontOf = 'The prefix of each line, for call sites that are switched on from now on.'
export const decorateTheLines = 'Decorate the lines'

// app/dialogs/dialog.ts
export const logPacketsByARule = 'Log packets by a temporary rule'
export const whatWouldThisRuleDrop = 'What would this rule drop?'
export const leftRight = ' (left, right)'
export const newValue = 'new value: '
export const nowANumber = (now: string, inWords: string, range: string): string =>
	`now ${now}${inWords}; a number ${range}`
export const itGoes = 'it is'
export const theyGo = 'they are'
export const leftOnOffAt = (part: string, until: string): string => `Left on, ${part} undone at ${until}.`
export const n1ChangeIsInForce = '1 change is in force:'
export const changesAreInForce = (length: number): string =>
	`${some(length, 'change is', 'changes are')} in force:`
export const leftBehind = (counted: string): string => `${counted} left behind`
export const leftOnByASession = (ownerOf: string, leaseId: string, since: string): string =>
	`Left on by a session of ${ownerOf} (${leaseId}) that began${since} and whose guard is gone:`
export const now = (shortValue: string): string => `, now ${shortValue}`

// app/dialogs/flood-choice.ts
export const theSettingsAreBeingRead = 'the settings are being read again'
export const thereWasNoFlood = 'there was no flood'
export const noReasonWasReadSo = 'no reason was read, so the protocol is not known'
export const onlyWasLogged = (protocolName: string): string => `only ${protocolName} was logged`

// app/dialogs/flood.ts
export const throughNflogTheSameLines =
	'NFLOG delivers the same lines outside the kernel log: no flood there, and with whole packets.'
export const mostLinesWereAboutOf = (protocolName: string, count: string, part: string): string =>
	`Most lines were about ${protocolName}: ${count} of ${part}.`
export const callSitesThatSayLess = (quieter: string): string =>
	`Call sites that print less, on Printk (4): ${quieter}.`
export const printk4HasTheOther = 'Printk (4) has the other call sites.'
export const logFloodLinesS = (rate: number): string => `Log flood: ${rate} lines/s`
export const logFloodLinesSSwitched = (rate: number, counted: string): string =>
	`LOG FLOOD ${rate} lines/s: ${counted} switched off`
export const theKernelLogGotAbout = (rate: number): string =>
	`The kernel log got about ${rate} lines/s for 3 s, so the guard switched off what logs more:`
export const cannotBeRead = 'cannot be read'
export const readsAgain = (now: string): string => `reads ${now} again`
export const reads = (now: string): string => `reads ${now}`
export const now2 = (
	changeName: string,
	was: string,
	arrow: string,
	set: string,
	end: string,
	why: string,
): string => `  ${changeName}  ${was} ${arrow} ${set}, now ${end}${why}`

// app/dialogs/help.ts
export const help = (title: string): string => `Help: ${title}`
export const notSeenOnThisHost = 'NOT SEEN ON THIS HOST'
export const vIInvalidAAccepted =
	'V: I INVALID, A accepted and only logged, i INVALID or accepted depending on the kernel, D dropped by conntrack, + second line of the same packet, R logged by a firewall rule, ! lines lost, ? not known'
export const nowOff = (reason: string): string => ` (now off: ${reason})`
export const off3 = (reason: string): string => `  off: ${reason}`
export const text = (part: string, keys: string, title: string, off: string): string =>
	`${part}${keys} ${title}${off}`
export const noCommandFits = 'no command matches'

// app/dialogs/keys.ts
export const undoAll = 'undo all'
export const scrollDown = 'scroll down'
export const scrollUp = 'scroll up'
export const toTheTop = 'to the top'
export const toTheEnd = 'to the end'
export const oneBefore = 'previous'
export const aChangeIsBeingWritten = 'a change is being written'
export const needsSystemdWithoutItsTimer = 'needs systemd: without its timer nobody would undo them'
export const noCommandIsSelected = 'no command is selected'
export const noCommandMatches = 'no command matches'
export const thereIsNoOtherSource = 'there is no other source for it here'
export const thePlanDoesThatAlready = 'the plan already does that'
export const thePlanLeavesTheConsole = 'the plan leaves the console as it is'
export const noCallSiteWasSwitched = 'no call site was switched off'
export const yesDoIt = 'yes, do it'
export const noGoBackDefault = 'no, go back (default)'
export const copyToAFile = 'copy into a file'
export const copyTheCommand = 'copy the command'
export const andKeepItOffThe = 'and keep it off the console meanwhile'
export const letTheConsoleShowIt = 'let the console show it'
export const theOtherSource = 'the other source'
export const lookThere = 'go there'
export const onOrOff = 'on or off'
export const goOn = 'continue'
export const nextLine = 'next line'
export const lineBefore = 'previous line'
export const anotherValue = 'another value'
export const valueBefore = 'previous value'
export const undoAndLeave = 'undo and leave'
export const leaveThemOnUntilTheir = 'leave them on until they expire'
export const undoItDefault = 'undo it (default)'
export const lookFirst = 'look first'
export const logThroughNflogInstead = 'log through NFLOG instead'
export const logOnlyTheProtocolThat = 'log only the most frequent protocol'
export const chooseOtherCallSites = 'choose other call sites'
export const leaveItOffDefault = 'leave it off (default)'
export const pageDown = 'page down'
export const pageUp = 'page up'
export const runIt = 'run it'

// app/dialogs/netns.ts
export const kernelLog = 'kernel log'
export const nflog = 'NFLOG'
export const networkNamespacesOfThisHost = 'Network namespaces of this host'
export const theyAreBeingRead = 'They are being read.'
export const theyCannotBeRead = 'They cannot be read.'
export const youAreHere = '* you are here'
export const pod = (pod: string): string => `, pod ${pod}`
export const noProcess = 'no process'
export const first = (processes: string, part: string, name: string, pid: number): string =>
	`${processes} ${part}, first ${name} (${pid})`
export const someOfItCouldNot = (why: string): string => `some of it could not be read: ${why}`
export const atMostEntries = (max: string): string => `at most ${some(max, 'entry', 'entries')}`
export const everythingIsPutBackBefore = (path: string): string =>
	`everything is put back before ctscope goes there; ${path}`

// app/dialogs/sheet.ts
export const scrollKeys = ' (j, k)'
export const linesAround = (ellipsis: string, above: number, below: number, keys: string): string => {
	const places = [...(above > 0 ? [`${above} above`] : []), ...(below > 0 ? [`${below} below`] : [])]
	return `${ellipsis} ${below === 0 ? 'the end; ' : 'more lines: '}${places.join(', ')}${keys}`
}

// app/dialogs/slice.ts
export const linesComeAsTheyAre = 'lines have no prefix from now on'
export const linesGetInFrontFrom = (words: string): string => `lines have this prefix from now on: ${words}`
export const stillUndoingTheProgramEnds = 'still undoing: ctscope ends as soon as everything is put back'
export const found = (leaseId: string): string => `found ${leaseId}`

// app/dialogs/netns.ts
export const mostFrequent = 'MOST FREQUENT'
export const probesToldNothing = 'kernel probes: no INVALID packet since they were set'
export const probesTold = (count: string, reasons: string): string =>
	`kernel probes: ${count} INVALID since they were set: ${reasons}`
export const andMoreOfThem = (count: number): string => `${count} more`
