import { latin1 } from '../../kernel/bytes/byte-scan.ts'
import { createInterned } from '../../kernel/bytes/interned.ts'
import type { QuickLine } from '../../kernel/log/quick/line.ts'
import { FLAG_ACK, FLAG_RST, FLAGS } from '../../kernel/log/quick/packet.ts'
import { type Answering, answerOf, mayMatter } from '../../reasons/answers.ts'
import type { Reason } from '../../reasons/classify.ts'
import { type KernelTraits, learnText, NO_TRAITS } from '../../reasons/traits.ts'
import { FlowText } from './flow-text.ts'
import { hashOf, type Prepared, prepared } from './frequent.ts'
import type { Group } from './group.ts'
import { KnownWords, type Text } from './known-words.ts'
import { type Host, type Late, type LineReader, wholeOf } from './reader.ts'
import { OTHERS, type ParseSummary, suggestionKey } from './summary.ts'

const COLON = 0x3a
const ZERO = 0x30
const TCP = 6
const MOST_ADDRESSES = 8192

/** The newest line of a group or of a host, as long as its chunk is there. */
class Newest {
	from = -1
	to = 0
	/** Of the newest one that has a time; none where both are the same. */
	timeFrom = 0
	timeTo = 0
	traits: KernelTraits = NO_TRAITS
	isAnswer = false
}

type Place<Of> = { readonly of: Of; readonly newest: Newest }

/** Counts lines that are known by their words. */
export class QuickSummary {
	readonly #line: QuickLine
	readonly #reader: LineReader
	readonly #summary: ParseSummary
	readonly #words = new KnownWords()
	readonly #flow = new FlowText()
	readonly #address = createInterned(MOST_ADDRESSES)
	/** By the number of a host among the known words; 0 for lines without one. */
	readonly #hosts: (Place<{ name: string; host: Host }> | undefined)[] = []
	/** By the texts and prefixes that are known. */
	readonly #reasons: (Place<Group> | undefined)[] = []
	readonly #answers: (Place<Group> | undefined)[] = []
	readonly #rules: (Place<Group> | undefined)[] = []
	readonly #places = new Map<Group, Place<Group>>()
	readonly #suggestions = new Map<number, Prepared>()

	#chunk: Uint8Array = new Uint8Array(0)
	#touchedGroups: Place<Group>[] = []
	#touchedHosts: Place<{ name: string; host: Host }>[] = []
	readonly #newest = new Newest()
	readonly #told: Answering = {
		src: '',
		dst: '',
		spt: 0,
		dpt: 0,
		seq: null,
		ack: null,
		isRst: false,
		fromHere: false,
		leaves: false,
		id: '',
		verdict: 'unknown',
	}

	constructor(line: QuickLine, reader: LineReader, summary: ParseSummary) {
		this.#line = line
		this.#reader = reader
		this.#summary = summary
	}

	/** Counts the line that was read; false when it has to be read with care. */
	take(chunk: Uint8Array, from: number): boolean {
		this.#chunk = chunk
		const line = this.#line
		const host = this.#words.host(chunk, from, line)
		if (host < 0) return false
		switch (line.kind) {
			case 'conntrack': {
				const text = this.#words.reason(chunk, from, line)
				if (text === undefined) return false
				this.#conntrack(from, host, text)
				return true
			}
			case 'rule':
				return this.#rule(from, host)
			case 'program':
				if (!this.#words.isProgram(chunk, line)) return false
				this.#summary.kinds.other++
				this.#summary.ordinary++
				break
			case 'kernel':
				if (!this.#words.isKernel(chunk, line)) return false
				this.#summary.kinds.printk++
				break
		}
		this.#read(from, host, NO_TRAITS, false)
		return true
	}

	/** What was counted so far becomes as if each line had been read with care; the chunk is not needed any more. */
	settle(): void {
		const { from } = this.#newest
		if (from < 0) return
		const chunk = this.#chunk
		const late = ({ from: start, to, traits, isAnswer }: Newest): Late => ({
			late: latin1(chunk, start, to),
			traits,
			isAnswer,
		})
		this.#reader.newest = late(this.#newest)
		const { timeFrom, timeTo } = this.#newest
		if (timeTo > timeFrom) this.#summary.last = latin1(chunk, timeFrom, timeTo)
		for (const { of: group, newest } of this.#touchedGroups) {
			if (newest.timeTo > newest.timeFrom) group.last = latin1(chunk, newest.timeFrom, newest.timeTo)
			if (group.name !== OTHERS) {
				const line = late(newest)
				group.reasonLater(() => wholeOf(line).reason)
			}
			newest.from = -1
			newest.timeFrom = newest.timeTo = 0
		}
		for (const { of, newest } of this.#touchedHosts) {
			of.host.last = late(newest)
			newest.from = -1
		}
		this.#touchedGroups = []
		this.#touchedHosts = []
		this.#newest.from = -1
		this.#newest.timeFrom = this.#newest.timeTo = 0
	}

	#conntrack(from: number, place: number, text: Text): void {
		const host = this.#hostAt(place).of.host
		host.traits = learnText(host.traits, text.learns)
		const { traits } = host
		const isAnswer = this.#line.l4proto === TCP && this.#isAnswer(host, text.reason)
		const groups = isAnswer ? this.#answers : this.#reasons
		let group = groups[text.number]
		if (group === undefined) {
			const { reason } = text
			const of = this.#summary.reasonGroup(isAnswer ? { ...reason, answer: true } : reason)
			group = this.#placeOf(of)
			groups[text.number] = group
		}
		this.#summary.kinds.conntrack++
		this.#count(from, group, traits, isAnswer)
		this.#read(from, place, traits, isAnswer)
	}

	/** Texts of several lengths may be of one group, which has one newest line. */
	#placeOf(group: Group): Place<Group> {
		const known = this.#places.get(group)
		if (known !== undefined) return known
		const fresh = { of: group, newest: new Newest() }
		this.#places.set(group, fresh)
		return fresh
	}

	#rule(from: number, host: number): boolean {
		const chunk = this.#chunk
		const number = this.#words.prefix(chunk, from, this.#line)
		if (number < 0) return false
		let group = this.#rules[number]
		if (group === undefined) {
			const { wordsFrom, wordsTo } = this.#line
			group = this.#placeOf(this.#summary.ruleGroup(latin1(chunk, wordsFrom, wordsTo)))
			this.#rules[number] = group
		}
		const { suggested } = group.of
		if (suggested !== undefined) {
			const says = this.#suggestion()
			if (says === undefined) return false
			suggested.addBytes(says.bytes, says.bytes.length, says.hash)
		}
		this.#summary.kinds.rule++
		this.#count(from, group, NO_TRAITS, false)
		this.#read(from, host, NO_TRAITS, false)
		return true
	}

	#count(from: number, place: Place<Group>, traits: KernelTraits, isAnswer: boolean): void {
		const line = this.#line
		const { of: group, newest } = place
		group.count++
		if (newest.from < 0) this.#touchedGroups.push(place)
		newest.from = from
		newest.to = line.to
		newest.traits = traits
		newest.isAnswer = isAnswer
		if (line.timeTo > line.timeFrom) {
			newest.timeFrom = line.timeFrom
			newest.timeTo = line.timeTo
			if (group.first === '') group.first = latin1(this.#chunk, line.timeFrom, line.timeTo)
		}
		const length = this.#flow.make(this.#chunk, line.packet)
		group.flows.addBytes(this.#flow.bytes, length, hashOf(this.#flow.bytes, length))
	}

	/** What is kept of every line. */
	#read(from: number, place: number, traits: KernelTraits, isAnswer: boolean): void {
		const line = this.#line
		const newest = this.#newest
		this.#summary.lines++
		newest.from = from
		newest.to = line.to
		newest.traits = traits
		newest.isAnswer = isAnswer
		if (line.timeTo > line.timeFrom) {
			newest.timeFrom = line.timeFrom
			newest.timeTo = line.timeTo
			if (this.#summary.first === '') this.#summary.first = latin1(this.#chunk, line.timeFrom, line.timeTo)
		}
		if (place === 0) return
		const host = this.#hostAt(place)
		if (host.newest.from < 0) this.#touchedHosts.push(host)
		host.newest.from = from
		host.newest.to = line.to
		host.newest.traits = traits
		host.newest.isAnswer = isAnswer
	}

	#hostAt(place: number): Place<{ name: string; host: Host }> {
		const known = this.#hosts[place]
		if (known !== undefined) {
			if (known.of.host.isForgotten) {
				// What was kept of it is gone with it.
				known.of.host = this.#reader.hostOf(known.of.name)
			}
			return known
		}
		const { hostFrom, hostTo } = this.#line
		const name = latin1(this.#chunk, hostFrom, hostTo)
		const fresh = { of: { name, host: this.#reader.hostOf(name) }, newest: new Newest() }
		this.#hosts[place] = fresh
		return fresh
	}

	#isAnswer(host: Host, { id, verdict }: Reason): boolean {
		const { packet } = this.#line
		const { spt, dpt } = packet
		if (spt < 0 || dpt < 0) return false
		const told = this.#told
		told.id = id
		told.verdict = verdict === 'depends' ? (host.traits.windowVerdict ?? 'depends') : verdict
		told.isRst = packet.has(FLAG_RST)
		told.fromHere = packet.inTo === packet.inFrom
		told.leaves = packet.outTo > packet.outFrom
		if (!mayMatter(told)) return false
		told.spt = spt
		told.dpt = dpt
		told.src = this.#address(this.#chunk, packet.srcFrom, packet.srcTo)
		told.dst = this.#address(this.#chunk, packet.dstFrom, packet.dstTo)
		told.seq = packet.seq < 0 ? null : packet.seq
		told.ack = packet.ack < 0 || !packet.has(FLAG_ACK) ? null : packet.ack
		const { book, answer } = answerOf(host.answers, told, this.#milliseconds())
		host.answers = book
		return answer
	}

	/** As `milliseconds` of the reader: the time of the day has to do where the log says no more. */
	#milliseconds(): number {
		const { wall, boot, timeFrom, timeTo } = this.#line
		if (!Number.isNaN(wall)) return wall
		if (!Number.isNaN(boot)) return boot * 1000
		if (timeTo === timeFrom) return 0
		const chunk = this.#chunk
		let colon = timeFrom
		while (chunk[colon] !== COLON) colon++
		const two = (at: number) => ((chunk[at] as number) - ZERO) * 10 + (chunk[at + 1] as number) - ZERO
		return (two(colon - 2) * 3600 + two(colon + 1) * 60 + two(colon + 4)) * 1000
	}

	/** What lines of these flags and devices suggest, once one of them was read with care. */
	#suggestion(): Prepared | undefined {
		const { packet } = this.#line
		const { inFrom, inTo, outFrom, outTo, flags } = packet
		if (!packet.isTcp || flags === 0) return undefined
		const into = inTo === inFrom ? null : latin1(this.#chunk, inFrom, inTo)
		const out = outTo === outFrom ? null : latin1(this.#chunk, outFrom, outTo)
		const devices = (into === out ? 1 : 0) + (into === null ? 2 : 0) + (out === null ? 4 : 0)
		const number = flags * 16 + devices + (packet.isIcmp ? 8 : 0)
		const known = this.#suggestions.get(number)
		if (known !== undefined) return known
		const names = [...String(flags)].map((digit) => FLAGS[Number(digit) - 1] ?? '')
		const says = this.#summary.suggestedFor(suggestionKey(names, into, out, packet.isIcmp))
		if (says === undefined) return undefined
		const made = prepared(says)
		this.#suggestions.set(number, made)
		return made
	}
}
