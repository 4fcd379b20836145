/** One record of /dev/kmsg (kernel/printk/printk.c, info_print_ext_header, msg_print_ext_body). */
export type KmsgRecord = {
	/** Rises by one with every record of this boot; a jump means that records were lost. */
	readonly seq: number
	/** 0 emergency to 7 debug; log_invalid lines have 5. */
	readonly level: number
	/** 0 is the kernel; anything else was written to /dev/kmsg by a program. */
	readonly facility: number
	/** Microseconds since boot; does not count suspend. */
	readonly at: number
	/** A fragment that belongs to an earlier record. */
	readonly continuation: boolean
	/** Untrusted: \xHH is decoded, so control characters can be in here. Invalid UTF-8 is replaced. */
	readonly text: string
	/** SUBSYSTEM, DEVICE and the like. */
	readonly fields: Readonly<Record<string, string>>
}

/** Fields between the flags and the semicolon (caller= and what comes later) are passed over. */
const HEADER = /^(\d{1,10}),(\d{1,16}),(\d{1,16}),([^,;\n]*)(?:,[^;\n]*)?;/

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/** The bytes of one read() from /dev/kmsg. Undefined when they do not begin with a record's header. */
export function parseKmsgRecord(chunk: string | Uint8Array): KmsgRecord | undefined {
	const whole = typeof chunk === 'string' ? chunk : decoder.decode(chunk)
	const header = HEADER.exec(whole)
	if (header === null) return undefined
	const [first = '', ...rest] = withoutNewlines(whole.slice(header[0].length)).split('\n')
	const text = [unescaped(first)]
	const fields: [string, string][] = []
	for (const line of rest) {
		const field = /^ ([^=\s]+)=(.*)$/.exec(line)
		if (field === null) text.push(unescaped(line))
		else fields.push([field[1] ?? '', unescaped(field[2] ?? '')])
	}
	const prio = Number(header[1])
	const flags = header[4] ?? ''
	return {
		seq: Number(header[2]),
		level: prio % 8,
		facility: Math.floor(prio / 8),
		at: Number(header[3]),
		continuation: flags.includes('c') || flags.includes('+'),
		text: text.join('\n'),
		fields: Object.fromEntries(fields),
	}
}

function withoutNewlines(text: string): string {
	let end = text.length
	while (end > 0 && text.charCodeAt(end - 1) === NEWLINE) end--
	return text.slice(0, end)
}

/** The kernel writes every byte below 0x20, from 0x7f up, and the backslash as \xHH: several of them can be one character. */
function unescaped(text: string): string {
	if (!text.includes('\\x')) return text
	const bytes = encoder.encode(text)
	let length = 0
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at] ?? 0
		if (byte === BACKSLASH && bytes[at + 1] === LOWER_X) {
			const high = hexDigit(bytes[at + 2])
			const low = hexDigit(bytes[at + 3])
			if (high >= 0 && low >= 0) {
				bytes[length++] = high * 16 + low
				at += 3
				continue
			}
		}
		bytes[length++] = byte
	}
	return decoder.decode(bytes.subarray(0, length))
}

const NEWLINE = 0x0a
const BACKSLASH = 0x5c
const LOWER_X = 0x78

function hexDigit(byte: number | undefined): number {
	if (byte === undefined) return -1
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
	const letter = byte | 0x20
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}
