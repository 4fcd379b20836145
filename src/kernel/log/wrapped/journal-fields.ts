import type { Entry } from './entry.ts'

/** `journalctl -o verbose`: the time, then where the journal has the entry. */
const VERBOSE = /^[A-Z][a-z]{2} \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}(?: \S{1,8})? \[s=[\da-f]{1,64};/

/** Fields that only the journal has: with one of these a record of `journalctl -o export` begins. */
const BEGINS = /^(?:__?[A-Z][A-Z\d_]{1,62}|PRIORITY|SYSLOG_[A-Z]{1,20}|MESSAGE_ID|CODE_[A-Z]{1,20})=/
const FIELD = /^([A-Z_][A-Z\d_]{0,63})=/
/** The name alone: the value has bytes that are no text, and its length stands before it, eight bytes. */
const BINARY = /^[A-Z_][A-Z\d_]{1,63}$/
const LENGTH = 8

const INDENTED = /^ {4}(?:[A-Z_][A-Z\d_]{0,63}=| {4,})/

export type RecordForm = 'export' | 'verbose'

/** Which of the two forms of the journal begins with this line; undefined for every other line. */
export function recordBegins(line: string): RecordForm | undefined {
	const first = line.charCodeAt(0)
	// Most lines of most logs: nothing of the journal begins with a small letter, a digit, or a bracket.
	if (!((first >= 0x41 && first <= 0x5a) || first === 0x5f)) return undefined
	if (first !== 0x5f && line.charCodeAt(4) === 0x32 && VERBOSE.test(line)) return 'verbose'
	return BEGINS.test(line) ? 'export' : undefined
}

/** Whether a record that has begun goes on with this line; `inBytes`: behind the name of a field without a text. */
export function recordGoesOn(form: RecordForm, inBytes: boolean, line: string): boolean {
	if (form === 'verbose') return INDENTED.test(line)
	return inBytes ? line !== '' : FIELD.test(line) || BINARY.test(line)
}

/** Whether what comes behind this line of a record is a value whose length stands before it, with any bytes in it. */
export const bytesFollow = (inBytes: boolean, line: string): boolean =>
	BINARY.test(line) || (inBytes && !FIELD.test(line))

/** The fields of a record of either form, each with its first value; undefined for a text that is none. */
export function journalFields(text: string): Entry | undefined {
	const lines = text.split('\n')
	const form = recordBegins(lines[0] ?? '')
	if (form === undefined || lines.length < 2) return undefined
	const fields: Record<string, string> = Object.create(null)
	if (form === 'verbose') {
		const [first = '', ...rest] = lines
		fields.VERBOSE_TIME = first.slice(0, first.indexOf(' [s='))
		for (const line of rest) putField(fields, line.slice(4))
		return fields
	}
	for (let at = 0; at < lines.length; at++) {
		const name = lines[at] ?? ''
		if (!BINARY.test(name)) {
			putField(fields, name)
			continue
		}
		const from = at + 1
		while (at + 1 < lines.length && !FIELD.test(lines[at + 1] ?? '')) at++
		fields[name] ??= lines
			.slice(from, at + 1)
			.join('\n')
			.slice(LENGTH)
	}
	return fields
}

function putField(fields: Record<string, string>, line: string): void {
	const found = FIELD.exec(line)
	if (found !== null) fields[found[1] ?? ''] ??= line.slice(found[0].length)
}
