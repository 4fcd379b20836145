import {
	asText,
	BLANK,
	bytesOf,
	isLower,
	isUpper,
	skipBlanks,
	skipDigits,
	skipName,
	skipState,
	skipWord,
	startsWith,
} from '../bytes/byte-scan.ts'
import { ByteWords } from '../bytes/byte-words.ts'
import { entryProtocol } from './conntrack-entry.ts'

const SRC = bytesOf('src=')
const TIMEOUT = bytesOf('timeout=')
const STREAM_TIMEOUT = bytesOf('stream_timeout=')

/** Bits of the flags that one line can have; each is counted once. */
export const UNREPLIED = 1
export const ASSURED = 2
export const OFFLOAD = 4
export const HW_OFFLOAD = 8

const TAGS = [
	{ text: bytesOf('[ASSURED]'), bit: ASSURED },
	{ text: bytesOf('[UNREPLIED]'), bit: UNREPLIED },
	{ text: bytesOf('[OFFLOAD]'), bit: OFFLOAD },
	{ text: bytesOf('[HW_OFFLOAD]'), bit: HW_OFFLOAD },
] as const

/** Longer words are not those of conntrack(8); without a limit garbage could fill the memory. */
const LONGEST_PROTOCOL = 40
const LONGEST_STATE = 32

/**
 * Reads the head of one line of a listing, `[l3name l3num] l4name l4num [timeout] [STATE] src=`, and counts it.
 * Bytes only: no string is made but for a word that was never seen before.
 */
export class ListTally {
	entries = 0
	private readonly protocolWords = new ByteWords(512)
	private readonly protocolNames: string[] = []
	private readonly protocolCounts = new Float64Array(512)
	private readonly stateWords = new ByteWords(64)
	private readonly stateNames: string[] = []
	private readonly stateCounts = new Float64Array(64)
	/** How many entries had each combination of flags. */
	private readonly tagCounts = new Float64Array(16)
	/** What readProtocol found: -1 for none. */
	private protocol = -1

	/** True for an entry, which is then counted. */
	countHead(bytes: Uint8Array, from: number, to: number): boolean {
		let at = this.readProtocol(bytes, skipBlanks(bytes, from, to), to)
		if (this.protocol < 0) return false
		at = skipBlanks(bytes, at, to)
		if (
			at < to &&
			isLower(bytes[at]) &&
			!startsWith(bytes, at, to, SRC) &&
			!startsWith(bytes, at, to, TIMEOUT) &&
			!startsWith(bytes, at, to, STREAM_TIMEOUT)
		) {
			// That was "ipv4     2": the protocol of layer 4 follows.
			at = this.readProtocol(bytes, at, to)
			if (this.protocol < 0) return false
			at = skipBlanks(bytes, at, to)
		}
		const timeout = skipDigits(bytes, at, to)
		if (timeout > at && (timeout === to || bytes[timeout] !== BLANK)) return false
		at = skipBlanks(bytes, timeout, to)
		let state = -1
		if (at < to && isUpper(bytes[at])) {
			state = this.readState(bytes, at, to)
			if (state < 0) return false
			at = skipBlanks(bytes, at + this.stateWords.length(state), to)
		}
		// GRE in /proc/net/nf_conntrack: "timeout=600, stream_timeout=18000 src=".
		while (startsWith(bytes, at, to, TIMEOUT) || startsWith(bytes, at, to, STREAM_TIMEOUT)) {
			at = skipBlanks(bytes, skipWord(bytes, at, to), to)
		}
		if (!startsWith(bytes, at, to, SRC)) return false
		this.protocolCounts[this.protocol] = (this.protocolCounts[this.protocol] as number) + 1
		if (state >= 0) this.stateCounts[state] = (this.stateCounts[state] as number) + 1
		this.entries++
		return true
	}

	/** Flags of an entry that countHead has counted. */
	countTags(bits: number): void {
		this.tagCounts[bits] = (this.tagCounts[bits] as number) + 1
	}

	byProtocol(): Record<string, number> {
		return counted(this.protocolNames, this.protocolCounts)
	}

	byState(): Record<string, number> {
		return counted(this.stateNames, this.stateCounts)
	}

	/** Entries that had the flag. */
	tagged(bit: number): number {
		return this.tagCounts.reduce((sum, count, bits) => ((bits & bit) === 0 ? sum : sum + count), 0)
	}

	/** Position behind the protocol's number; the code of the protocol goes to `protocol`. */
	private readProtocol(bytes: Uint8Array, from: number, to: number): number {
		this.protocol = this.protocolWords.guess(bytes, from, to)
		if (this.protocol >= 0) return from + this.protocolWords.length(this.protocol)
		const name = skipName(bytes, from, to)
		if (name === from || name >= to || bytes[name] !== BLANK) return from
		const digits = skipBlanks(bytes, name, to)
		const end = skipDigits(bytes, digits, to)
		if (end === digits || end - digits > 3 || end >= to || bytes[end] !== BLANK) return from
		this.protocol = this.protocolWords.find(bytes, from, end)
		if (this.protocol < 0 && end - from <= LONGEST_PROTOCOL) {
			const key = entryProtocol(asText(bytes, from, name), Number(asText(bytes, digits, end)))
			if (key !== undefined) this.protocol = this.protocolWords.add(bytes, from, end)
			if (key !== undefined && this.protocol >= 0) this.protocolNames[this.protocol] = key
		}
		return end
	}

	/** Code of the state, -1 when it is none. */
	private readState(bytes: Uint8Array, from: number, to: number): number {
		const guessed = this.stateWords.guess(bytes, from, to)
		if (guessed >= 0) return guessed
		const end = skipState(bytes, from, to)
		if (end === to || bytes[end] !== BLANK) return -1
		const known = this.stateWords.find(bytes, from, end)
		if (known >= 0 || end - from > LONGEST_STATE) return known
		const code = this.stateWords.add(bytes, from, end)
		if (code >= 0) this.stateNames[code] = asText(bytes, from, end)
		return code
	}
}

/** Bit of the flag that stands at `at`, or 0. */
export function tagAt(bytes: Uint8Array, at: number, to: number): number {
	for (const tag of TAGS) if (startsWith(bytes, at, to, tag.text)) return tag.bit
	return 0
}

function counted(names: readonly string[], counts: Float64Array): Record<string, number> {
	const sums = new Map<string, number>()
	// Several words can mean one protocol: their blanks differ.
	names.forEach((name, code) => {
		const count = counts[code] ?? 0
		if (count > 0) sums.set(name, (sums.get(name) ?? 0) + count)
	})
	return Object.fromEntries(sums)
}
