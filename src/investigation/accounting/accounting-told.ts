import { SILENT_PATHS } from '../../reasons/silent.ts'

/** How often one call site has printed, and the silent paths of which each of its lines counts one packet. */
export type SiteLines = { readonly explains: readonly string[]; readonly count: number }

type Gap = { readonly invalid: number; readonly error: number }

const COUNTERS = new Map(SILENT_PATHS.map(({ id, counter }) => [id, counter]))

/**
 * Of how many packets without a reason line such lines speak, at most `gap` counter by counter. A packet may make
 * several sites of its path print, so of one path the site with the most lines counts, not their sum; a site that
 * leaves open which of its paths it was adds only what these do not have yet. So packets are rather left out than
 * counted twice, and a line whose packet has a reason line too finds no gap to fill.
 */
export function toldOf(sites: readonly SiteLines[], gap: Gap, errorWithin: boolean): number {
	const counterOf = (path: string): keyof Gap => (errorWithin ? 'invalid' : (COUNTERS.get(path) ?? 'invalid'))
	const packets = new Map<string, number>()
	const left = { ...gap }
	const raise = (path: string, by: number): number => {
		const counter = counterOf(path)
		const taken = Math.max(0, Math.min(by, left[counter]))
		left[counter] -= taken
		packets.set(path, (packets.get(path) ?? 0) + taken)
		return taken
	}
	for (const { explains, count } of sites) {
		const [path] = explains
		if (path !== undefined && explains.length === 1) raise(path, count - (packets.get(path) ?? 0))
	}
	for (const { explains, count } of sites) {
		if (explains.length < 2) continue
		let more = count - explains.reduce((sum, path) => sum + (packets.get(path) ?? 0), 0)
		for (const path of explains) more -= raise(path, more)
	}
	return [...packets.values()].reduce((sum, one) => sum + one, 0)
}
