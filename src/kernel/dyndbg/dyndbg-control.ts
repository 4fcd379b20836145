/**
 * `net/netfilter/nf_conntrack_proto_tcp.c:tcp_new#1:0f3c2a91`: file, function, which of the equal ones from the lowest
 * line up, hash of the format. Without the line number, which moves between builds: a site keeps its id over boots,
 * and as long as its file, function and text stay over kernels too.
 */
export type SiteId = string

type SiteIdParts = {
	readonly file: string
	readonly func: string
	/** From 1. */
	readonly which: number
	/** Eight hexadecimal digits. */
	readonly hash: string
}

/** Sites by their id. Rows that no query can tell apart (same file, line, function and format) are one site. */
export function siteIds(sites: readonly PrintkSite[]): ReadonlyMap<SiteId, PrintkSite> {
	const alike = new Map<string, PrintkSite[]>()
	for (const site of sites) {
		const key = `${site.file}\n${site.func}\n${site.format}`
		const found = alike.get(key)
		if (found === undefined) alike.set(key, [site])
		else found.push(site)
	}
	const ids = new Map<SiteId, PrintkSite>()
	for (const group of alike.values()) {
		let which = 0
		let before = -1
		for (const site of group.length === 1 ? group : group.toSorted((a, b) => a.line - b.line)) {
			if (site.line === before) continue
			before = site.line
			which++
			ids.set(`${site.file}:${site.func}#${which}:${hashOf(site.format)}`, site)
		}
	}
	return ids
}

export function siteIdParts(id: SiteId): SiteIdParts | undefined {
	const found = /^([^:\s]{1,300}):([^\s#:]{1,200})#([1-9]\d{0,3}):([\da-f]{8})$/.exec(id)
	if (found === null) return undefined
	return {
		file: found[1] ?? '',
		func: found[2] ?? '',
		which: Number(found[3]),
		hash: found[4] ?? '',
	}
}

/** FNV-1a of 32 bits over UTF-16 units: enough to tell the few formats of one function apart. */
function hashOf(format: string): string {
	let hash = 0x811c9dc5
	for (let at = 0; at < format.length; at++) {
		hash = Math.imul(hash ^ format.charCodeAt(at), 0x01000193)
	}
	return (hash >>> 0).toString(16).padStart(8, '0')
}

/** No blanks, quotes, `;` or `#`, which end a word or a query, and no wildcards: these words mean themselves. */
const FILE = /^[\w./+@~-]{1,300}$/
const WORD = /^[\w.]{1,200}$/

/** Whether a query can name exactly this site. */
export function canAddress({ file, func, class: name }: PrintkSite): boolean {
	return FILE.test(file) && WORD.test(func) && (name === null || WORD.test(name))
}

/**
 * One query for the control file: `file net/netfilter/nf_conntrack_proto_tcp.c line 889 func tcp_new +p`. `flags` are
 * letters, '' or `_` for none. The kernel takes it also when nothing matches: read the file again.
 *
 * 4.18 to 5.19 look at the flags of the query, not at the result, when they switch a site (ddebug_change): `+m` or `-m`
 * on a site that prints shows `=pm` and prints nothing more. So what only decorates is sent together with `p`.
 * Throws when the site cannot be addressed or the flags are none: both are for the caller to see before.
 */
export function siteQuery(site: PrintkSite, op: '+' | '-' | '=', flags: string): string {
	if (!canAddress(site)) throw new Error(`no query can name the site ${site.file}:${site.line}`)
	if (!/^(?:_?|[a-z]{1,20})$/.test(flags)) throw new Error(`no flags of dynamic debug: ${flags}`)
	const words = [`file ${site.file} line ${site.line} func ${site.func}`]
	// From 6.1 on a query without a class matches only sites without one.
	if (site.class !== null) words.push(`class ${site.class}`)
	words.push(change(site.flags, op, flags === '_' ? '' : flags))
	return words.join(' ')
}

function change(now: string, op: '+' | '-' | '=', flags: string): string {
	const decorates = now.includes('p') && !flags.includes('p')
	if (op === '+' && decorates) return `+p${flags}`
	if (op === '-' && decorates) return `=${[...now].filter((letter) => !flags.includes(letter)).join('')}`
	return `${op}${flags === '' ? '_' : flags}`
}

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
