import * as english from '../../words/english/changes/tap.ts'
import { type Matched, TAP_HOOKS, TAP_STATES, type TapHook, type TapMatch, type TapState } from './tap.ts'

/** What a rule that somebody typed matches. `verdict`: what it would do; empty when it does not say. */
export type TypedRule = {
	readonly hooks: readonly TapHook[]
	readonly states: readonly TapState[]
	readonly match: TapMatch
	readonly verdict: string
}

/** Or why it cannot be copied, naming the word that is in the way. */
export type Typed =
	| { readonly ok: true; readonly rule: TypedRule }
	| { readonly ok: false; readonly why: string }

type Draft = { -readonly [Key in keyof TapMatch]: TapMatch[Key] }
type Reading = {
	readonly words: string[]
	readonly match: Draft
	hooks: TapHook[]
	states: TapState[]
	verdict: string
	not: boolean
}

/** Chains that netfilter's tools make by themselves, and their hooks. */
const CHAINS: Readonly<Record<string, TapHook>> = {
	PREROUTING: 'prerouting',
	INPUT: 'input',
	FORWARD: 'forward',
	OUTPUT: 'output',
	POSTROUTING: 'postrouting',
}

class Unreadable extends Error {}

/**
 * Reads a rule as it is typed for iptables (`-A INPUT -p tcp --dport 1234 -j DROP`, with or without the tool's name) or
 * for nft (`tcp dport 1234 ct state invalid drop`). Only what a tap can match in the same way is taken: a rule that would
 * match more than was typed would tell something wrong.
 */
export function readTyped(text: string): Typed {
	const words = text.match(/"[^"]*"|'[^']*'|[^\s"']+/g)?.map((word) => word.replace(/^["']|["']$/g, '')) ?? []
	const reading: Reading = { words: [...words], match: {}, hooks: [], states: [], verdict: '', not: false }
	try {
		if (words.some((word) => /^-{1,2}[A-Za-z]/.test(word))) readIptables(reading)
		else readNft(reading)
	} catch (error) {
		if (error instanceof Unreadable) return { ok: false, why: error.message }
		throw error
	}
	const { match, hooks, states, verdict } = reading
	if (words.length === 0) return { ok: false, why: english.typeARuleSuchAs }
	return { ok: true, rule: { hooks, states, match, verdict } }
}

function readIptables(reading: Reading): void {
	const { words, match } = reading
	if (words[0] === 'sudo') words.shift()
	const [, six] = /^(?:.*\/)?ip(6?)tables(?:-nft|-legacy)?$/.exec(words[0] ?? '') ?? []
	if (six !== undefined) {
		words.shift()
		match.family = six === '6' ? 'ip6' : 'ip'
	}
	while (words.length > 0) {
		const word = words.shift() ?? ''
		if (word === '!') {
			reading.not = true
			continue
		}
		readOption(reading, word)
		reading.not = false
	}
}

function readOption(reading: Reading, word: string): void {
	const { match } = reading
	const value = () => take(reading, word)
	const matched = (): Matched => {
		// Old spelling: `-s ! 10.0.0.1`.
		if (reading.words[0] === '!') {
			reading.words.shift()
			reading.not = true
		}
		return { not: reading.not, value: value() }
	}
	switch (word) {
		case '-A':
		case '-I':
		case '--append':
		case '--insert': {
			const chain = value()
			const hook = CHAINS[chain]
			if (hook === undefined) throw new Unreadable(english.theChainIsReachedBy(chain))
			reading.hooks.push(hook)
			if (/^\d+$/.test(reading.words[0] ?? '')) reading.words.shift()
			return
		}
		case '-t':
		case '--table':
			value()
			return
		case '-m':
		case '--match':
			readModule(value())
			return
		case '-p':
		case '--protocol':
		case '--proto': {
			const proto = matched()
			if (proto.value !== 'all') match.proto = { ...proto, value: proto.value.toLowerCase() }
			return
		}
		case '-s':
		case '--source':
		case '--src':
			match.saddr = matched()
			return
		case '-d':
		case '--destination':
		case '--dst':
			match.daddr = matched()
			return
		case '--sport':
		case '--source-port':
		case '--sports':
		case '--source-ports':
			match.sport = ports(matched())
			return
		case '--dport':
		case '--destination-port':
		case '--dports':
		case '--destination-ports':
			match.dport = ports(matched())
			return
		case '-i':
		case '--in-interface':
			match.in = wildcard(matched())
			return
		case '-o':
		case '--out-interface':
			match.out = wildcard(matched())
			return
		case '--state':
		case '--ctstate':
			readStates(reading, value().split(','))
			return
		case '--syn':
			match.flags = { not: reading.not, value: 'fin,syn,rst,ack/syn' }
			return
		case '--tcp-flags': {
			const { not, value: mask } = matched()
			match.flags = { not, value: `${flagNames(mask)}/${flagNames(value())}` }
			return
		}
		case '--comment':
			value()
			return
		case '-4':
		case '--ipv4':
			match.family = 'ip'
			return
		case '-6':
		case '--ipv6':
			match.family = 'ip6'
			return
		case '-j':
		case '--jump':
			reading.verdict = value()
			// What follows are options of the target: how it is done, not which packets.
			reading.words.length = 0
			return
		default:
			throw new Unreadable(english.cannotBeCopiedIntoA(word))
	}
}

const SIMPLE_MODULES = ['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'state', 'conntrack', 'multiport', 'comment']

function readModule(name: string): void {
	if (!SIMPLE_MODULES.includes(name)) throw new Unreadable(english.theMatchCannotBeCopied(name))
}

function take({ words }: Reading, after: string): string {
	const word = words.shift()
	if (word === undefined) throw new Unreadable(english.needsAValueBehindIt(after))
	return word
}

const ports = ({ not, value }: Matched): Matched => ({ not, value: value.replaceAll(':', '-') })
const wildcard = ({ not, value }: Matched): Matched => ({ not, value: value.replace(/\+$/, '*') })

const ALL_FLAGS = 'fin,syn,rst,psh,ack,urg'
function flagNames(names: string): string {
	if (names === 'ALL') return ALL_FLAGS
	return names === 'NONE' ? 'none' : names.toLowerCase()
}

function readStates(reading: Reading, names: readonly string[]): void {
	const states = names.map((name) => name.toLowerCase())
	const unknown = states.find((state) => !(TAP_STATES as readonly string[]).includes(state))
	if (unknown !== undefined) throw new Unreadable(english.isNotAState(unknown, TAP_STATES.join(', ')))
	reading.states = TAP_STATES.filter((state) => states.includes(state) !== reading.not)
}

const VERDICTS = ['drop', 'accept', 'reject', 'counter', 'log', 'queue', 'return', 'continue']

function readNft(reading: Reading): void {
	const { words, match } = reading
	if (words[0] === 'nft') words.shift()
	if ((words[0] === 'add' || words[0] === 'insert') && words[1] === 'rule') readPlace(reading)
	while (words.length > 0) {
		const word = words.shift() ?? ''
		if (VERDICTS.includes(word)) {
			if (word !== 'counter') reading.verdict = word
			if (word === 'counter') continue
			words.length = 0
			return
		}
		readStatement(reading, match, word)
	}
}

function readPlace(reading: Reading): void {
	const { words } = reading
	words.splice(0, 2)
	const isFamily = ['ip', 'ip6', 'inet'].includes(words[0] ?? '')
	const family = isFamily ? words.shift() : 'ip'
	if (family === 'ip' || family === 'ip6') reading.match.family = family
	words.shift()
	const chain = take(reading, english.addRule)
	const hook = TAP_HOOKS.find((one) => one === chain.toLowerCase())
	if (hook !== undefined) reading.hooks.push(hook)
}

function readStatement(reading: Reading, match: Draft, word: string): void {
	const key = take(reading, word)
	const value = (): Matched => {
		let first = take(reading, `${word} ${key}`)
		const not = first === '!='
		if (not || first === '==') first = take(reading, `${word} ${key}`)
		return { not, value: first === '{' ? untilBrace(reading) : first.replace(/^\{|\}$/g, '') }
	}
	const isAddress = word === 'ip' || word === 'ip6'
	if (isAddress && key === 'saddr') match.saddr = value()
	else if (isAddress && key === 'daddr') match.daddr = value()
	else if (isAddress && (key === 'protocol' || key === 'nexthdr')) {
		match.family = word
		match.proto = value()
	} else if (['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'th'].includes(word) && /^[sd]port$/.test(key)) {
		if (word !== 'th') match.proto ??= { not: false, value: word }
		match[key === 'sport' ? 'sport' : 'dport'] = value()
	} else if (word === 'meta' && key === 'l4proto') match.proto = value()
	else if (word === 'ct' && key === 'state') {
		const { not, value: states } = value()
		reading.not = not
		readStates(reading, states.split(','))
		reading.not = false
	} else if (word === 'iif' || word === 'iifname' || word === 'oif' || word === 'oifname') {
		reading.words.unshift(key)
		const named = takeNamed(reading, word)
		match[word.startsWith('i') ? 'in' : 'out'] = named
	} else throw new Unreadable(english.cannotBeCopiedIntoATap(word, key))
}

function takeNamed(reading: Reading, after: string): Matched {
	const first = take(reading, after)
	const not = first === '!='
	return { not, value: not || first === '==' ? take(reading, after) : first }
}

function untilBrace(reading: Reading): string {
	const end = reading.words.indexOf('}')
	if (end < 0) throw new Unreadable(english.aWithoutIts)
	return reading.words
		.splice(0, end + 1)
		.slice(0, -1)
		.join('')
		.replace(/,$/, '')
}
