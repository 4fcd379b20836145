import type { Entry } from './lease.ts'

/** What an earlier change may be to a later one of the same knob: one that it took the place of, or one that it ended. */
type Standing = 'replaceable' | 'restored' | 'over'

function standingOf({ end }: Entry): Standing {
	if (end === null || end.how === 'replaced') return 'replaceable'
	return end.how === 'restored' ? 'restored' : 'over'
}

/** The entries of a lease while its journal is folded: each is found by its number, knob or step without a search through all. */
export type EntryList = {
	/** As it is now; what was handed out stays as it was. */
	all(): readonly Entry[]
	get(seq: number): Entry | undefined
	ofStep(step: number): readonly Entry[]
	/** The last change of the same knob before this one that has that standing. */
	lastBefore(entry: Entry, standing: Exclude<Standing, 'over'>): Entry | undefined
	/** False when one with that number, or a later one, is there already. */
	add(entry: Entry): boolean
	edit(seq: number, change: (entry: Entry) => Entry): void
}

export function createEntryList(given: readonly Entry[] = []): EntryList {
	const entries: Entry[] = []
	/** Where in `entries`, by number. */
	const places = new Map<number, number>()
	const steps = new Map<number, number[]>()
	/** Numbers in their order, by standing and knob. */
	const standings = {
		replaceable: new Map<string, number[]>(),
		restored: new Map<string, number[]>(),
		over: new Map<string, number[]>(),
	}

	const get = (seq: number): Entry | undefined => entries[places.get(seq) ?? -1]

	/** Nearly always at the end: what changes is mostly the last change of its knob. */
	function stand({ knob, seq }: Entry, standing: Standing): void {
		const seqs = listIn(standings[standing], knob)
		seqs.splice(seqs.findLastIndex((one) => one < seq) + 1, 0, seq)
	}

	function leave({ knob, seq }: Entry, standing: Standing): void {
		const seqs = listIn(standings[standing], knob)
		seqs.splice(seqs.lastIndexOf(seq), 1)
	}

	function add(entry: Entry): boolean {
		const last = entries.at(-1)
		if (last !== undefined && last.seq >= entry.seq) return false
		places.set(entry.seq, entries.length)
		entries.push(entry)
		listIn(steps, entry.step).push(entry.seq)
		stand(entry, standingOf(entry))
		return true
	}

	for (const entry of given) add(entry)
	return {
		all: () => [...entries],
		get,
		ofStep: (step) => (steps.get(step) ?? []).flatMap((seq) => get(seq) ?? []),
		lastBefore({ knob, seq }, standing) {
			const before = standings[standing].get(knob)?.findLast((one) => one < seq)
			return before === undefined ? undefined : get(before)
		},
		add,
		edit(seq, change) {
			const place = places.get(seq)
			const old = get(seq)
			if (place === undefined || old === undefined) return
			const edited = change(old)
			entries[place] = edited
			if (standingOf(old) === standingOf(edited)) return
			leave(old, standingOf(old))
			stand(edited, standingOf(edited))
		},
	}
}

function listIn<K>(lists: Map<K, number[]>, key: K): number[] {
	const known = lists.get(key)
	if (known !== undefined) return known
	const fresh: number[] = []
	lists.set(key, fresh)
	return fresh
}
