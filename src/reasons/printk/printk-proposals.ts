import { type PrintkSite, type SiteId, siteIds } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { SilentPath, Standing } from '../silent-paths.ts'
import { type SiteTold, siteTold, type Talk } from './printk-sites.ts'

/** Another way to see what call sites would print, for a kernel that has none to switch. */
type Instead = { readonly what: string; readonly command: string }

/**
 * From what is nearest at hand to what needs more tools. tcp_new() is the tracker that refuses TCP packets without an
 * entry, in most kernels without a log line (net/netfilter/nf_conntrack_proto_tcp.c; it is marked noinline, so a probe finds it).
 */
export const INSTEAD: readonly Instead[] = [
	{
		what: 'the reasons that the kernel prints without it, with their packets',
		command: 'ctscope run -- COMMAND',
	},
	{
		what: 'each INVALID packet, whatever the reason',
		command:
			"iptables -t mangle -I PREROUTING -m conntrack --ctstate INVALID -j LOG --log-prefix 'INVALID: '",
	},
	{ what: 'entries as they begin, change and end', command: 'conntrack -E -o timestamp,id' },
	{
		what: 'TCP packets without an entry that are refused in silence',
		command: "bpftrace -e 'kretprobe:tcp_new /(retval & 0xff) == 0/ { @refused = count(); }'",
	},
	{
		what: 'the path of a packet through the kernel',
		command: "pwru --filter-func 'nf_.*' 'tcp and port 443'",
	},
]

/** A site of this kernel that would show why packets are INVALID for which nothing is printed. */
export type Proposal = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly told: SiteTold
	/** Silent paths that it would tell of, none of them ruled out, in the order of `silent`. */
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
 * them, then in the order of `silent`, which has likely paths first. A path that is ruled out proposes nothing, and neither does a text that this kernel lacks.
 */
export function proposals(
	sites: readonly PrintkSite[],
	silent: readonly Pick<SilentPath, 'id' | 'standing'>[],
): readonly Proposal[] {
	const standing = new Map(silent.map((path) => [path.id, path.standing]))
	const order = new Map(silent.map((path, at) => [path.id, at]))
	const found: Proposal[] = []
	for (const [id, site] of siteIds(sites)) {
		const told = siteTold(site)
		const exact = told.explains.filter((path) => isOpen(standing.get(path)))
		const paths = exact.length > 0 ? exact : told.narrows.filter((path) => isOpen(standing.get(path)))
		if (paths.length === 0) continue
		found.push({
			id,
			site,
			told,
			paths: paths.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)),
			standing: paths.some((path) => standing.get(path) === 'likely') ? 'likely' : 'possible',
			exact: exact.length > 0,
		})
	}
	// A site that several paths reach stands where the one it is there for does, not where the first of them would.
	const place = ({ told, paths, exact }: Proposal) => {
		const own = (exact ? told.explains : told.narrows).find((path) => paths.includes(path))
		return order.get(own ?? '') ?? 0
	}
	return found.sort((a, b) => inOrder(a, b) || place(a) - place(b) || quieterFirst(a, b))
}

const isOpen = (standing: Standing | undefined): boolean => standing === 'likely' || standing === 'possible'

const inOrder = (a: Proposal, b: Proposal): number =>
	Number(b.standing === 'likely') - Number(a.standing === 'likely') || Number(b.exact) - Number(a.exact)

const quieterFirst = (a: Proposal, b: Proposal): number =>
	TALK[a.told.talk] - TALK[b.told.talk] || a.paths.length - b.paths.length || a.site.line - b.site.line
