import { type Collector, mapNameIn } from '../collect.ts'
import type { Place } from '../place.ts'
import type { RuleFamily } from '../rule.ts'
import { shapingKind } from '../shaping.ts'
import { expressionText, statementText } from './json-text.ts'
import type { Listings } from './listings.ts'
import { isTracking } from './nft-reader.ts'
import { ruleFromNft, vmapTargets } from './nft-rule.ts'

/** Objects that hold no rule. */
const SILENT =
	/^(?:metainfo|table|flowtable|quota|limit|ct (?:helper|timeout|expectation)|secmark|synproxy|element|tunnel|flush|delete|create|meter)$/

type Json = { readonly [key: string]: unknown }

const FAMILIES: readonly RuleFamily[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']
const OPENS = /^\s*[{[]?\s*\{?\s*"(?:nftables|metainfo|table|chain|rule|set)"\s*:/
const isObject = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

/**
 * Reads what `nft -j list ruleset` printed, on one line or many, from this line on (libnftables-json(5)). Answers its last line;
 * undefined: it is something else. A text that ends too early is read as far as it goes.
 */
export function readNftJson(
	lines: readonly string[],
	from: number,
	collector: Collector,
	listings: Listings,
): { readonly last: number } | undefined {
	const begin = lines
		.slice(from, from + 4)
		.join(' ')
		.slice(0, 400)
	if (!OPENS.test(begin)) return undefined
	const cut = objectsFrom(lines, from)
	const read = createObjects(collector, listings)
	for (const text of cut.objects) {
		const value = parsed(text)
		if (isObject(value)) read(value)
		else collector.unread(text)
	}
	if (cut.rest.trim() !== '') collector.unread(cut.rest)
	if (!cut.isWhole) collector.elsewhere({ kind: 'cut', name: 'nft -j' })
	return { last: cut.last }
}

/** Empty for what is too deep to be printed. */
function printed(value: unknown): string {
	try {
		return JSON.stringify(value)
	} catch {
		return ''
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text)
	} catch {
		return undefined
	}
}

/** The objects of the list, each as its text: one that is broken costs no other. */
function objectsFrom(
	lines: readonly string[],
	from: number,
): {
	readonly objects: readonly string[]
	readonly last: number
	readonly isWhole: boolean
	readonly rest: string
} {
	const objects: string[] = []
	let depth = 0
	/** Of the objects that are read: within `{"nftables": [` it is 2, without it 0 or 1. */
	const base = /^\s*\{\s*"nftables"/.test(lines.slice(from, from + 3).join(' '))
		? 2
		: (lines[from] ?? '').trimStart().startsWith('[')
			? 1
			: 0
	let parts: string[] | undefined
	for (let at = from; at < lines.length; at += 1) {
		const line = lines[at] ?? ''
		let start = 0
		let isQuoted = false
		for (let index = 0; index < line.length; index += 1) {
			const character = line[index]
			if (isQuoted) {
				if (character === '\\') index += 1
				else if (character === '"') isQuoted = false
				continue
			}
			if (character === '"') isQuoted = true
			else if (character === '{' || character === '[') {
				if (depth === base && character === '{' && parts === undefined) {
					parts = []
					start = index
				}
				depth += 1
			} else if (character === '}' || character === ']') {
				depth -= 1
				if (depth === base && parts !== undefined) {
					objects.push(parts.join('\n') + line.slice(start, index + 1))
					parts = undefined
				}
				if (depth <= 0) return { objects, last: at, isWhole: true, rest: line.slice(index + 1) }
			}
		}
		if (parts !== undefined) parts.push(line.slice(start))
	}
	if (parts !== undefined && parts.length > 0) objects.push(parts.join('\n'))
	return { objects, last: lines.length - 1, isWhole: false, rest: '' }
}

/** Takes the objects one by one: a table, a chain, a rule, a set or map, a counter by name. */
function createObjects(collector: Collector, listings: Listings): (object: Json) => void {
	const byTable = new Map<string, Map<string, string>>()
	const placeOf = (object: Json, chain: string): Place => {
		const family = textOf(object.family) as RuleFamily
		return {
			backend: 'nft',
			family: FAMILIES.includes(family) ? family : 'ip',
			table: textOf(object.table),
			chain,
		}
	}
	const mapsOf = ({ family, table }: Place): Map<string, string> => {
		const key = `${family} ${table}`
		let maps = byTable.get(key)
		if (maps === undefined) {
			maps = new Map()
			byTable.set(key, maps)
		}
		return maps
	}
	const listed = new Map<string, number>()
	const withListing = (place: Place): Place => {
		const listing = listed.get(`${place.family} ${place.table} ${place.chain}`)
		return listing === undefined ? place : { ...place, listing }
	}

	const chain = (object: Json): void => {
		const name = textOf(object.name)
		const plain = placeOf(object, name)
		const listing = listings.chain(plain, false)
		listed.set(`${plain.family} ${plain.table} ${name}`, listing)
		const { chain: _, ...place } = { ...plain, listing }
		const base =
			typeof object.hook !== 'string'
				? null
				: {
						hook: object.hook,
						priority: numberOf(object.prio),
						type: textOf(object.type),
						policy: textOf(object.policy) || 'accept',
					}
		collector.chain({ ...place, name, base, counter: null })
	}

	const set = (object: Json, kind: 'set' | 'map'): void => {
		const name = textOf(object.name)
		const place = placeOf(object, '')
		const elements = Array.isArray(object.elem) ? object.elem : []
		const type = [object.type, object.map].filter((one) => one !== undefined)
		const text = `type ${type.map((one) => (Array.isArray(one) ? one.map(textOf).join(' . ') : textOf(one))).join(' : ')} elements = { ${elements.map((one) => expressionText(one, 1)).join(', ')} }`
		collector.set(place, name, text)
		mapsOf(place).set(name, text.slice(0, 65_536))
		if (kind === 'map') for (const target of vmapTargets(text)) collector.mapTarget(place, name, target)
	}

	const rule = (object: Json) => {
		const here = withListing(placeOf(object, textOf(object.chain)))
		if (!Array.isArray(object.expr)) return collector.unread(printed(object))
		const parts = object.expr.map((one) => statementText(one))
		const words = parts.filter((part): part is string => part !== undefined)
		const comment = typeof object.comment === 'string' ? ` comment "${object.comment}"` : ''
		const handle = typeof object.handle === 'number' ? ` # handle ${object.handle}` : ''
		const line = `${words.join(' ')}${comment}${handle}`
		const number = collector.next(here)
		// What is not known may ask for the state, where that is named in it.
		const strange = object.expr.find(
			(one, at) => parts[at] === undefined && /state|"xt"|^$/.test(printed(one)),
		)
		const known = mapsOf(here)
		const read = () => {
			const made = ruleFromNft(here, number, line, known)
			return strange === undefined || made.hidden !== undefined
				? made
				: { ...made, hidden: printed(strange).slice(0, 80) || 'nft -j' }
		}
		if (!collector.isTracked && isTracking(line)) collector.tracks(here, number)
		if (shapingKind(line) !== undefined) collector.shape(read)
		const made = read()
		if (made.state !== null || made.hidden !== undefined || made.log !== null) collector.keep(made)
		for (const target of made.targets ?? []) collector.jump(here, target, read)
		const map = mapNameIn(line)
		if (map !== undefined) collector.jumpByMap(here, map, read)
		if ('chain' in made.verdict) collector.jump(here, made.verdict.chain, read)
	}

	return (object) => {
		// A command that adds it, as `nft -j monitor` and scripts have it.
		const inner = isObject(object.add) ? object.add : object
		const [kind, value] = Object.entries(inner)[0] ?? []
		if (!isObject(value)) {
			if (value !== undefined) collector.unread(printed(object))
			return
		}
		if (kind === 'chain') chain(value)
		else if (kind === 'rule') rule(value)
		else if (kind === 'set' || kind === 'map') set(value, kind)
		else if (kind === 'counter')
			collector.named(textOf(value.name), {
				packets: numberOf(value.packets),
				bytes: numberOf(value.bytes),
			})
		else if (!SILENT.test(kind ?? '')) collector.unread(printed(object))
	}
}
