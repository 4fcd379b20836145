import type { Place } from '../place.ts'
import type { Heading } from './headings.ts'

/** The tools whose listings tell the same tables; a script is one, too. */
export type ListingTool = 'save' | 'list' | 'script' | 'nft'

/** What was numbered while it was read. */
export type ToldListing = {
	/** As places have it. */
	readonly listing: number
	readonly tool: ListingTool
	/** Which of the hosts, or which time, from 1. */
	readonly turn: number
}

export type Told = {
	readonly listings: readonly ToldListing[]
	/** The line over each turn, as it came. */
	readonly heads: readonly string[]
}

export type Listings = {
	heading(heading: Heading): void
	/** The number for these chains of a table: a chain that the tool has listed before begins another turn. */
	claim(tool: ListingTool, place: Omit<Place, 'chain'>, chains: readonly string[]): number
	/** The same for a chain of nft as its head comes. Chains of scripts may come in several parts. */
	chain(place: Place, isPart: boolean): number
	told(): Told
}

/**
 * Tells listings apart that stand in one text: of several hosts, of several times, of several tools. What one tool lists again
 * is another listing; what another tool lists of the same turn may be the same table, which is found out at the end.
 */
export function createListings(): Listings {
	const listings: ToldListing[] = []
	const numbers = new Map<string, number>()
	const heads: string[] = ['']
	let turn = 1
	let claimed = new Set<string>()
	let host = ''
	let head = ''
	let isOfPrompt = false
	let isUsed = true

	const next = (): void => {
		turn += 1
		claimed = new Set()
		heads.push(head)
		isUsed = true
	}
	const numberOf = (tool: ListingTool): number => {
		const key = `${turn} ${tool}`
		let listing = numbers.get(key)
		if (listing === undefined) {
			listing = listings.length + 1
			numbers.set(key, listing)
			listings.push({ listing, tool, turn })
			heads[turn - 1] ||= head
			isUsed = true
		}
		return listing
	}
	const keyOf = (tool: ListingTool, { family, table }: Omit<Place, 'chain'>, chain: string): string =>
		`${tool} ${family} ${table} ${chain}`

	return {
		heading(found) {
			// What a tool prints itself says less than the prompt over it.
			if (found.host !== '' || isUsed || !isOfPrompt) head = found.text
			isOfPrompt = found.host !== ''
			isUsed = false
			if (found.host === '') return
			if (host !== '' && host !== found.host && claimed.size > 0) next()
			host = found.host
		},
		claim(tool, place, chains) {
			const keys = chains.map((chain) => keyOf(tool, place, chain))
			if (tool !== 'script' && keys.some((key) => claimed.has(key))) next()
			for (const key of keys) claimed.add(key)
			return numberOf(tool)
		},
		chain(place, isPart) {
			const key = keyOf('nft', place, place.chain)
			if (!isPart && claimed.has(key)) next()
			claimed.add(key)
			return numberOf('nft')
		},
		told: () => ({ listings, heads }),
	}
}
