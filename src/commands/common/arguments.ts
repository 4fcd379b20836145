import { MAX_TTL_MS, MIN_TTL_MS } from '../../changes/lease.ts'
import { SOURCE_WISHES, type SourceWish } from '../../changes/log-source.ts'
import { HIGHEST_MAX_RATE } from '../../changes/tap/tap-words.ts'
import { protocolNumber } from '../../kernel/packet/protocol.ts'
import { SPEEDS } from '../../model/clock.ts'

/** Words of the command line as values; undefined for what is none. */

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 }

/** `90s`, `10m`, `1h`, or a number of seconds; in ms. */
export function parseDuration(text: string): number | undefined {
	const found = /^(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|min|h)?$/.exec(text.trim())
	if (found === null) return undefined
	return Math.round(Number(found[1]) * (UNITS[found[2] ?? 's'] ?? 1_000))
}

const between = (ms: number | undefined, least: number, most: number) =>
	ms !== undefined && ms >= least && ms <= most ? ms : undefined

export function parseTtl(text: string): number | undefined {
	return between(parseDuration(text), MIN_TTL_MS, MAX_TTL_MS)
}

export function parseInterval(text: string): number | undefined {
	return between(parseDuration(text), 100, 3_600_000)
}

/** How long to look, ms. */
export function parseLookTime(text: string): number | undefined {
	return between(parseDuration(text), 1_000, 3_600_000)
}

export function parseCount(text: string): number | undefined {
	return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}

/** `tcp-rst=4`. */
export function parseExpected(text: string): { readonly id: string; readonly count: number } | undefined {
	const [, id, count] = /^([\w.+-]{1,64})=(0|[1-9]\d{0,8})$/.exec(text) ?? []
	return id === undefined ? undefined : { id, count: Number(count) }
}

/** Lines a second; 0 for never. */
export function parseMaxRate(text: string): number | undefined {
	const rate = /^(?:0|[1-9]\d{0,5})$/.test(text) ? Number(text) : Number.NaN
	return rate <= HIGHEST_MAX_RATE ? rate : undefined
}

/** A path. `--json -- COMMAND` would else write a file with the name `--`. */
export function parseFile(text: string): string | undefined {
	return text === '' || text.startsWith('-') ? undefined : text
}

/** Layer 4 protocol number; 255 for all. */
export function parseProtocol(text: string): number | undefined {
	if (text.toLowerCase() === 'all') return 255
	const number = protocolNumber(text)
	return number === 0 ? undefined : number
}

/** For `run`, which can leave log_invalid as it is: 0 for none. */
export function parseRunProtocol(text: string): number | undefined {
	return text.toLowerCase() === 'none' ? 0 : parseProtocol(text)
}

/** What the console shows: `dmesg -n`. */
export function parseConsoleLevel(text: string): number | undefined {
	return /^[1-8]$/.test(text) ? Number(text) : undefined
}

/** What a call site is called; a blank in it would be two words, and an empty one everything. */
export function parseSiteWord(text: string): string | undefined {
	return /^[^\s]{1,300}$/.test(text) && !text.startsWith('-') ? text : undefined
}

/** Where the reasons come from. */
export function parseSource(text: string): SourceWish | undefined {
	return SOURCE_WISHES.find((source) => source === text.toLowerCase())
}

/** One of the speeds of a replay. */
export const parseSpeed = (text: string): number | undefined =>
	SPEEDS.find((speed) => String(speed) === text.trim())
