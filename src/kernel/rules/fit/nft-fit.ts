import {
	addressFit,
	allOf,
	anyOf,
	type Fit,
	fitIf,
	interfaceFit,
	negated,
	numberFit,
	protocolFit,
	type RuleFlow,
} from './fit.ts'

/** `never`: the packet has no such field, so the rule ends there, also where it asks with `!=`. */
type Answer = Fit | 'never'
type Asks = (flow: RuleFlow, value: string) => Answer

/** What is asked, in one or two words, and the fit of one value of it. What is not here is not understood. */
const ASKED: Readonly<Record<string, Asks>> = {
	'ip saddr': (flow, value) => ofFamily(flow, 4, addressFit(flow.source, value)),
	'ip daddr': (flow, value) => ofFamily(flow, 4, addressFit(flow.destination, value)),
	'ip6 saddr': (flow, value) => ofFamily(flow, 6, addressFit(flow.source, value)),
	'ip6 daddr': (flow, value) => ofFamily(flow, 6, addressFit(flow.destination, value)),
	'ip protocol': (flow, value) => ofFamily(flow, 4, protocolFit(flow.protocol, value)),
	'ip6 nexthdr': (flow, value) => ofFamily(flow, 6, protocolFit(flow.protocol, value)),
	'meta l4proto': ({ protocol }, value) => protocolFit(protocol, value),
	'meta nfproto': ({ family }, value) =>
		fitIf(family === (/^(?:ipv4|2)$/.test(value) ? 4 : /^(?:ipv6|10)$/.test(value) ? 6 : null)),
	'meta protocol': ({ family }, value) =>
		value === 'ip' ? fitIf(family === 4) : value === 'ip6' ? fitIf(family === 6) : 'perhaps',
	'fib daddr type': ({ isToHere }, value) => (value === 'local' ? fitIf(isToHere) : 'perhaps'),
	iifname: (flow, value) => interfaceFit(flow, unquoted(value)),
	oifname: (flow, value) => interfaceFit(flow, unquoted(value)),
	iif: (flow, value) => interfaceFit(flow, unquoted(value)),
	oif: (flow, value) => interfaceFit(flow, unquoted(value)),
	...Object.fromEntries(
		['tcp', 'udp', 'sctp', 'dccp', 'udplite', 'th'].flatMap((name) => [
			[
				`${name} sport`,
				(flow: RuleFlow, value: string) => ofProtocol(flow, name, numberFit(flow.sourcePort, value, '-')),
			],
			[
				`${name} dport`,
				(flow: RuleFlow, value: string) =>
					ofProtocol(flow, name, numberFit(flow.destinationPort, value, '-')),
			],
		]),
	),
}

const unquoted = (value: string): string => value.replace(/^"|"$/g, '')

const ofFamily = (flow: RuleFlow, family: 4 | 6, fit: Fit): Answer => (flow.family === family ? fit : 'never')

function ofProtocol({ protocol }: RuleFlow, name: string, fit: Fit): Answer {
	if (name === 'th') return fit
	const is = protocolFit(protocol, name)
	return is === 'yes' ? fit : is === 'no' ? 'never' : 'perhaps'
}

/** Statements that ask nothing, with what belongs to them; and the state, which the caller has looked at. */
const SILENT =
	/^(?:counter(?: (?:packets \d+ bytes \d+|name (?:"[^"]*"|\S+)))?|comment "[^"]*"|log(?: (?:prefix "[^"]*"|group \d+|level \w+|snaplen \d+|queue-threshold \d+|flags [\w ,]+?(?= |$)))*|ct state (?:vmap (?:\{[^}]*\}|@\S+)|(?:(?:!=|==|!) )?(?:\{[^}]*\}|[\w,]+))|nftrace set 1|meta nftrace set 1|continue)(?: |$)/

/** Statements from which on the rule asks no more. */
const ENDS =
	/^(?:drop|accept|reject|queue|return|(?:jump|goto) |masquerade|snat|dnat|redirect|notrack|ct (?:original |reply )?zone set |tproxy|synproxy)\b/

const CONDITION =
	/^((?:ip6?|tcp|udp|sctp|dccp|udplite|th|meta|fib daddr) [a-z0-9]+|[io]if(?:name)?) (?:(==|!=|<=|>=|<|>) )?(\{[^}]*\}|"[^"]*"|[^\s{]+)(?: |$)/

/** A rule as nft prints it. Once something is not understood, all behind it is `perhaps`. */
export function nftFit(text: string, flow: RuleFlow): Fit {
	let rest = text.replace(/ # handle \d+$/, '').trim()
	const fits: Fit[] = []
	while (rest !== '') {
		if (ENDS.test(rest)) break
		const silent = SILENT.exec(rest)?.[0]
		if (silent !== undefined) {
			rest = rest.slice(silent.length).trim()
			continue
		}
		const [whole, key = '', operator = '==', value = ''] = CONDITION.exec(rest) ?? []
		const asks = ASKED[key]
		if (
			whole === undefined ||
			asks === undefined ||
			value === '.' ||
			value === '&' ||
			value === 'vmap' ||
			value === 'map'
		) {
			fits.push('perhaps')
			break
		}
		fits.push(conditionFit(flow, asks, operator, value))
		rest = rest.slice(whole.length).trim()
	}
	return allOf(fits)
}

function conditionFit(flow: RuleFlow, asks: Asks, operator: string, value: string): Fit {
	const isOpen = value.startsWith('@') || /^[<>]/.test(operator)
	const values = value.startsWith('{') ? value.slice(1, -1).split(',') : [isOpen ? '' : value]
	const fits = values.map((one) => asks(flow, one.trim()))
	const known = fits.filter((fit) => fit !== 'never')
	if (known.length < fits.length) return 'no'
	if (isOpen) return 'perhaps'
	return operator === '!=' ? negated(anyOf(known)) : anyOf(known)
}
