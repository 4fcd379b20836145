// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// commands/replay/command.ts
export const examplesCtscopeReplayCaseCtscope = `
Examples:
  ctscope replay case.ctscope --speed 8
  ctscope replay case.ctscope --end        the last screen`
export const showARecordingCtscopeRecord =
	'show a recording (ctscope --record FILE) on the same screens; needs no root'
export const whatRecordHasMade = 'what --record has made'
export const allOfItAtOnce = 'all of it at once: the last screen'
export const howFast025To = 'how fast: 0.25 to 64 times'
export const oneOf0250 = 'one of 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64'
export const stayOnTheNormalScreen = 'stay on the normal screen of the terminal'
export const useTheMouse =
	'the wheel scrolls the pane under the pointer, a click selects a row (most terminals then select text with shift)'
export const drawWithAsciiCharactersOnly = 'draw with ASCII characters only'
export const drawWithoutColoursAlsoWith = 'draw without colours (also with NO_COLOR set)'

// commands/replay/replay.ts
export const linesOfTheRecordingAre = (damaged: number): string =>
	`${some(damaged, 'line of the recording is damaged and was', 'lines of the recording are damaged and were')} left out`
export const ofFloodsEachTextWas = (without: string): string =>
	`in floods only a few lines of each text were kept each second, and all were counted: ${some(without, 'line is', 'lines are')} shown as others with the same text`
export const itIsEmpty = 'it is empty'
export const whatItHoldsIsNot = 'its contents were not recorded by ctscope'
export const cannotBePlayed = (path: string, why: string): string => `${path} cannot be played: ${why}`
export const giveAFileThatCtscope = 'give a file that ctscope --record has made'

// commands/tui/command.ts
export const examplesCtscopeTuiReadOnly = `
Examples:
  ctscope tui --read-only                  look only
  ctscope tui --plain                      for a screen reader
  ctscope tui --record case.ctscope        watch it again with ctscope replay`
export const bindNoKeyThatChanges = 'bind no key that changes anything'
export const linesOfTextAndTyped = 'lines of text and typed words, for screen readers and serial consoles'
export const keepEverythingThatIsObserved =
	'record everything that is observed in a new file, for ctscope replay'
export const openTheScreenTheDefault = 'open the screen (the default with a terminal)'
export const tuiNeedsATerminalWithout = 'tui needs a terminal; without one use: ctscope status'

// commands/watch/command.ts
export const exampleCtscopeWatchInterval5 = `
Example:
  ctscope watch --interval 5 --count 12    a minute of counters and reasons

A line of watch is one interval, which has too few packets to group them by
address or port: ctscope run --by groups those of a whole run, and W those on
the screen.`
export const printCountersAndReasonsAgain =
	'print counters and reasons again and again; changes nothing, unless --source probe is given'
export const printOneJsonObjectA = 'print one JSON object a line'
export const timeBetweenTwoReadings = 'time between two readings'
export const endAfterNReadings = 'end after n readings'
export const aNumberFrom1On = 'a number from 1 on'

// commands/watch/watch-line.ts
export const mostFrequentReasonNow = 'most frequent reason now'

// commands/watch/probing.ts
export const settingKernelProbes = 'setting kernel probes'
export const theHostWasNotLookedAt = 'the host could not be read'
export const isNotShown = (what: string, why: string): string => `not shown: ${what} (${why})`
export const probesWereRemoved = (why: string): string =>
	`the kernel probes were removed (${why}): no reasons come from here on; start ctscope watch again, or give --ttl`
export const somebodyHasRemovedThem = 'someone has undone them'
export const probeSetsKernelProbes =
	'probe: set kernel probes while watching, and remove them at the end; without it nothing is changed'
export const giveProbeOrLeaveItOut = 'probe, or nothing: watch changes no other setting'
