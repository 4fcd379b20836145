import { plainScan } from '../bytes/scan.ts'
import { headOf } from './head.ts'
import { isQuotedPrintable, type LogLine, lineOf } from './plain-line.ts'
import { further, mayBeWrapped, unwrapped } from './unwrap.ts'
import { usualLine } from './usual-line.ts'

export type { Stamp } from './head.ts'
export type { LogLine } from './plain-line.ts'

const BRACE = 0x7b
const GREATER = 0x3e
const RECORD_SEPARATOR = 0x1e

/** What has to be undone before a head can be found: entities, JSON that begins the line. */
const IN_WHOLE = /&|^\[\{|^data: /

/**
 * Reads one line, with any head in front or none: the line is what stands from a message of conntrack or from the prefix of
 * a rule on. A record that was folded into several lines, or that is several lines of the journal, is one text with
 * newlines in it (see FoldJoiner). Never fails.
 */
export function parseLogLine(raw: string): LogLine {
	return usualLine(raw) ?? parseAnyLine(raw)
}

/** The same of a line that may be anything. */
export function parseAnyLine(raw: string): LogLine {
	const first = raw.charCodeAt(0)
	if (first !== BRACE && first !== RECORD_SEPARATOR && first !== GREATER) {
		const scan = plainScan(raw)
		if (scan !== undefined) {
			const head = headOf(scan)
			const found = lineOf(raw, head)
			if (!isQuotedPrintable(found)) {
				if (!mayBeWrapped(found, head)) return found
				if (!IN_WHOLE.test(raw)) return further(raw, head, found, 0).found
			}
		}
	}
	return unwrapped(raw, raw, 0).found
}
