import { type LogLine, parseLogLine, type Stamp } from '../../kernel/log/log-line.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import { type AnswerBook, answerTo, NO_ANSWERS } from '../../reasons/answers.ts'
import { classify, type Reason } from '../../reasons/classify.ts'
import { type KnownPrintk, knownPrintk } from '../../reasons/printk/known-printk.ts'
import { bareReason } from '../../reasons/texts/bare.ts'
import { type KernelTraits, learn, NO_TRAITS } from '../../reasons/traits.ts'

/**
 * A line of a log with what it means; `reason` for packets that conntrack or a helper told about, `printk` for what a call
 * site of conntrack has printed.
 */
export type ReadLine = {
	readonly log: LogLine
	readonly reason: Reason | undefined
	readonly printk?: KnownPrintk
	/** What "last message repeated 7 times" stands for: the line before of the same host. */
	readonly of?: ReadLine
}

/** A line that was read in bytes, and what decides what it means: it is read in whole when somebody asks. */
export type Late = {
	readonly late: string
	readonly traits: KernelTraits
	readonly isAnswer: boolean
}

export type Host = {
	traits: KernelTraits
	answers: AnswerBook
	last: ReadLine | Late | undefined
	/** Others have taken its place. */
	isForgotten: boolean
}

/** Logs of a whole network have many hosts: the one not heard of for longest is forgotten. */
const MOST_HOSTS = 256

/**
 * Reads the lines of one log in their order: what the texts of a host show about its kernel decides the verdict of
 * later ones, and an RST with which it answers an INVALID packet is told apart from a packet of its own.
 */
export function createLineReader(): (raw: string) => ReadLine {
	const reader = new LineReader()
	return (raw) => reader.read(raw)
}

/** The same with what is kept from line to line. */
export class LineReader {
	readonly #hosts = new Map<string, Host>()
	newest: ReadLine | Late | undefined

	hostOf(name: string): Host {
		const known = this.#hosts.get(name)
		if (known !== undefined) return known
		const [oldest, forgotten] =
			this.#hosts.size < MOST_HOSTS ? [] : (this.#hosts.entries().next().value ?? [])
		if (oldest !== undefined) this.#hosts.delete(oldest)
		if (forgotten !== undefined) forgotten.isForgotten = true
		const fresh = { traits: NO_TRAITS, answers: NO_ANSWERS, last: undefined, isForgotten: false }
		this.#hosts.set(name, fresh)
		return fresh
	}

	read(raw: string): ReadLine {
		const read = this.#meaningOf(parseLogLine(raw))
		if (read.log.kind === 'repeat') return read
		this.newest = read
		if (read.log.stamp.host !== null) this.hostOf(read.log.stamp.host).last = read
		return read
	}

	#meaningOf(found: LogLine): ReadLine {
		if (found.kind === 'other' && isOfProcess(found)) return { log: found, reason: undefined }
		const log = withBareReason(found)
		if (log.kind === 'printk' || log.kind === 'other') {
			const printk = mayBeCallSite(log) ? knownPrintk(log.text) : undefined
			if (printk === undefined) return { log, reason: undefined }
			// Without anything in front that says that the kernel wrote it, its text does.
			return { log: { ...log, kind: 'printk' }, reason: undefined, printk }
		}
		if (log.kind === 'repeat') {
			const of = this.#whole(this.#hosts.get(log.stamp.host ?? '')?.last ?? this.newest)
			return of === undefined ? { log, reason: undefined } : { log, reason: of.reason, of }
		}
		const isTold = log.kind === 'conntrack' || log.kind === 'helper'
		return { log, reason: isTold ? this.#reasonOf(log.line, log.stamp) : undefined }
	}

	#reasonOf(line: PacketLine, stamp: Stamp): Reason {
		const host = this.hostOf(stamp.host ?? '')
		host.traits = learn(host.traits, line)
		const reason = classify(line, host.traits)
		const { book, answer } = answerTo(host.answers, line, reason, milliseconds(stamp))
		host.answers = book
		return answer ? { ...reason, answer: true } : reason
	}

	#whole(read: ReadLine | Late | undefined): ReadLine | undefined {
		return read === undefined || 'log' in read ? read : wholeOf(read)
	}
}

/** What the reader would have made of it at its time. */
export function wholeOf({ late, traits, isAnswer }: Late): ReadLine {
	const log = logOf(late)
	if (log.kind !== 'conntrack') return { log, reason: undefined }
	const reason = classify(log.line, traits)
	return { log, reason: isAnswer ? { ...reason, answer: true } : reason }
}

/** A line by itself, whatever came before it. */
export const logOf = (raw: string): LogLine => withBareReason(parseLogLine(raw))

/** Limits that other programs have reached are about none of our lines. */
export const isOfOthers = (id: string): boolean => id === 'suppressed-others' || id === 'missed-others'

/** Whether it says anything of packets or of conntrack. */
export function isAbout({ log, printk }: ReadLine): boolean {
	if (log.kind === 'neighbour') return !isOfOthers(log.neighbour.id)
	return printk !== undefined || log.kind === 'conntrack' || log.kind === 'helper' || log.kind === 'rule'
}

/** `sshd[12]: ` behind a host: most lines of most logs, and none of the kernel. */
function isOfProcess({ stamp, text }: LogLine & { readonly text: string }): boolean {
	return stamp.host !== null && PROCESS.test(text)
}

const PROCESS = /^(?!(?:nf|ip|xt|nft)_)[\w./@+-]{1,64}\[\d{1,10}\]: /

/** The tag of a program that is not the kernel: whatever follows is its word. */
const PROGRAM = /^[\w./@+-]{1,64}(?:\[\d{1,10}\])?: /

/** A reason that has lost its packet, or the number in its prefix: only what the catalogue knows is one. */
function withBareReason(log: LogLine): LogLine {
	if (log.kind === 'rule') {
		if (!log.line.prefix.includes('nf_ct_proto_')) return log
		const line = bareReason(log.line.prefix, true)
		return line === undefined ? log : { ...log, kind: line.kind, line: { ...line, packet: log.line.packet } }
	}
	if (log.kind !== 'printk' && log.kind !== 'other') return log
	if (!tells(log.text)) return log
	// An exact text of a call site of today is that one's, whatever older kernels had.
	if (mayBeCallSite(log) && knownPrintk(log.text) !== undefined) return log
	const { text, ...rest } = log
	const isOfProgram = log.stamp.host !== null && !text.startsWith('helper ') && isTagged(text)
	const line = bareReason(text, log.kind === 'other' && !isOfProgram)
	return line === undefined ? log : { ...rest, kind: line.kind, line }
}

const tells = (text: string): boolean =>
	text.includes('_ct_') || text.includes('ip_conntrack_') || text.includes('dropping packet: ')

const isTagged = (text: string): boolean => PROGRAM.test(text) && !/^(?:nf|ip)_(?:ct|conntrack)_/.test(text)

/** pr_debug() has level 7, where a log says the level at all. */
const mayBeCallSite = ({ stamp: { level } }: LogLine): boolean => level === null || level === 7

/** For differences of a second only: the time of the day has to do where the log says no more. */
export function milliseconds({ wall, boot, text }: Stamp): number {
	if (wall !== null) return wall
	if (boot !== null) return boot * 1000
	const at = text.indexOf(':')
	if (at < 2) return 0
	const [hour, minute, second] = [
		text.slice(at - 2, at),
		text.slice(at + 1, at + 3),
		text.slice(at + 4, at + 6),
	]
	const ms = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
	return Number.isNaN(ms) ? 0 : ms
}
