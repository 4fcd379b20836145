import { visible } from '../../words/visible.ts'
import { scanOf } from '../bytes/scan.ts'
import type { Head, Origin } from './head.ts'
import { clockStamp } from './stamp/clock.ts'
import type { Entry } from './wrapped/entry.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Programs that write down what the kernel handed to them, with its words. */
const RELAYS = /^(?:kernel|ulogd)/

/**
 * One entry of the journal, as `journalctl -o json`, `-o export` and `-o verbose` print it (systemd.journal-fields(7)).
 * MESSAGE is an array of bytes where it is not plain text. Undefined for every other record.
 */
export function journalHead(entry: Entry): Head | undefined {
	const text = messageOf(entry.MESSAGE)
	if (text === undefined) return undefined
	const verbose = verboseTime(entry)
	const wall = milliseconds(entry.__REALTIME_TIMESTAMP) ?? verbose?.wall ?? null
	const boot = milliseconds(entry._SOURCE_MONOTONIC_TIMESTAMP ?? entry.__MONOTONIC_TIMESTAMP)
	const level = Number(field(entry.PRIORITY) ?? Number.NaN)
	const host = field(entry._HOSTNAME)
	return {
		stamp: {
			text: wall === null ? (verbose?.text ?? '') : new Date(wall).toISOString(),
			wall,
			boot: boot === null ? null : boot / 1000,
			level: Number.isInteger(level) && level >= 0 && level <= 7 ? level : null,
			host: host === undefined ? null : visible(host),
		},
		origin: originOf(entry),
		scan: scanOf(text),
		at: 0,
		ahead: '',
	}
}

/** In front of a record of -o verbose; its zone may be a name, which says nothing to us. */
function verboseTime(entry: Entry): { readonly text: string; readonly wall: number | null } | undefined {
	const text = field(entry.VERBOSE_TIME)
	if (text === undefined) return undefined
	const scan = scanOf(text)
	return { text: scan.text, wall: clockStamp(scan, 0)?.wall ?? null }
}

/** Text, its bytes, or several of these when the field was there more than once: the first. Deeper there is nothing. */
function messageOf(value: unknown): string | undefined {
	return textOf(value) ?? (Array.isArray(value) ? textOf(value[0]) : undefined)
}

function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value
	if (!Array.isArray(value) || !value.every(isByte)) return undefined
	return decoder.decode(Uint8Array.from(value as number[]))
}

const isByte = (value: unknown): boolean =>
	Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255

function field(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined
}

/** Microseconds as text, to ms; null when it is no time that a date can have. */
function milliseconds(value: unknown): number | null {
	const micros = Number(field(value) ?? Number.NaN)
	return micros >= 0 && micros <= 8.64e18 ? micros / 1000 : null
}

/** What a program wrote to /dev/kmsg comes as the kernel's too, but with another facility. */
function originOf(entry: Entry): Origin {
	const transport = field(entry._TRANSPORT)
	const facility = field(entry.SYSLOG_FACILITY)
	const identifier = field(entry.SYSLOG_IDENTIFIER)
	if (transport === 'kernel') return facility === undefined || facility === '0' ? 'kernel' : 'program'
	if (identifier !== undefined) return RELAYS.test(identifier) ? 'unknown' : 'program'
	return transport === undefined ? 'unknown' : 'program'
}
