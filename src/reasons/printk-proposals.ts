import { type PrintkSite, type SiteId, siteIds } from '../kernel/dyndbg-control.ts'
import { type SiteTold, siteTold, type Talk } from './printk-sites.ts'
import type { SilentPath, Standing } from './silent.ts'

/** A site of this kernel that would show why packets are INVALID for which nothing is printed. */
export type Proposal = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly told: SiteTold
	/** Silent paths that it would tell of, none of them ruled out, likely ones first. */
	readonly paths: readonly string[]
	/** The best standing among them. */
	readonly standing: Exclude<Standing, 'ruled-out'>
	/** One line is one packet of these paths; otherwise other packets make it print too. */
	readonly exact: boolean
}

const TALK: Readonly<Record<Talk, number>> = {
	rare: 0,
	'per-bad-packet': 1,
	'per-connection': 2,
	'per-packet': 3,
}

/**
 * Which of these sites would tell silent packets apart, best first: likely paths, then sites whose line means exactly
 * them, then quiet ones. A path that is ruled out proposes nothing, and neither does a text that this kernel lacks.
 */
export function proposals(
	sites: readonly PrintkSite[],
	silent: readonly Pick<SilentPath, 'id' | 'standing'>[],
): readonly Proposal[] {
	const standing = new Map(silent.map((path) => [path.id, path.standing]))
	const found: Proposal[] = []
	for (const [id, site] of siteIds(sites)) {
		const told = siteTold(site)
		const exact = told.explains.filter((path) => isOpen(standing.get(path)))
		const paths = exact.length > 0 ? exact : told.narrows.filter((path) => isOpen(standing.get(path)))
		if (paths.length === 0) continue
		const likely = paths.filter((path) => standing.get(path) === 'likely')
		found.push({
			id,
			site,
			told,
			paths: [...likely, ...paths.filter((path) => !likely.includes(path))],
			standing: likely.length > 0 ? 'likely' : 'possible',
			exact: exact.length > 0,
		})
	}
	return found.sort(inOrder)
}

const isOpen = (standing: Standing | undefined): boolean => standing === 'likely' || standing === 'possible'

function inOrder(a: Proposal, b: Proposal): number {
	return (
		Number(b.standing === 'likely') - Number(a.standing === 'likely') ||
		Number(b.exact) - Number(a.exact) ||
		TALK[a.told.talk] - TALK[b.told.talk] ||
		a.paths.length - b.paths.length ||
		(a.site.file < b.site.file ? -1 : Number(a.site.file > b.site.file)) ||
		a.site.line - b.site.line
	)
}
