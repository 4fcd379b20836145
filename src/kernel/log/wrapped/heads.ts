/**
 * Where a head begins that is known: a priority, a time, the seconds of printk, the kernel's tag. Whatever stands before
 * it was put there by somebody else: grep, a collector, a pod's name.
 */
const KNOWN =
	/(?<![\w.])(?:<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\[ {0,12}\d{1,12}\.\d{1,9}\]|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|\d{1,4},\d{1,12},\d{1,16},[-c+][^;\s]{0,60};|kernel(?:\[\d{1,10}\])?: )/g

/** `kern.log.1:`, `kern.log-12-`, `/var/log/messages:`, `(standard input):12:`, `12:` of grep -H, -n and -C. */
const FILE =
	/^(?:\(standard input\)|(?:[^\s:=[\]]{0,200}\/)?[^\s:=[\]/]{0,80}?(?:\.(?:log|txt|out)|messages|syslog|dmesg|kern|ulog)(?:[.-](?:\d{1,8}|gz|xz|old|txt|log)){0,4}|\d{1,9}(?=:|-[[<A-Za-z]|-\d{4}-))(?::|-(?=[[<\d]|[A-Z][a-z]{2} |nf_ct_|ip_c|helper ))(?:\d{1,9}[:-])?/

/** What a collector of containers has put behind its time (CRI: the stream, and whether the line is whole). */
const CRI = /^(?:stdout|stderr) [FP] /

/** What people and programs put before a line that they show: a service of a composition, a name of a field, a bullet. */
const SHOWN = /^(?:[\w.-]{1,64} {1,20}\| |MESSAGE=|data: |(?:[*|>$#\u2022-]|=>) +(?=\S))/

/** `msg=`, as logfmt and CEF name a message. */
const NAMED = /(?<!\w)(?:msg|message|log)=["']?(?=[^"'\s])/g

/** RFC 5424 without its beginning: a tag without a colon, process, message id, structured data. */
const BARE_5424 = /^kernel (?:-|\d{1,10}) - (?:-|\[[^\]]{0,512}\]) ?/

/** Nothing is looked for behind this many characters: no head is longer. */
const LONGEST = 400

/** Where the next known head begins behind `from`; -1 when none does before `to`. */
export function nextHead(text: string, from: number, to: number): number {
	KNOWN.lastIndex = 0
	const beginning = text.slice(from, Math.min(to, from + LONGEST))
	for (let found = KNOWN.exec(beginning); found !== null; found = KNOWN.exec(beginning))
		if (found.index > 0) return from + found.index
	return -1
}

/** How many characters at the beginning of a text are what grep has put before a line; 0 for none. */
export const fileHead = (text: string): number => FILE.exec(text.slice(0, LONGEST))?.[0].length ?? 0

/** How many characters at the beginning of a message belong to the collector, or to the tag of a syslog. */
export const restOfHead = (text: string): number =>
	(CRI.exec(text) ?? SHOWN.exec(text) ?? BARE_5424.exec(text.slice(0, LONGEST * 2)))?.[0].length ?? 0

/** Where a message begins that a field of text[from, to) has; -1 for none. */
export function namedMessage(text: string, from: number, to: number): number {
	NAMED.lastIndex = from
	const found = NAMED.exec(text.slice(0, Math.min(to, from + LONGEST)))
	return found === null ? -1 : found.index + found[0].length
}
