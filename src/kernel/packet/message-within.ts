import { unquoted } from '../bytes/quoted.ts'
import { type Scan, scanOf } from '../bytes/scan.ts'
import { type PacketLine, packetLineAt } from './packet-line.ts'

/** How messages of conntrack and of helpers begin (see packet-prefix.ts). */
const BEGINNING = /(?<![\w./])(?:nf_ct_|ip_ct_|ip_conntrack_|helper )/g

/** A packet that stands before belongs to another message. */
const PACKET = /(?:^|\s)(?:\S{0,30}IN=\S{0,20} OUT=|SRC=)/

/** Places that are tried: a line has one message, and text that is none may have many such words. */
const MOST_PLACES = 8

/**
 * A message of conntrack or of a helper that begins behind `from`, with its packet; undefined when there is none. For
 * logs whose head is not known: in a record of the running kernel nothing stands before a message.
 */
export function messageWithin(
	text: string,
	from: number,
): { readonly line: PacketLine; readonly at: number; readonly text: string } | undefined {
	BEGINNING.lastIndex = from
	for (let place = 0; place < MOST_PLACES; place++) {
		const at = BEGINNING.exec(text)?.index
		if (at === undefined) return undefined
		if (PACKET.test(text.slice(from, at))) return undefined
		const message = unquoted(text, at)
		const line = messageAt(scanOf(message))
		if (line !== undefined) return { line, at, text: message }
	}
	return undefined
}

function messageAt(scan: Scan): PacketLine | undefined {
	const line = packetLineAt(scan, 0)
	if (line === undefined || line.kind === 'rule') return undefined
	// A helper always says why it drops.
	if (line.kind === 'helper' && line.body === '') return undefined
	const { src, dst, in: into, out, words } = line.packet
	return [src, dst, into, out, words[0] ?? null].every((said) => said === null) ? undefined : line
}
