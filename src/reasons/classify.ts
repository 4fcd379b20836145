import type { PacketLine } from '../kernel/packet/packet-line.ts'
import { protocolName } from '../kernel/packet/protocol.ts'
import { visible } from '../words/visible.ts'
import type { Params, Reason } from './shape/reason.ts'
import { findText, findTextLoosely } from './texts/catalogue.ts'
import { helperReason } from './texts/helper-reason.ts'
import type { KernelTraits } from './traits.ts'

export { explain } from './explain/explain.ts'
export type { Reason } from './shape/reason.ts'

/** A title is one row on a screen and one key in a report. */
const LONGEST_TITLE = 120

const NO_PARAMS: Params = Object.freeze({})

/**
 * What the line says about its packet. Total: a text that the catalogue does not have is `unknown`. `traits` is what
 * this kernel's other texts have shown; it decides the verdict `depends`.
 */
export function classify(line: PacketLine, traits?: KernelTraits): Reason {
	const { l4proto, body } = line
	if (line.helper !== undefined) return helperReason(line.helper, body, protocolOf(line))
	const match = l4proto === null ? undefined : findText(l4proto, body, line.legacy === true)
	if (match === undefined) return changed(line, traits) ?? unknown(line)
	if (match.fixed !== undefined) return match.fixed
	const { entry, captures } = match
	const decoded = entry.decode?.(captures, line)
	return {
		id: entry.id,
		title: entry.title ?? entry.format,
		protocol: protocolOf(line),
		verdict: entry.verdict === 'depends' ? (traits?.windowVerdict ?? 'depends') : entry.verdict,
		detail: decoded?.detail ?? '',
		params: decoded?.params ?? NO_PARAMS,
	}
}

/** A text that people have changed: with its end cut off or its numbers masked, it still says which it is. */
function changed(line: PacketLine, traits: KernelTraits | undefined): Reason | undefined {
	if (line.l4proto === null) return undefined
	const found = findTextLoosely(line.l4proto, line.body, line.legacy === true)
	if (found === undefined) return undefined
	const { id, format, title = format, verdict } = found.entry
	return {
		id,
		title,
		protocol: protocolOf(line),
		verdict: verdict === 'depends' ? (traits?.windowVerdict ?? 'depends') : verdict,
		detail: '',
		params: NO_PARAMS,
		...(found.cut ? { cut: true } : {}),
	}
}

/** A line of a rule has no reason: what its author wrote in front of it is all that it says. */
function unknown(line: PacketLine): Reason {
	const protocol = protocolOf(line)
	const base = { protocol, verdict: 'unknown', detail: '', params: NO_PARAMS } as const
	if (line.kind === 'rule') return { ...base, id: 'rule', title: line.prefix || 'logged by a rule' }
	return { ...base, id: 'unknown', title: foldedTitle(line.body) }
}

function protocolOf(line: PacketLine): string {
	if (line.l4proto !== null) return protocolName(line.l4proto)
	const printed = line.packet.protocol
	if (printed === null) return '-'
	return visible(/^\d{1,3}$/.test(printed) ? protocolName(Number(printed)) : printed)
}

/** Numbers, addresses and hexadecimal values become N, so that lines that differ only in them are one row. */
function foldedTitle(body: string): string {
	const folded = visible(body.slice(0, 4 * LONGEST_TITLE))
		.replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, 'N')
		.replaceAll(/(?<![\w:])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?![\w:])/gi, 'N')
		.replaceAll(/(?<![\w.])-?(?:0x[\da-f]+|\d+|(?=[a-f]*\d)[\da-f]{2,16})(?!\w)/gi, 'N')
		.trim()
	if (folded === '') return 'no reason given'
	if (folded.length <= LONGEST_TITLE) return folded
	// Half of a character of two units is none.
	return `${folded.slice(0, LONGEST_TITLE - 3).replace(/[\ud800-\udbff]$/, '')}...`
}
