import type { PrintkSite } from './dyndbg-control.ts'

/** What dynamic debug puts in front of a text (lib/dynamic_debug.c, __dynamic_emit_prefix). */
export type Decoration = {
	/** `<intr>` in interrupt context, otherwise the number of the thread; null without flag t. */
	readonly thread: string | null
	/** Behind `<intr> ` or `[12] `. */
	readonly text: string
}

const THREAD = /^(?:(<intr>)|\[(\d{1,10})\]) /

export function cutThread(text: string): Decoration {
	const found = THREAD.exec(text)
	if (found === null) return { thread: null, text }
	return { thread: found[1] ?? found[2] ?? null, text: text.slice(found[0].length) }
}

/** The names in front, for the flags m f s l in this order: `nf_conntrack:tcp_new:889: `. '' without any of them. */
export function names(site: PrintkSite): string {
	let text = ''
	if (site.flags.includes('m')) text += `${site.module}:`
	if (site.flags.includes('f')) text += `${site.func}:`
	if (site.flags.includes('s')) text += `${site.file}:`
	if (site.flags.includes('l')) text += `${site.line}:`
	return text === '' ? '' : `${text} `
}

/**
 * Cuts names of the site that are there although its flags do not say so: the record may be older than the flags.
 * `right` is how many of them speak for this site; a line number that is another one speaks against it. Undefined when
 * there are none.
 */
export function cutNames(text: string, site: PrintkSite): { text: string; right: number } | undefined {
	let at = 0
	let right = 0
	for (const name of [site.module, site.func, site.file]) {
		if (!text.startsWith(`${name}:`, at)) continue
		at += name.length + 1
		right++
	}
	const line = /^(\d{1,9}):/.exec(text.slice(at, at + 10))
	if (line !== null) {
		at += line[0].length
		right += Number(line[1]) === site.line ? 1 : -1
	}
	return at > 0 && text.charAt(at) === ' ' ? { text: text.slice(at + 1), right } : undefined
}

/** One word and a colon: what pr_fmt() of most files is. */
const PREFIX = /^([^\s:]{1,40}): /

/**
 * What pr_fmt() of the file puts in front. It is printed, but no part of the format in the control file: that has
 * `new packet for %p`, and the record has `nf_conntrack: new packet for 00000000e59a244b`.
 */
export function cutPrefix(text: string): { prefix: string; text: string } | undefined {
	const found = PREFIX.exec(text)
	return found === null ? undefined : { prefix: found[1] ?? '', text: text.slice(found[0].length) }
}

/** Whether files such as this one's define that prefix: KBUILD_MODNAME, and one with its own. */
export function mayPrefix(site: PrintkSite, prefix: string): boolean {
	return prefix === site.module || (prefix === 'IPv6-nf' && site.file.endsWith('/nf_conntrack_reasm.c'))
}
