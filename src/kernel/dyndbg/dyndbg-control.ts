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
	/** Unescaped: a newline is a newline. Without what pr_fmt() of the file puts in front of it when it prints. */
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

/**
 * The greedy format ends at the last quote: from 6.1 on quotes in it are not escaped. A class that the kernel does not
 * know has another form. Documents of old kernels show flags without `=`.
 */
const ROW =
	/^([^:]+):(\d{1,9}) \[([^\]]+)\](\S+) =?([a-zA-Z]+|_) "(.*)"(?: class(?::(\S+)| (unknown, _id:\d+)))?$/

/** `net/netfilter/nf_conntrack_proto_tcp.c:889 [nf_conntrack]tcp_new =p "nf_ct_tcp: invalid new deleting.\n"` */
export function controlRow(line: string): PrintkSite | undefined {
	const found = ROW.exec(line)
	if (found === null) return undefined
	const [, file = '', number, module = '', func = '', flags = '', format = '', name, unknown] = found
	return {
		file,
		line: Number(number),
		module,
		func,
		flags: flags === '_' ? '' : flags,
		format: unescaped(format),
		class: name ?? unknown ?? null,
	}
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

/** Octal up to 6.0. A backslash itself is not escaped, so only these few can be undone. */
function unescaped(text: string): string {
	const first = text.indexOf('\\')
	if (first < 0) return text
	// Nearly every format has one escape, its newline at the end.
	if (first === text.length - 2 && text.endsWith('n')) return `${text.slice(0, first)}\n`
	return text.replaceAll(/\\(?:[trn]|011|015|012|042)/g, (found) => ESCAPES[found] ?? found)
}

export { type SiteId, siteIds, siteQuery } from './dyndbg-site.ts'
