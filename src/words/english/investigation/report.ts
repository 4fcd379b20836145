// Sentences for people, by the file that says them.

import { some } from '../../numbers.ts'

// investigation/report/markdown.ts
export const invalidPacketsOn = (plain: string): string => `# INVALID packets on ${plain}`
export const kernelNetworkNamespaceWatchedFrom = (
	plain: string,
	plain2: string,
	startedAt: string,
	writtenAt: string,
	ctscope: string,
): string =>
	`Kernel ${plain}, network namespace ${plain2}. Watched from ${startedAt} to ${writtenAt} by ctscope ${ctscope}.`
export const noCauseWasFoundWith = 'No cause was found with what was looked at.'
export const whatWouldMendIt = 'What would fix it:'
export const noLineCame = 'No line came.'
export const account = (plain: string): string => `Account: ${plain}`
export const theConnectionTable = '## Connection table'
export const theLastLine = (plain: string, code: string): string => `${plain}, the last line: ${code}`
export const noRuleThatAsksFor = 'No rule that matches INVALID was seen.'
export const whatWouldPass = '## What would pass with a setting'
export const changesAndTheirUndo = '## Changes and their undo'
export const readsNow = 'reads now'
export const theSameInAShell = 'The same in a shell:'
export const settingsAndCounters = '## Settings and counters'
export const notTold = 'not known'
export const entriesOfInvalidByCpu = (
	count: string | number,
	max: string | number,
	invalidByCpu: string,
): string => `Entries: ${count} of ${max}. INVALID by CPU: ${invalidByCpu}`
export const toMakeTheSettingLast = 'To make the setting permanent (ctscope never does):'
export const allSettingsReadAsThey = 'All settings read as they did at the beginning.'
export const readAtTheBeginningNow = (plain: string, code: string, code2: string): string =>
	`- ${plain} read ${code} at the beginning, ${code2} now`
export const confidence = (plain: string, confidence: string, part: string, part2: string): string =>
	`${plain} (confidence ${confidence}${part}${part2})`
export const excluded = (lookAlike: string): string => `excluded: ${lookAlike}`
export const notExcluded = (lookAlike: string): string => `not excluded: ${lookAlike}`
export const notChecked = (notChecked: string): string => `Not checked: ${notChecked}.`
export const byHand = (byHand: string): string => `By hand: ${byHand}`

// investigation/report/outputs.ts
export const notInstalled = 'not installed'
export const moreRules = 'more rules'
export const areLeftOut = (length: number): string => `${length} are left out`
export const noCounter = 'no counter'
export const packetsBytes = (packets: number, bytes: number): string =>
	`${some(packets, 'packet')}, ${some(bytes, 'byte')}`
export const usedBy = (usedBy: string): string => `, used by ${usedBy}`

// investigation/report/report.ts
export const sysctlNetNetfilter = 'sysctl net.netfilter'
export const grepNfConntrackProcDynamic = 'grep nf_conntrack /proc/dynamic_debug/control'
export const ctscopeStatus = 'ctscope status'
export const nothingWasChanged = 'nothing was changed'
export const ofPutBackReadBack = (back: number, length: number): string =>
	`${back} of ${length} put back, read back`
export const leftAloneSetBySomeone = (left: number): string => `${left} left alone: set by someone else`
export const stillInForce = (on: number): string => `${on} still in force`

// investigation/report/markdown.ts: kernel probes
export const withoutAReason = 'without a reason'
export const howEntriesEnded = '## How entries ended'
export const whatProbesSaw = '## What kernel probes saw'
export const obituary = (flow: string, packets: number, sentence: string): string =>
	`${flow} (${packets} ${packets === 1 ? 'packet' : 'packets'} without an entry): ${sentence}`
export const ledger = (reason: string, flow: string, says: string): string =>
	`${reason}, judged as ${flow}: ${says}`
export const elsewhere = (netns: string, count: number, reasons: string): string =>
	`network namespace ${netns}: ${count} INVALID: ${reasons}`
