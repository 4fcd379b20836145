import { plainScan, scanOf } from '../bytes/scan.ts'
import { type Neighbour, parseNeighbour } from '../conntrack/neighbour.ts'
import { type PacketLine, packetLineAt, ruleLineAt } from '../packet/packet-line.ts'
import { journalLine } from './journal-line.ts'
import { type Head, headOf, type Stamp } from './log-stamp.ts'

/** What a mail program has put before every line of a quotation. */
const QUOTING = /^(?:> ?)+/

/** A field of the grammar that was written by a mail program as quoted-printable. */
const QUOTED_PRINTABLE = /(?:^|\s)(?:IN|OUT|SRC|DST|LEN|PROTO|TTL)=3D/

/**
 * A record that was pasted from a mail or an article, as one line: without the quoting, with quoted-printable undone,
 * and the folded lines joined. Only of text that shows these traces; everything else is given back as it is.
 */
function unfolded(given: string): string {
	// The mark that editors of Windows put before a file.
	const text = given.startsWith('\ufeff') ? given.slice(1) : given
	const decoded = QUOTED_PRINTABLE.test(text) ? fromQuotedPrintable(text) : text
	if (!decoded.includes('\n')) return decoded.replace(QUOTING, '')
	return decoded
		.split('\n')
		.map((line, index) => (index === 0 ? line.replace(QUOTING, '') : line.replace(QUOTING, '').trim()))
		.filter((line, index) => index === 0 || line !== '')
		.join(' ')
}

function fromQuotedPrintable(text: string): string {
	return text
		.replaceAll(/=\r?\n/g, '')
		.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

export type { Stamp } from './log-stamp.ts'

/** One line of any log. `raw` is the line as it was given, and not safe to print; everything else is. */
export type LogLine = { readonly stamp: Stamp; readonly raw: string } & (
	| { readonly kind: 'conntrack' | 'helper' | 'rule'; readonly line: PacketLine }
	| { readonly kind: 'neighbour'; readonly neighbour: Neighbour }
	/** `printk`: another message of the kernel. `other`: everything that is not understood. `text` is without the stamp. */
	| { readonly kind: 'printk' | 'other'; readonly text: string }
)

const BRACE = 0x7b
const GREATER = 0x3e
const RECORD_SEPARATOR = 0x1e

/** Messages of netfilter without anything that says that the kernel wrote them. */
const NETFILTER =
	/^(?:(?:nf|xt|nft|ip|ip6|ipt|ip6t|ebt)_[a-z0-9_]{1,40}(?:\[\d+\])?:|(?:nf|ip)_conntrack |tcp_(?:in_window|new|error|packet):|x_tables:|nfnetlink)/

/**
 * Reads one line, with any stamp in front or none. A record that was folded into several lines by a mail program is one
 * text with newlines in it (see FoldJoiner). Never fails.
 */
export function parseLogLine(raw: string): LogLine {
	const first = raw.charCodeAt(0)
	if (first === BRACE || first === RECORD_SEPARATOR) {
		const head = journalLine(first === BRACE ? raw : raw.slice(1))
		if (head !== undefined) return lineOf(raw, head)
	}
	const scan = (first === GREATER ? undefined : plainScan(raw)) ?? scanOf(withoutEnd(unfolded(raw)))
	const found = lineOf(raw, headOf(scan))
	if (!('line' in found) || !isQuotedPrintable(found.line)) return found
	return lineOf(raw, headOf(scanOf(withoutEnd(unfolded(raw)))))
}

/** Of a file from Windows. */
function withoutEnd(text: string): string {
	return text.endsWith('\r') ? text.slice(0, -1) : text
}

function lineOf(raw: string, { stamp, scan, at, ahead, origin }: Head): LogLine {
	const found = origin === 'program' ? ruleLineAt(scan, at) : packetLineAt(scan, at)
	if (found !== undefined) {
		const line = ahead === '' ? found : { ...found, prefix: `${ahead} ${found.prefix}`.trim() }
		return { stamp, raw, kind: line.kind, line }
	}
	const text = scan.text.slice(at)
	const neighbour = parseNeighbour(text)
	if (neighbour !== undefined) return { stamp, raw, kind: 'neighbour', neighbour }
	return { stamp, raw, kind: origin === 'kernel' || NETFILTER.test(text) ? 'printk' : 'other', text }
}

/** `SRC=3D192.0.2.1`: no address and no device begins so. */
function isQuotedPrintable({ packet }: PacketLine): boolean {
	return packet.src?.startsWith('3D') === true || packet.in?.startsWith('3D') === true
}
