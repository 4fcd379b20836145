import type { Place } from './collect.ts'
import type { LogAction, Rule, RuleCounter, StateMatch, Verdict } from './rule.ts'
import { stateMatch, statesOf } from './state-match.ts'

/** A rule as nft prints it, with or without its handle. `maps`: what is known of maps by name. Never throws. */
export function ruleFromNft(
	place: Place,
	number: number,
	line: string,
	maps: ReadonlyMap<string, string>,
): Rule {
	const [, whole = line, handle] = /^(.*?)(?: # handle (\d+))?$/.exec(line) ?? []
	const comment = /\bcomment "([^"]*)"/.exec(whole)?.[1] ?? ''
	// Words in quotes are names and texts, never statements.
	const bare = whole.replace(/"[^"]*"/g, (quoted) => `"${'_'.repeat(quoted.length - 2)}"`)
	const [, named] = /\bcounter name (?:"(?:_*)"|(\S+))/.exec(bare) ?? []
	const quotedName = /\bcounter name "([^"]*)"/.exec(whole)?.[1]
	return {
		...place,
		number,
		handle: handle === undefined ? null : Number(handle),
		text: withoutCounter(whole),
		state: stateIn(bare, maps),
		verdict: verdictIn(bare, maps),
		log: logIn(whole, bare),
		counter: counterIn(bare),
		sharedCounter: quotedName ?? named ?? null,
		comment,
	}
}

const COUNTER = /\bcounter packets (\d+)(?: bytes (\d+))?/

function counterIn(text: string): RuleCounter | null {
	const [, packets, bytes] = COUNTER.exec(text) ?? []
	return packets === undefined ? null : { packets: Number(packets), bytes: Number(bytes ?? 0) }
}

const withoutCounter = (text: string): string =>
	text.replace(COUNTER, 'counter').replace(/ {2,}/g, ' ').trim()

const STATE = /\bct state (!=|==|!)? ?(vmap )?(\{[^}]*\}|@\S+|&.*|[\w,]+)/

function stateIn(text: string, maps: ReadonlyMap<string, string>): StateMatch | null {
	const [, operator, vmap, value = ''] = STATE.exec(text) ?? []
	if (value === '') return null
	const negated = operator === '!=' || operator === '!'
	if (value.startsWith('@')) {
		const name = value.slice(1)
		const held = maps.get(name)
		const states = held === undefined ? [] : statesIn(held)
		return { ...stateMatch(states, negated), viaSet: name }
	}
	if (value.startsWith('&')) return maskIn(value)
	const words = value.replace(/[{}]/g, '').split(',')
	const keys = vmap === undefined ? words : words.map((word) => word.split(':')[0] ?? '')
	return stateMatch(statesOf(keys), negated)
}

/** `& (established | related) == 0x0`, `& invalid != 0`, `& (a | b) == a`. */
function maskIn(text: string): StateMatch | null {
	const [, mask = '', operator, value = ''] = /^& \(?([\w |,]+?)\)? (==|!=) (\S+)/.exec(text) ?? []
	if (mask === '') return null
	const states = statesOf(mask.split(/[|,]/))
	const isZero = /^(?:0x)?0+$/.test(value)
	// Any of them set, or none of them.
	if (isZero) return stateMatch(states, operator === '==')
	return stateMatch(statesOf(value.split(/[|,]/)), operator === '!=')
}

const statesIn = (elements: string) =>
	statesOf(elements.split(/[^\w]+/).filter((word) => /^[a-z]+$/.test(word)))

/** What a map by name says of INVALID, or a map in place. */
function verdictIn(text: string, maps: ReadonlyMap<string, string>): Verdict {
	const [, inPlace] = /\bct state vmap (\{[^}]*\}|@\S+)/.exec(text) ?? []
	if (inPlace !== undefined) {
		const held = inPlace.startsWith('@') ? (maps.get(inPlace.slice(1)) ?? '') : inPlace
		const [, verdict] = /\binvalid : ([^,}]+)/.exec(held) ?? []
		return verdict === undefined ? { kind: 'other', word: 'vmap' } : verdictOfWords(verdict.trim())
	}
	if (/\bvmap\b/.test(text)) return { kind: 'other', word: 'vmap' }
	const found =
		/\b(drop|accept|reject|queue|return|continue|(?:jump|goto) \S+|masquerade|snat|dnat|redirect|notrack|tproxy)\b(?![^{]*\})/g
	const last = [...text.replace(/\bct state\b[^{]*\{[^}]*\}/, '').matchAll(found)].at(-1)?.[0]
	const jump = /\b(jump|goto) (\S+)/.exec(text)
	if (jump !== null) return verdictOfWords(`${jump[1]} ${jump[2]}`)
	return last === undefined ? { kind: 'other', word: '' } : verdictOfWords(last)
}

function verdictOfWords(words: string): Verdict {
	const [word = '', chain = ''] = words.split(' ')
	if (word === 'jump' || word === 'goto') return { kind: word, chain }
	if (['drop', 'accept', 'reject', 'queue', 'return', 'continue'].includes(word))
		return { kind: 'final', word }
	return { kind: 'other', word }
}

function logIn(whole: string, bare: string): LogAction | null {
	const limit = /\blimit rate (?:over )?(\S+(?: burst \d+ \w+)?)/.exec(bare)?.[1] ?? ''
	if (/\bnftrace set 1\b/.test(bare)) return { kind: 'trace', prefix: '', group: null, level: '', limit }
	const at = /(?:^|\s)log\b/.exec(bare)
	if (at === null) {
		const [, target] = /\bxt target "(LOG|NFLOG)"/.exec(whole) ?? []
		if (target === undefined) return null
		return {
			kind: target === 'LOG' ? 'log' : 'nflog',
			prefix: '',
			group: target === 'LOG' ? null : 0,
			level: '',
			limit,
		}
	}
	const rest = whole.slice(at.index)
	const group = /\bgroup (\d+)/.exec(bare.slice(at.index))?.[1]
	return {
		kind: group === undefined ? 'log' : 'nflog',
		prefix: /\bprefix "([^"]*)"/.exec(rest)?.[1] ?? '',
		group: group === undefined ? null : Number(group),
		level: /\blevel (\w+)/.exec(bare.slice(at.index))?.[1] ?? '',
		limit,
	}
}
