/**
 * The list of the kernel's pr_debug() call sites, /proc/dynamic_debug/control and the same file in debugfs
 * (lib/dynamic_debug.c, ddebug_proc_show). It is one table for all network namespaces, several hundred kB long.
 */

/** One call site. All texts are the kernel's: not safe to print. */
export type PrintkSite = {
	/** Relative to the source tree; of a module built elsewhere any path. */
	readonly file: string
	readonly line: number
	readonly module: string
	readonly func: string
	/** Letters in the kernel's order: p prints, m f s l t d only decorate. '' for none, shown as `_`. */
	readonly flags: string
	/** Unescaped: a newline is a newline. Contains what pr_fmt() of the file puts in front. */
	readonly format: string
	/** Of 6.1 and later; null for nearly all. */
	readonly class: string | null
}

export type ControlReader = {
	push(chunk: string): void
	/** Nothing more comes: all sites in the order of the file. */
	end(): readonly PrintkSite[]
	/** Lines so far that are no row. */
	readonly unread: number
}

/** Rows are a few hundred characters; a file without newlines is none of these. */
const LONGEST_ROW = 65_536

/** Reads the file in chunks, cut anywhere. Its header is passed over, and what is no row is counted. */
export function createControlReader(): ControlReader {
	const sites: PrintkSite[] = []
	let unread = 0
	let rest = ''
	let tooLong = false

	function take(line: string): void {
		if (line === '' || line.startsWith('#')) return
		const site = controlRow(line)
		if (site === undefined) unread++
		else sites.push(site)
	}

	function keep(text: string): void {
		if (!tooLong) rest += text
		if (rest.length <= LONGEST_ROW) return
		tooLong = true
		rest = ''
	}

	function finish(text: string): void {
		keep(text)
		if (tooLong) unread++
		else take(rest)
		rest = ''
		tooLong = false
	}

	return {
		push(chunk) {
			let from = 0
			for (let to = chunk.indexOf('\n'); to >= 0; to = chunk.indexOf('\n', from)) {
				if (from === 0) finish(chunk.slice(0, to))
				else take(chunk.slice(from, to))
				from = to + 1
			}
			keep(chunk.slice(from))
		},
		end() {
			finish('')
			return sites
		},
		get unread() {
			return unread
		},
	}
}

const FLAGS = /^=?([a-zA-Z]+|_)$/

/** `class:HI`, or what stands there when the kernel does not know the class of a site. */
const CLASS = /^ class(?::(\S+)| (unknown, _id:\d+))$/

/**
 * `net/netfilter/nf_conntrack_proto_tcp.c:889 [nf_conntrack]tcp_new =p "nf_ct_tcp: invalid new deleting.\n"`. Up to 6.0
 * the escapes are octal; from 6.1 on a quote in the format is not escaped, so the last one ends it.
 */
export function controlRow(line: string): PrintkSite | undefined {
	const open = line.indexOf(' [')
	const close = line.indexOf(']', open)
	const colon = line.lastIndexOf(':', open)
	if (open < 0 || close < 0 || colon <= 0) return undefined
	const number = lineNumber(line.slice(colon + 1, open))
	const funcEnd = line.indexOf(' ', close)
	const quote = line.indexOf(' "', funcEnd)
	if (number === undefined || funcEnd <= close + 1 || quote < 0 || close === open + 2) return undefined
	const flags = FLAGS.exec(line.slice(funcEnd + 1, quote))?.[1]
	const end = line.lastIndexOf('"')
	if (flags === undefined || end <= quote + 1) return undefined
	const tail = line.slice(end + 1)
	const found = tail === '' ? null : CLASS.exec(tail)
	if (tail !== '' && found === null) return undefined
	return {
		file: line.slice(0, colon),
		line: number,
		module: line.slice(open + 2, close),
		func: line.slice(close + 1, funcEnd),
		flags: flags === '_' ? '' : flags,
		format: unescaped(line.slice(quote + 2, end)),
		class: found?.[1] ?? found?.[2] ?? null,
	}
}

function lineNumber(text: string): number | undefined {
	return /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

const ESCAPES: Readonly<Record<string, string>> = {
	'\\t': '\t',
	'\\r': '\r',
	'\\n': '\n',
	'\\011': '\t',
	'\\015': '\r',
	'\\012': '\n',
	'\\042': '"',
}

/** A backslash itself is not escaped, so only these few can be undone. */
function unescaped(text: string): string {
	return text.includes('\\')
		? text.replaceAll(/\\(?:[trn]|011|015|012|042)/g, (found) => ESCAPES[found] ?? found)
		: text
}

export { type SiteId, siteIds, siteQuery } from './dyndbg-site.ts'
