import type { Backend, RuleFamily } from './rule.ts'

/** Where a rule stands. */
export type Place = {
	readonly backend: Backend
	readonly family: RuleFamily
	readonly table: string
	readonly chain: string
	/** Which of several listings; absent where there is one. */
	readonly listing?: number
}

/** A table of nft, or a place in it. */
export type TablePlace = Pick<Place, 'family' | 'table'>

/** The same for a chain and for all that stands in it. */
export const chainKey = ({ backend, family, table, listing }: Omit<Place, 'chain'>, name: string): string =>
	`${listing ?? 1} ${backend} ${family} ${table} ${name}`
