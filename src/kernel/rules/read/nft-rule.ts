import type { Place } from '../place.ts'
import type { LogAction, Rule, RuleCounter, Verdict } from '../rule.ts'
import { isMisread as isMisreadRule } from '../state-match.ts'
import { type NftState, nftState } from './nft-state.ts'

/** A rule as nft prints it, with or without its handle. `maps`: what is known of maps by name. Never throws. */
export function ruleFromNft(
	place: Place,
	number: number,
	line: string,
	maps: ReadonlyMap<string, string>,
): Rule {
	const [, whole = line, handle] = /^(.*?)(?: # handle (\d+))?$/.exec(line) ?? []
	const comment = /\bcomment "([^"]*)"/.exec(whole)?.[1] ?? ''
	const bare = withoutTexts(whole)
	const [, named] = /\bcounter name (?:"(?:_*)"|(\S+))/.exec(bare) ?? []
	const quotedName = /\bcounter name "([^"]*)"/.exec(whole)?.[1]
	const read = nftState(bare, maps)
	const isMisread = read.hidden === undefined && isMisreadRule(bare, read.state)
	const asked = isMisread ? { ...read, hidden: 'invalid' } : read
	const targets = bare.includes('vmap') ? vmapTargets(bare) : []
	return {
		...place,
		number,
		handle: handle === undefined ? null : Number(handle),
		text: withoutCounter(whole),
		state: asked.state,
		...(asked.hidden === undefined ? {} : { hidden: asked.hidden }),
		verdict: verdictIn(bare, asked),
		...(targets.length === 0 ? {} : { targets }),
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

/** Blanks that nft leaves in front of what xtables prints are no part of the rule; those in quotes are. */
const withoutCounter = (text: string): string =>
	text
		.replace(COUNTER, 'counter')
		.replace(/"[^"]*"|\s{2,}/g, (found) => (found.startsWith('"') ? found : ' '))
		.trim()

/** Words in quotes are names and texts, never statements; but for the names of what nft cannot print (`xt match "conntrack"`). */
const withoutTexts = (text: string): string =>
	text
		.replace(/\bxt (match|target|watcher) "([\w.-]+)"/g, 'xt $1 $2')
		.replace(/"[^"]*"/g, (quoted) => `"${'_'.repeat(quoted.length - 2)}"`)

/** The verdict stands at the end, behind sets of any length. */
const END = 4_000

/** What the rule says of INVALID by a map, or does with all that match it. */
function verdictIn(text: string, { isMap, verdict }: NftState): Verdict {
	if (isMap) return verdict === undefined ? { kind: 'other', word: 'vmap' } : verdictOfWords(verdict)
	if (/\bvmap\b/.test(text)) return { kind: 'other', word: 'vmap' }
	const bare = text.slice(-END).replace(/\bct\s+state\b[^{]*\{[^}]*\}/, '')
	const jump = /(?:^|[\s;])(jump|goto)\s+(?:to\s+)?([^\s{};]+)/.exec(bare)
	if (jump !== null) return verdictOfWords(`${jump[1]} ${jump[2]}`)
	const found =
		/(?<![\w.-])(drop|accept|reject|queue|return|continue|masquerade|snat|dnat|redirect|notrack|tproxy)(?![\w.-])(?![^{]*\})/g
	const last = [...bare.matchAll(found)].at(-1)?.[0]
	return last === undefined ? { kind: 'other', word: '' } : verdictOfWords(last)
}

/** Chains that a map in place leads to. */
export const vmapTargets = (line: string): readonly string[] => [
	...new Set([...line.matchAll(/:\s*(?:jump|goto)\s+([^\s,}]+)/g)].map(([, chain = '']) => chain)),
]

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
		const [, target] = /(?:\bxt target |#\s*xt_)(LOG|NFLOG)\b/.exec(bare) ?? []
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
		prefix: prefixIn(rest),
		group: group === undefined ? null : Number(group),
		level: /\blevel (\w+)/.exec(bare.slice(at.index))?.[1] ?? '',
		limit,
	}
}

/** nft prints a prefix as it is, quotes in it too: it ends where the next word of `log` or of the rule stands. */
const prefixIn = (text: string): string =>
	/\bprefix "((?:[^"]|"(?!(?:\s+(?:group|level|snaplen|queue-threshold|flags|drop|accept|reject|queue|return|continue|jump|goto|counter|comment|limit|#)\b|\s*$)))*)"/.exec(
		text.slice(0, END),
	)?.[1] ?? ''
