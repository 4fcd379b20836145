import * as english from '../../words/english/changes/tap.ts'
import { familyOf, type Matched, type Tap, type TapHook } from './tap.ts'
import { rulesOf } from './tap-rules.ts'

/** What the admin could type for the same, line by line: for nft in a chain of theirs, and for iptables where it can say it. */
export function sameByHand(tap: Tap): readonly string[] {
	return [
		...tap.hooks.flatMap((hook) => nftLines(tap, hook)),
		...tap.hooks.flatMap((hook) => iptablesLines(tap, hook)),
	]
}

const nftLines = (tap: Tap, hook: TapHook): readonly string[] =>
	rulesOf(tap).map((rule) => english.nftInsertRuleInetFilter(hook, rule))

/** Chains that the filter table has; where packets come in and leave, that is mangle. */
const TABLE: Readonly<Record<TapHook, string>> = {
	prerouting: '-t mangle -I PREROUTING',
	input: '-I INPUT',
	forward: '-I FORWARD',
	output: '-I OUTPUT',
	postrouting: '-t mangle -I POSTROUTING',
}

const LOG_OPTIONS = {
	'tcp-seq': '--log-tcp-sequence',
	'tcp-opt': '--log-tcp-options',
	'ip-opt': '--log-ip-options',
	uid: '--log-uid',
} as const

function iptablesLines(tap: Tap, hook: TapHook): readonly string[] {
	const { match, states, rate, options, to, level, prefix } = tap
	const address = match.saddr ?? match.daddr
	const family = address === undefined ? match.family : familyOf(address.value)
	const tools = family === 'ip6' ? ['ip6tables'] : family === 'ip' ? ['iptables'] : ['iptables', 'ip6tables']
	const state = states.length === 0 ? '' : english.mConntrackCtstate(states.join(',').toUpperCase())
	const target =
		tap.kind === 'trace'
			? '-j TRACE'
			: to.kind === 'nflog'
				? english.jNflogNflogGroupNflog(to.group, prefix)
				: [
						'-j LOG',
						`--log-level ${LEVEL_NAMES[level] ?? level}`,
						`--log-prefix "${prefix}"`,
						...options.map((option) => LOG_OPTIONS[option]),
					].join(' ')
	const limit = english.mLimitLimitLimitBurst(rate.packets, rate.per, rate.burst)
	if (tap.kind === 'count') {
		const all =
			states.length === 0
				? ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED']
				: states.map((one) => one.toUpperCase())
		return tools.flatMap((tool) =>
			all.map((one) => words(tool, TABLE[hook], ...matchWords(tap), english.mConntrackCtstate(one))),
		)
	}
	// TRACE is a target of the raw table, before conntrack: there is no state yet.
	if (tap.kind === 'trace') return []
	return tools.map((tool) => words(tool, TABLE[hook], ...matchWords(tap), state, limit, target))
}

const LEVEL_NAMES: Readonly<Record<string, string>> = { warn: 'warning', err: 'error' }

function matchWords({ match }: Tap): readonly string[] {
	const { proto, saddr, daddr, sport, dport, flags } = match
	return [
		option('-p', proto),
		option('-s', saddr),
		option('-d', daddr),
		option('-i', match.in, wildcard),
		option('-o', match.out, wildcard),
		ports('sport', sport),
		ports('dport', dport),
		option('--tcp-flags', flags, (value) => value.toUpperCase().split('/').join(' ')),
	]
}

const wildcard = (name: string): string => name.replace(/\*$/, '+')

function option(
	name: string,
	matched: Matched | undefined,
	as: (value: string) => string = (value) => value,
): string {
	return matched === undefined ? '' : `${matched.not ? '! ' : ''}${name} ${as(matched.value)}`
}

function ports(name: string, matched: Matched | undefined): string {
	if (matched === undefined) return ''
	const value = (text: string) => text.replaceAll('-', ':')
	return matched.value.includes(',')
		? english.mMultiport(option(`--${name}s`, matched, value))
		: option(`--${name}`, matched, value)
}

const words = (...list: readonly string[]): string => list.filter((word) => word !== '').join(' ')
