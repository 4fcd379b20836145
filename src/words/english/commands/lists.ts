// Sentences for people, by the file that says them.

// commands/lists/command.ts
export const listUnconfirmedAndDying =
	'list unconfirmed and dying entries, for some seconds, also where conntrack -L no longer can'
export const howLongEntriesAreFollowed =
	'how long entries are followed by kernel probes, 1s to 30s (default: 10s)'
export const aTimeFrom1sTo30s = 'a time from 1s to 30s'
export const printJsonOfLists = 'print JSON'
export const exampleOfLists = `
ctscope sets kernel probes that see when each entry is made, confirmed, removed
and freed, and removes them at the end.
Examples:
  ctscope lists                            both lists after 10 seconds
  ctscope lists --for 30s --netns web`

// commands/lists/session.ts
export const followingEntries = 'following entries'
export const followEntries = 'show unconfirmed and dying entries'
export const theProbesWereUndone = 'the probes were undone'

// commands/lists/text.ts
export const ofNetns = (name: string): string => `network namespace ${name}`
export const listsOfTheKernel = (place: string): string => `Unconfirmed and dying entries, ${place}`
export const entriesFollowed = (place: string, seconds: string): string =>
	`Unconfirmed and dying entries, ${place}, followed for ${seconds} s by kernel probes`
export const kernelsOwnList = 'conntrack -L: '
export const byProbes = (what: string): string => `${what} (kernel probes)`
export const notKnown = 'n/a'
export const noSuchList = 'this kernel keeps no such list'
export const none = 'none'
export const untilFreed = 'removed until freed'
export const untilConfirmed = 'made until confirmed'
export const untilDropped = 'made until freed unconfirmed'
export const inOtherNamespaces = (unconfirmed: string, dying: string): string =>
	`In other network namespaces there are ${unconfirmed} unconfirmed and ${dying} dying entries now.`

// commands/lists/lists.ts
export const followedFor = (seconds: number, all: number): string =>
	`lists: following entries, ${Math.min(seconds, all)} of ${all} s; ctrl-c ends it and takes the probes away`
