/** Something that must be seen for a cause to be said; `isSeen` undefined: it could not be looked at. */
export type Sign = { readonly says: string; readonly isSeen: boolean | undefined }

/** What looks the same. `ruledOut`: by what was read; undefined while it may be that as well. */
export type LookAlike = {
	readonly title: string
	readonly ruledOut: string | undefined
	/** What would tell them apart. */
	readonly tells: string
}

export type Proof = { readonly signs: readonly Sign[]; readonly lookAlikes: readonly LookAlike[] }

type Earned = {
	readonly confidence: 'high' | 'medium' | 'low'
	readonly evidence: readonly string[]
	readonly excluded: readonly string[]
	readonly open: readonly string[]
}

/**
 * The one rule by which a cause earns its confidence; no cause has a word of its own. Nothing is said when a sign is known
 * to be absent, or when none was seen. High: every sign was seen and every look-alike was ruled out by something that was
 * read. Medium: one of all these is left. Low: it is only compatible with what was seen.
 */
export function earned({ signs, lookAlikes }: Proof): Earned | undefined {
	if (signs.some(({ isSeen }) => isSeen === false) || !signs.some(({ isSeen }) => isSeen)) return undefined
	const open = lookAlikes.filter(({ ruledOut }) => ruledOut === undefined)
	const left = signs.filter(({ isSeen }) => isSeen === undefined).length + open.length
	return {
		confidence: left === 0 ? 'high' : left === 1 ? 'medium' : 'low',
		evidence: signs.filter(({ isSeen }) => isSeen).map(({ says }) => says),
		excluded: lookAlikes.flatMap(({ title, ruledOut }) =>
			ruledOut === undefined ? [] : [`${title}: ${ruledOut}`],
		),
		open: open.map(({ title, tells }) => `${title}: ${tells}`),
	}
}

/** Ruled out when that is so. */
export const unless = (isRuledOut: boolean, because: string): string | undefined =>
	isRuledOut ? because : undefined
