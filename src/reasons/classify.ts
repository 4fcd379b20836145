import type { PacketLine } from '../kernel/packet-line.ts'
import { protocolName } from '../kernel/protocol.ts'
import { visible } from '../kernel/visible.ts'
import { findText } from './catalogue.ts'
import { HELPER_TEXTS, OTHER_HELPER_TEXT } from './helper-texts.ts'
import type { Reason } from './reason.ts'

export { explain } from './explain.ts'
export type { Reason } from './reason.ts'

/** A title is one row on a screen and one key in a report. */
const LONGEST_TITLE = 120

/** What the line says about its packet. Total: a text that the catalogue does not have is `unknown`. */
export function classify(line: PacketLine): Reason {
	const protocol = protocolOf(line)
	if (line.helper !== undefined) return helperReason(line.helper, line.body, protocol)
	const match = line.l4proto === null ? undefined : findText(line.l4proto, line.body)
	if (match === undefined) {
		return { id: 'unknown', title: foldedTitle(line.body), protocol, verdict: 'unknown', detail: '' }
	}
	const { entry, captures } = match
	return {
		id: entry.id,
		title: entry.title ?? line.body,
		protocol,
		verdict: entry.verdict,
		detail: visible(entry.detail?.(captures, line) ?? ''),
	}
}

/** `helper-ftp-add`: every line of a helper is about a packet that it dropped, also when the text is a new one. */
function helperReason(helper: string, body: string, protocol: string): Reason {
	// Up to 6.12 a helper that was loaded with ports= of its own prints the port too: ftp-2121.
	const name = visible(helper.replace(/-\d{1,5}$/, ''))
	const known = HELPER_TEXTS.find(({ text }) => text.test(body))
	const kind = known?.kind ?? OTHER_HELPER_TEXT
	return {
		id: `helper-${name}-${kind}`,
		title: `${name}: ${HELPER_TITLES[kind] ?? 'packet dropped'}`,
		protocol,
		verdict: 'dropped',
		detail: visible(body),
	}
}

const HELPER_TITLES: Readonly<Record<string, string>> = {
	alloc: 'cannot alloc expectation',
	add: 'cannot add expectation',
	ports: 'all ports in use',
	partial: 'partial matching',
	mangle: 'cannot mangle packet',
	parse: 'cannot parse message',
}

function protocolOf(line: PacketLine): string {
	if (line.l4proto !== null) return protocolName(line.l4proto)
	const printed = line.packet.protocol
	if (printed === null) return '-'
	return visible(/^\d{1,3}$/.test(printed) ? protocolName(Number(printed)) : printed)
}

/** Numbers, addresses and hexadecimal values become N, so that lines that differ only in them are one row. */
function foldedTitle(body: string): string {
	const folded = visible(body)
		.replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'N')
		.replaceAll(/(?<![\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi, 'N')
		.replaceAll(/(?<![\w.])-?(?:0x[\da-f]+|\d+|(?=[a-f]*\d)[\da-f]{2,16})(?!\w)/gi, 'N')
		.trim()
	if (folded === '') return 'no reason given'
	return folded.length > LONGEST_TITLE ? `${folded.slice(0, LONGEST_TITLE - 3)}...` : folded
}
