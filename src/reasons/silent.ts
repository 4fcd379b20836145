import { askedWords, beginningOf } from './asked-words.ts'
import { PATHS, type SilentInput, type Standing } from './silent-paths.ts'

export type { SilentInput, Standing } from './silent-paths.ts'

/** A way in which a packet is counted as INVALID and no line is printed, and how it stands here. */
export type SilentPath = {
	readonly id: string
	readonly title: string
	/** The counter that moves, by the name of `conntrack -S`; `error` is icmp_error in /proc/net/stat/nf_conntrack. */
	readonly counter: 'invalid' | 'error'
	readonly standing: Standing
	/** Why it stands so on this host, one sentence without its full stop. */
	readonly because: string
	/** What would show whether it is this one. */
	readonly tellApart: string
}

/** All of them, without a judgement. */
export const SILENT_PATHS: readonly Pick<SilentPath, 'id' | 'title' | 'counter' | 'tellApart'>[] = PATHS.map(
	({ id, title, counter, tellApart }) => ({ id, title, counter, tellApart }),
)

/** The one whose title has all these words, or their beginnings: what somebody asks about may have no line at all. */
export function silentPathAbout(text: string): (typeof SILENT_PATHS)[number] | undefined {
	const beginnings = askedWords(text).map(beginningOf)
	return beginnings.length === 0
		? undefined
		: SILENT_PATHS.find(({ id, title }) => {
				const said = `${id} ${title}`.toLowerCase()
				return beginnings.every((beginning) => beginning.test(said))
			})
}

const ORDER: Readonly<Record<Standing, number>> = { likely: 0, possible: 1, 'ruled-out': 2 }

/**
 * Which of them the packets can be that were counted and not told of, most likely first. `values` are knobs by their id
 * as they were meanwhile; a knob that is not there was not read, or this kernel does not have it.
 */
export function silentPaths(input: SilentInput): readonly SilentPath[] {
	return PATHS.map(({ id, title, counter, tellApart, judge }): SilentPath => {
		if (input.moved[counter] === 0)
			return { id, title, counter, standing: 'ruled-out', because: `${counter} did not move`, tellApart }
		const [standing, because] = judge(input)
		return { id, title, counter, standing, because, tellApart }
	}).sort((a, b) => ORDER[a.standing] - ORDER[b.standing])
}
