/**
 * Where a head begins that is known: a priority, a time, the seconds of printk, the kernel's tag. Whatever stands before
 * it was put there by somebody else: grep, a collector, a pod's name.
 */
const KNOWN =
	/(?<![\w.])(?:<\d{1,3}>|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\[ {0,12}\d{1,12}\.\d{1,9}\]|kernel(?:\[\d{1,10}\])?: )/g

/** `kern.log.1:`, `kern.log-12-`, `/var/log/messages:`, `(standard input):12:`, `12:` of grep -H, -n and -C. */
const FILE =
	/^(?:\(standard input\)|(?:[^\s:=[\]]{0,200}\/)?[^\s:=[\]/]{0,80}(?:\.(?:log|txt|gz|out)|messages|syslog|dmesg|kern|ulog)[\w.-]{0,20}|\d{1,9})(?::|-(?=[[\d]))(?:\d{1,9}[:-])?/

/** What a collector of containers has put behind its time (CRI: the stream, and whether the line is whole). */
const CRI = /^(?:stdout|stderr) [FP] /

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
	(CRI.exec(text) ?? BARE_5424.exec(text.slice(0, LONGEST * 2)))?.[0].length ?? 0
