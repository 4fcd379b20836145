import type { PrintkSite, SiteId } from '../../kernel/dyndbg/dyndbg-control.ts'
import { visible } from '../../words/visible.ts'

/** Longer texts are cut: a name is to be recognised, not read. */
const LONGEST_TEXT = 40

/** What pr_fmt() or the author puts in front of every text of a file: `nf_ct_tcp: `. */
const PREFIX = /^[\w.-]{1,30}: +(?=\S)/

/** The text of a site without its prefix and its end, safe to print: `invalid new deleting`. */
export function siteText({ format }: Pick<PrintkSite, 'format'>, longest = LONGEST_TEXT): string {
	const plain = visible(format.trim())
	const bare = plain.replace(PREFIX, '').replace(/(?<=\w)[.:]$/, '')
	return bare.length <= longest ? bare : `${bare.slice(0, longest - 3).trimEnd()}...`
}

/** A site as people speak of it: `tcp_new "invalid new deleting"`. Safe to print. */
export const siteName = (site: Pick<PrintkSite, 'func' | 'format'>): string =>
	`${visible(site.func)} "${siteText(site)}"`

/** `net/netfilter/nf_conntrack_proto_tcp.c` as `nf_conntrack_proto_tcp.c`. Safe to print. */
export const baseName = (file: string): string => visible(file.slice(file.lastIndexOf('/') + 1))

const PRINTK = 'printk:'

/** The call site that a knob stands for; undefined for all other knobs. */
export const siteOfKnob = (knob: string): SiteId | undefined =>
	knob.startsWith(PRINTK) ? knob.slice(PRINTK.length) : undefined

export const knobOfSite = (id: SiteId): string => `${PRINTK}${id}`
