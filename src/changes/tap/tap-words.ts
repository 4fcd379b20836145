import { parseProbes } from '../../kernel/probes/probe-sets.ts'
import * as english from '../../words/english/changes/tap.ts'
import type { Matched, Tap } from './tap.ts'
import { parseTap } from './tap-text.ts'

/** Lines a second in the kernel log that are too many while we make it say more, unless something else is asked for. */
export const DEFAULT_MAX_RATE = 200
/** More than this no kernel log takes in a second; whoever wants no limit says 0. */
export const HIGHEST_MAX_RATE = 100_000

/** Which packets, in a few words: `INVALID tcp to port 1234 in input`. */
export function tappedInWords({ states, match, hooks }: Tap): string {
	const { family, proto, saddr, daddr, sport, dport, flags } = match
	const words = [
		states.length === 0 ? '' : states.map((state) => state.toUpperCase()).join(', '),
		family === undefined ? '' : family === 'ip' ? 'IPv4' : 'IPv6',
		named('', proto),
		flags === undefined ? '' : named('flags', flags),
		named('from', saddr),
		named(english.fromPort, sport),
		named('to', daddr),
		named(english.toPort, dport),
		named(english.inBy, match.in),
		named(english.outBy, match.out),
	].filter((word) => word !== '')
	return `${words.length === 0 ? english.everyPacket : words.join(' ')} in ${hooks.join(', ')}`
}

const named = (word: string, matched: Matched | undefined): string =>
	matched === undefined ? '' : [word, matched.not ? 'not' : '', matched.value].filter(Boolean).join(' ')

const KINDS = {
	tap: 'logs',
	preview: english.previewsARuleFor,
	count: english.countsByState,
	trace: 'traces',
} as const

/** The value of a table of ours as people say it. */
export function tapInWords(value: string): string {
	const tap = parseTap(value)
	if (tap === undefined) return value === 'absent' ? english.notThere : english.aTableThatIsNot
	return `${KINDS[tap.kind]} ${tappedInWords(tap)}`
}

/** A value where there is no room for all of it: what a table holds, and what probes tell, is told elsewhere. */
export const shortValue = (value: string): string =>
	parseTap(value) === undefined && parseProbes(value) === undefined ? value : 'there'

/** The name of a tap in a list of changes: `tap NEW`, and `trace` for the one that is named like its kind. */
export function tapName(value: string): string | undefined {
	const tap = parseTap(value)
	if (tap === undefined) return undefined
	return tap.name === tap.kind ? tap.kind : `${tap.kind} ${tap.name}`
}

/** The tap that a line of the kernel log, or a message of NFLOG, comes from: they begin with its prefix. */
export function tapOfText(text: string, taps: readonly Tap[]): Tap | undefined {
	return taps.find(({ kind, prefix }) => (kind === 'tap' || kind === 'preview') && text.startsWith(prefix))
}
