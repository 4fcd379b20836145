import type { Reason } from '../../reasons/classify.ts'
import type { LineTally, LogState } from '../state/log-state.ts'

export const NO_LINES: LineTally = {
	invalid: 0,
	accepted: 0,
	dropped: 0,
	'second-line': 0,
	depends: 0,
	unknown: 0,
	icmp: 0,
	answers: 0,
	again: 0,
}

/** A tally that is being added to: one copy for each batch of lines. */
type OpenTally = { -readonly [Name in keyof LineTally]: LineTally[Name] }

export const openTallies = ({ kmsg, nflog, probe }: LogState['tally']) => ({
	kmsg: { ...kmsg },
	nflog: { ...nflog },
	probe: { ...probe },
})

export type OpenTallies = ReturnType<typeof openTallies>

/** An ICMP packet that is INVALID has failed its error check, which moves `error` and leaves `invalid` as it is. */
export function addLine(tally: OpenTally, { verdict, protocol, answer, again }: Reason): void {
	tally[verdict]++
	if (verdict === 'invalid' && (protocol === 'ICMP' || protocol === 'ICMPv6')) tally.icmp++
	if (verdict === 'invalid' && answer === true) tally.answers++
	if (verdict === 'invalid' && again === true) tally.again++
}

export function tallyBetween(first: LineTally, last: LineTally): LineTally {
	const names = Object.keys(NO_LINES) as (keyof LineTally)[]
	return Object.fromEntries(names.map((name) => [name, last[name] - first[name]])) as LineTally
}

export function tallySum(one: LineTally, other: LineTally): LineTally {
	const names = Object.keys(NO_LINES) as (keyof LineTally)[]
	return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as LineTally
}
