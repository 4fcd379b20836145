import type { MonotonicMs } from '../../host/ports.ts'
import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import type { PrintkLine } from '../../kernel/dyndbg/dyndbg-line.ts'
import { type SiteTold, siteTold } from '../../reasons/printk/printk-sites.ts'

/** What one call site has printed since the start. It says nothing of packets: a printk names none. */
export type PrintkTold = {
	readonly id: SiteId
	readonly site: PrintkSite
	readonly count: number
	/** Those of them that count one packet each, of which no reason line tells. */
	readonly packets: number
	/** Those of them that another place of the kernel may have printed. */
	readonly probable: number
	readonly firstAt: MonotonicMs
	readonly lastAt: MonotonicMs
	/** Counts in each of the last seconds, newest last, as those of the reasons. */
	readonly recent: readonly number[]
	/** The last line, without decorations. Safe to print. */
	readonly sample: string
	/** What its numbers say; '' where the line says it already. */
	readonly lastDetail: string
	/** Further sites with the same text. */
	readonly alike: readonly SiteId[]
}

/** Lines of call sites by site: only of those of which a line is one packet that no reason line tells of. */
export type PrintkTally = Readonly<Record<SiteId, number>>

export const NOTHING_PRINTED: PrintkTally = {}

const remembered = new WeakMap<PrintkSite, SiteTold>()

/** As siteTold(), looked up once a site: the rows of a control file stay the same objects while none differs. */
export function toldBy(site: PrintkSite): SiteTold {
	const known = remembered.get(site)
	if (known !== undefined) return known
	const told = siteTold(site)
	remembered.set(site, told)
	return told
}

/** Whether a line counts one packet of a silent path: it is surely of this site, and a line of it is one packet. */
export const countsPacket = ({ site, sure, alike }: PrintkLine): boolean =>
	sure && alike.length === 0 && toldBy(site).explains.length > 0

/** The call site as source: `tcp_new nf_conntrack_proto_tcp.c:889`. */
export const placeOf = ({ func, file, line }: PrintkSite): string =>
	`${func} ${file.slice(file.lastIndexOf('/') + 1)}:${line}`

/** What a line of the site tells, in its own text where nobody has described it. */
export function titleOf(site: PrintkSite): string {
	const { known, tells } = toldBy(site)
	return known ? tells : site.format.trim()
}
