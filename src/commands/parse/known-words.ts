import { latin1 } from '../../kernel/bytes/byte-scan.ts'
import { ByteWords } from '../../kernel/bytes/byte-words.ts'
import type { LogLine } from '../../kernel/log/log-line.ts'
import type { QuickLine } from '../../kernel/log/quick/line.ts'
import { FLAGS } from '../../kernel/log/quick/packet.ts'
import { isWrapped } from '../../kernel/log/unwrap.ts'
import { usualLine } from '../../kernel/log/usual-line.ts'
import { fileHead } from '../../kernel/log/wrapped/heads.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { classify, type Reason } from '../../reasons/classify.ts'
import { beginsPrintk } from '../../reasons/printk/known-printk.ts'
import { CATALOGUE, findEntry } from '../../reasons/texts/catalogue.ts'
import { logOf } from './reader.ts'

const ZERO = 0x30
const HASH = 0x23
const BACKSLASH = 0x5c
const MOST_HOSTS = 256
const MOST_PREFIXES = 256
const MOST_TEXTS = 2048
const MOST_NAMES = 2048
const LONGEST_TEXT = 256

/** A text of conntrack. */
export type Text = {
	readonly number: number
	/** Of the catalogue, as far as it is there. */
	readonly learns: string | undefined
	/** What it says before its kernel has shown anything, without its numbers. */
	readonly reason: Reason
}

class Prefixes {
	readonly words = new ByteWords(MOST_PREFIXES)
	readonly isKnown: boolean[] = []
}

/**
 * Words of lines that were read with care once: the same words in the same place of a line of the usual form mean the same again.
 * What is new is read with care here, and what does not come to the same is never taken.
 */
export class KnownWords {
	readonly #hostWords = new ByteWords(MOST_HOSTS)
	readonly #isHost: boolean[] = []
	/** Behind a head, and bare. */
	readonly #prefixes = [new Prefixes(), new Prefixes()] as const
	readonly #textWords = new ByteWords(MOST_TEXTS)
	readonly #texts: (Text | undefined)[] = []
	readonly #names = new ByteWords(MOST_NAMES)
	readonly #isName: boolean[] = []
	readonly #text = new Uint8Array(LONGEST_TEXT + 1)

	/** A number from 1 up for the host of the line, 0 where it has none; -1: read it with care. */
	host(chunk: Uint8Array, from: number, line: QuickLine): number {
		const { hostFrom, hostTo, to } = line
		if (hostTo === hostFrom) return 0
		let known = this.#hostWords.find(chunk, hostFrom, hostTo)
		if (known < 0) {
			known = this.#hostWords.add(chunk, hostFrom, hostTo)
			if (known < 0) return -1
			this.#isHost[known] = logOf(latin1(chunk, from, to)).stamp.host === latin1(chunk, hostFrom, hostTo)
		}
		return this.#isHost[known] === true ? known + 1 : -1
	}

	/** A number of the prefix of a rule; -1: read the line with care. */
	prefix(chunk: Uint8Array, from: number, line: QuickLine): number {
		const { wordsFrom, wordsTo, isBare } = line
		const { words, isKnown } = this.#prefixes[isBare ? 1 : 0]
		let known = words.find(chunk, wordsFrom, wordsTo)
		if (known < 0) {
			known = words.add(chunk, wordsFrom, wordsTo)
			if (known < 0) return -1
			const prefix = latin1(chunk, wordsFrom, wordsTo)
			const log = logOf(latin1(chunk, from, line.to))
			isKnown[known] =
				log.kind === 'rule' &&
				log.line.prefix === prefix &&
				!isWrapped(prefix) &&
				(!isBare || fileHead(prefix) === 0) &&
				!prefix.includes('nf_ct_proto_') &&
				isSame(log, chunk, line)
		}
		return isKnown[known] === true ? known + (isBare ? MOST_PREFIXES : 0) : -1
	}

	/** What conntrack says; undefined: read the line with care. */
	reason(chunk: Uint8Array, from: number, line: QuickLine): Text | undefined {
		const length = this.#withoutNumbers(chunk, line)
		if (length < 0) return undefined
		const known = this.#textWords.find(this.#text, 0, length)
		if (known >= 0) return this.#texts[known]
		const number = this.#textWords.add(this.#text, 0, length)
		if (number < 0) return undefined
		const text = textOf(number, logOf(latin1(chunk, from, line.to)), chunk, line)
		this.#texts[number] = text
		return text
	}

	/**
	 * Protocol and text into #text, each digit as 0: which text it is does not depend on its numbers. How long it is; -1 where it
	 * is too long, or has what a logger has put there.
	 */
	#withoutNumbers(chunk: Uint8Array, { wordsFrom, wordsTo, l4proto }: QuickLine): number {
		if (wordsTo - wordsFrom > LONGEST_TEXT) return -1
		const text = this.#text
		text[0] = l4proto
		let to = 1
		for (let at = wordsFrom; at < wordsTo; at++) {
			const byte = chunk[at] as number
			if (byte === HASH || byte === BACKSLASH) return -1
			text[to++] = (byte - ZERO) >>> 0 < 10 ? ZERO : byte
		}
		return to
	}

	/** Whether the name is that of a program of which no line is ours. */
	isProgram(chunk: Uint8Array, line: QuickLine): boolean {
		return this.#isNamed(chunk, line, programs)
	}

	/** Whether a message of the kernel begins as none of ours. */
	isKernel(chunk: Uint8Array, line: QuickLine): boolean {
		return this.#isNamed(chunk, line, messages)
	}

	#isNamed(chunk: Uint8Array, line: QuickLine, judge: (words: string, line: QuickLine) => boolean): boolean {
		const { wordsFrom, nameTo } = line
		let known = this.#names.find(chunk, wordsFrom, nameTo)
		if (known < 0) {
			known = this.#names.add(chunk, wordsFrom, nameTo)
			if (known < 0) return false
			this.#isName[known] = judge(latin1(chunk, wordsFrom, nameTo), line)
		}
		return this.#isName[known] === true
	}
}

const HEAD = 'Jan  1 00:00:00 h '
const OF_KERNEL = 'kernel: [    1.000000] '
const END = ' x'

/** A name is followed by `[` or, with words behind it, by a colon, so that no name of a program is a beginning of the kernel's. */
function programs(words: string, { isNameless }: QuickLine): boolean {
	const name = words.split(':', 1)[0] ?? ''
	const tag = isNameless ? `${name}: x` : `${name}[1]: x`
	return usualLine(`${HEAD}${tag}`)?.kind === 'other' && (!isNameless || !beginsPrintk(`${words} `))
}

const messages = (words: string): boolean =>
	usualLine(`${HEAD}${OF_KERNEL}${words}${END}`)?.kind === 'printk' && !beginsPrintk(`${words} `)

function textOf(number: number, log: LogLine, chunk: Uint8Array, line: QuickLine): Text | undefined {
	if (log.kind !== 'conntrack' || log.line.legacy === true || log.line.l4proto !== line.l4proto)
		return undefined
	if (log.line.body !== latin1(chunk, line.wordsFrom, line.wordsTo) || !isSame(log, chunk, line))
		return undefined
	const reason = classify(log.line)
	const learns = findEntry(log.line)?.id
	if (hasOwnDigits(log.line)) return undefined
	// What the catalogue has not is its own text, numbers and all.
	if (reason.cut === true || (learns === undefined && /\d/.test(log.line.body))) return undefined
	return { number, learns, reason }
}

const withoutDigits = (text: string): string => text.replaceAll(/\d/g, '0').replaceAll(/\s+/g, ' ')

/** `type lacks 48bit sequence numbers`: a text, or what looks like one, whose digits are no number. */
function hasOwnDigits({ l4proto, body }: PacketLine): boolean {
	const same = withoutDigits(body)
	return (CATALOGUE.get(l4proto ?? -1) ?? []).some(
		({ format }) => /\d/.test(format.replaceAll(CONVERSION, '')) && withoutDigits(format) === same,
	)
}

/** An address is the only one with a digit. */
const CONVERSION = /%pI[46]/g

/** Whether reading with care finds the same in a line. */
function isSame(log: LogLine, chunk: Uint8Array, line: QuickLine): boolean {
	if (!('line' in log) || log.times !== undefined) return false
	const { stamp } = log
	const { packet } = log.line
	const quick = line.packet
	const text = (from: number, to: number) => latin1(chunk, from, to)
	const orNull = (value: number) => (value < 0 ? null : value)
	const numberOr = (value: number) => (Number.isNaN(value) ? null : value)
	return (
		stamp.text === text(line.timeFrom, line.timeTo) &&
		(stamp.host ?? '') === text(line.hostFrom, line.hostTo) &&
		stamp.wall === numberOr(line.wall) &&
		stamp.boot === numberOr(line.boot) &&
		(packet.in ?? '') === text(quick.inFrom, quick.inTo) &&
		(packet.out ?? '') === text(quick.outFrom, quick.outTo) &&
		packet.src === text(quick.srcFrom, quick.srcTo) &&
		packet.dst === text(quick.dstFrom, quick.dstTo) &&
		packet.spt === orNull(quick.spt) &&
		packet.dpt === orNull(quick.dpt) &&
		packet.seq === orNull(quick.seq) &&
		packet.ack === orNull(quick.ack) &&
		packet.flags.join() ===
			[...(quick.flags === 0 ? '' : String(quick.flags))].map((digit) => FLAGS[Number(digit) - 1]).join() &&
		packet.rest.length === 0
	)
}
