import * as english from '../../words/english/changes/tap.ts'
import {
	type Matched,
	TAP_HOOKS,
	TAP_KINDS,
	TAP_LEVELS,
	TAP_OPTIONS,
	TAP_STATES,
	type Tap,
	type TapMatch,
	tapOf,
	tapProblem,
} from './tap.ts'

/** What the journal and the protocol take. */
export const LONGEST_TAP = 500

const MATCHES = ['proto', 'saddr', 'daddr', 'sport', 'dport', 'in', 'out', 'flags'] as const

/**
 * The one spelling of a tap: `tap name=NEW hook=input state=new proto=tcp dport=!22 rate=10/second burst=20 level=warn
 * to=kmsg prefix=tap NEW: .` with the prefix last, since it may hold blanks, and a dot behind it, since it may end with one.
 */
export function tapText(tap: Tap): string {
	const words: string[] = [tap.kind, `name=${tap.name}`, `hook=${tap.hooks.join(',')}`]
	if (tap.states.length > 0) words.push(`state=${tap.states.join(',')}`)
	if (tap.match.family !== undefined) words.push(`family=${tap.match.family}`)
	for (const key of MATCHES) {
		const matched = tap.match[key]
		if (matched !== undefined) words.push(`${key}=${matched.not ? '!' : ''}${matched.value}`)
	}
	words.push(`rate=${tap.rate.packets}/${tap.rate.per}`, `burst=${tap.rate.burst}`)
	words.push(`to=${tap.to.kind === 'kmsg' ? 'kmsg' : english.nflog(tap.to.group)}`)
	if (tap.snaplen !== undefined) words.push(`snaplen=${tap.snaplen}`)
	words.push(`level=${tap.level}`)
	if (tap.options.length > 0) words.push(`options=${tap.options.join(',')}`)
	return `${words.join(' ')} prefix=${tap.prefix}.`
}

/** The tap that a text spells; undefined for text that is no tap, or not one that may be made. Untrusted text. */
export function parseTap(text: string): Tap | undefined {
	const found = /^(\S+) (.*?) prefix=(.*)\.$/.exec(text)
	const [, kind = '', words = '', prefix = ''] = found ?? []
	if (!isOf(TAP_KINDS, kind)) return undefined
	const given = new Map(words.split(' ').map((word) => split(word, '=')))
	const list = (key: string) => (given.get(key) ?? '').split(',').filter((word) => word !== '')
	const [packets, per] = split(given.get('rate') ?? '', '/')
	const [to, group] = split(given.get('to') ?? '', ':')
	const snaplen = given.get('snaplen')
	const level = given.get('level') ?? ''
	const match: { -readonly [Key in keyof TapMatch]: TapMatch[Key] } = {}
	const family = given.get('family')
	if (family === 'ip' || family === 'ip6') match.family = family
	for (const key of MATCHES) {
		const value = given.get(key)
		if (value !== undefined) match[key] = matchedOf(value)
	}
	if (per !== 'second' && per !== 'minute') return undefined
	if (!isOf(TAP_LEVELS, level)) return undefined
	const tap = tapOf({
		kind,
		name: given.get('name') ?? '',
		hooks: list('hook').filter((hook) => isOf(TAP_HOOKS, hook)),
		states: list('state').filter((state) => isOf(TAP_STATES, state)),
		match,
		rate: { packets: Number(packets), per, burst: Number(given.get('burst')) },
		to: to === 'nflog' ? { kind: 'nflog', group: Number(group) } : { kind: 'kmsg' },
		...(snaplen === undefined ? {} : { snaplen: Number(snaplen) }),
		level,
		options: list('options').filter((option) => isOf(TAP_OPTIONS, option)),
		prefix,
	})
	// Whatever is not part of the one spelling makes it another text.
	return tapProblem(tap) === undefined && text.length <= LONGEST_TAP && tapText(tap) === text
		? tap
		: undefined
}

export const matchedOf = (text: string): Matched =>
	text.startsWith('!') ? { not: true, value: text.slice(1) } : { not: false, value: text }

function split(text: string, at: string): [string, string] {
	const place = text.indexOf(at)
	return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + at.length)]
}

const isOf = <T extends string>(list: readonly T[], word: string): word is T =>
	(list as readonly string[]).includes(word)
