import type { Path } from './path.ts'

/** Packets that went the same way: the first one of them, and all. */
export type SameWay = { readonly path: Path; readonly paths: readonly Path[] }

/** Packets of the same chains, rules and verdicts together, in the order in which the first of each began. */
export function sameWays(paths: readonly Path[]): readonly SameWay[] {
	return [...Map.groupBy(paths, wayOf).values()].flatMap((group) => {
		const [path] = group
		return path === undefined ? [] : [{ path, paths: group }]
	})
}

const wayOf = ({ stages, ending, state, again, lost }: Path): string =>
	JSON.stringify([
		ending,
		state,
		again !== undefined,
		lost > 0,
		stages.map(({ family, table, chain, changed, steps }) => [
			family,
			table,
			chain,
			changed?.by,
			steps.map(({ step, word, text, doubt }) => [step.chain, step.kind, step.handle, word, text, doubt]),
		]),
	])
