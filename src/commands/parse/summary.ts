import type { Neighbour, NeighbourId } from '../../kernel/conntrack/neighbour.ts'
import type { LogLine } from '../../kernel/log/log-line.ts'
import { flowOf } from '../../kernel/packet/flow.ts'
import type { Packet } from '../../kernel/packet/packet.ts'
import type { PacketLine } from '../../kernel/packet/packet-line.ts'
import type { Reason } from '../../reasons/classify.ts'
import type { KnownPrintk } from '../../reasons/printk/known-printk.ts'
import { saysInvalid, suspectsOf } from '../../reasons/suspects/suspects.ts'
import { visible } from '../../words/visible.ts'
import { Frequent } from './frequent.ts'
import { Group } from './group.ts'
import { isOfOthers, type ReadLine } from './reader.ts'

export type NeighbourGroup = {
	readonly id: NeighbourId
	readonly title: string
	lines: number
	/** Messages or packets that the lines speak of. */
	count: number
	first: string
	last: string
}

/** Lines of one call site of conntrack. */
export type PrintkGroup = {
	/** The last line. */
	last: KnownPrintk
	count: number
	firstTime: string
	lastTime: string
}

/** Beyond these a group is `others`. */
const MOST_REASONS = 200
const MOST_PREFIXES = 200
const MOST_FLOWS = 100
const MOST_SUGGESTED = 20
const MOST_SHOWN = 5
/** Cells of a line that is only shown. */
const LONGEST_SHOWN = 300

const KMSG = /^\d{1,10},(\d{1,15}),\d{1,16},/

/** All reasons or prefixes that have no place of their own: no name is this one. */
export const OTHERS = '\0'

/** What a log says, in bounded memory. */
export class ParseSummary {
	readonly kinds: Record<LogLine['kind'], number> = {
		conntrack: 0,
		helper: 0,
		rule: 0,
		neighbour: 0,
		printk: 0,
		repeat: 0,
		other: 0,
	}
	readonly reasons = new Map<string, Group>()
	readonly rules = new Map<string, Group>()
	readonly neighbours = new Map<string, NeighbourGroup>()
	/** By file and text. */
	readonly printk = new Map<string, PrintkGroup>()
	/** Lines of call sites, among them heads of lines, which are no group. */
	printkLines = 0
	/** Lines of other programs, which are none of our business. */
	ordinary = 0
	/** Messages beyond one a line, where a logger has put the same ones together, and the lines that say so. */
	readonly repeated = { messages: 0, lines: 0 }
	/** Lines that are not empty and no message that is known: how many, and the first few. */
	readonly unplaced = { count: 0, first: [] as string[] }
	/** Packet lines with words that were not understood, and the first few of these words. */
	readonly leftOver = { count: 0, first: [] as string[] }
	lines = 0
	/** Records of /dev/kmsg that are missing between those that are there. */
	gaps = 0
	/** Lines that were too long to be read whole. */
	cut = 0
	first = ''
	last = ''
	#seq: number | undefined

	add(read: ReadLine, cut: number): void {
		const { log } = read
		this.lines++
		if (cut > 0) this.cut++
		this.#gap(log.raw)
		const time = log.stamp.text
		if (time !== '') {
			if (this.first === '') this.first = time
			this.last = time
		}
		const times = log.times ?? 1
		if (log.kind === 'repeat') {
			this.kinds.repeat++
			this.#repeats(times)
			if (read.of !== undefined) this.#message(read.of, time, times)
			return
		}
		if (times > 1) this.#repeats(times - 1)
		this.#message(read, time, times)
	}

	#repeats(messages: number): void {
		this.repeated.lines++
		this.repeated.messages += messages
	}

	/** What a line says, once or, where a logger has counted, as often as it says. */
	#message({ log, reason, printk }: ReadLine, time: string, times: number): void {
		this.kinds[log.kind] += times
		if ('line' in log) {
			const { packet, prefix } = log.line
			const group = reason === undefined ? this.ruleGroup(prefix) : this.reasonGroup(reason)
			if (group.name !== OTHERS) group.reason = reason
			if (reason?.cut === true) group.cut += times
			this.#count(group, time, times)
			group.flows.add(flowOf(packet), times)
			if (reason === undefined) group.suggested?.add(this.#suggestion(log.line), times)
			this.#leftOver(packet)
		} else if (log.kind === 'neighbour') this.#neighbour(log.neighbour, time, times)
		else if (printk !== undefined) this.#printk(printk, time, times)
		else if (log.kind === 'other') this.#unplaced(log, times)
	}

	ruleGroup(prefix: string): Group {
		return groupOf(this.rules, prefix, MOST_PREFIXES)
	}

	reasonGroup(reason: Reason): Group {
		return groupOf(this.reasons, keyOf(reason), MOST_REASONS)
	}

	#neighbour({ id, title, params }: Neighbour, time: string, times: number): void {
		const fresh = { id, title, lines: 0, count: 0, first: '', last: '' }
		const group = this.neighbours.get(title) ?? fresh
		this.neighbours.set(title, group)
		group.lines += times
		group.count += (typeof params.count === 'number' ? params.count : 1) * times
		if (group.first === '') group.first = time
		if (time !== '') group.last = time
	}

	/** The kernel numbers its records; after a boot it begins anew. */
	#gap(raw: string): void {
		const first = raw.charCodeAt(0)
		const found = first >= 0x30 && first <= 0x39 ? KMSG.exec(raw.slice(0, 40)) : null
		if (found === null) return
		const seq = Number(found[1])
		if (this.#seq !== undefined && seq > this.#seq + 1) this.gaps += seq - this.#seq - 1
		this.#seq = seq
	}

	#count(group: Group, time: string, times: number): void {
		group.count += times
		if (time === '') return
		if (group.first === '') group.first = time
		group.last = time
	}

	#printk(line: KnownPrintk, time: string, times: number): void {
		this.printkLines += times
		if (line.head) return
		const key = `${line.file} ${line.format}`
		const fresh = { last: line, count: 0, firstTime: time, lastTime: time }
		const group = this.printk.get(key) ?? fresh
		this.printk.set(key, group)
		group.last = line
		group.count += times
		if (group.firstTime === '') group.firstTime = time
		if (time !== '') group.lastTime = time
	}

	#unplaced(log: LogLine & { readonly text: string }, times: number): void {
		if (log.raw.trim() === '') return
		if (isOrdinary(log)) {
			this.ordinary += times
			return
		}
		this.unplaced.count += times
		keepFirst(this.unplaced.first, log.raw)
	}

	/** Undefined where no line of this key has been read, or too many others have. */
	suggestedFor(key: string): string | undefined {
		return this.#suggestions.get(key)
	}

	readonly #suggestions = new Map<string, string>()

	/** What one line of a rule suggests first; lines that are alike in flags and direction suggest the same. */
	#suggestion(line: PacketLine): string {
		const { protocol, flags, in: into, out, icmp } = line.packet
		const isWhole = protocol === 'TCP' && flags.length > 0
		const key = isWhole ? suggestionKey(flags, into, out, icmp !== null) : ''
		const known = key === '' ? undefined : this.#suggestions.get(key)
		if (known !== undefined) return known
		const says = suspectsOf({ line, beside: [] })[0]?.says ?? ''
		if (key !== '' && this.#suggestions.size < MOST_SUGGESTED * MOST_SUGGESTED)
			this.#suggestions.set(key, says)
		return says
	}

	/** Dots in the place of what somebody has left out are no words, and the end of a quotation is none. */
	#leftOver({ rest }: Packet): void {
		if (rest.length === 0) return
		const words = rest.filter((word) => !/^(?:[[(<]?(?:\.{2,}|\u2026)[\])>]?|[`"'|,;]{1,4})$/.test(word))
		if (words.length === 0) return
		this.leftOver.count++
		keepFirst(this.leftOver.first, words.join(' '))
	}

	/** Whether the log says anything of packets or of conntrack. One without a line has nothing that was not recognised. */
	get hasAnything(): boolean {
		if (this.lines === 0) return true
		const { conntrack, helper, rule } = this.kinds
		const around = [...this.neighbours.values()].some(({ id }) => !isOfOthers(id))
		return conntrack + helper + rule + this.printkLines > 0 || around
	}
}

/** What decides what a line of a TCP packet suggests. */
export const suggestionKey = (
	flags: readonly string[],
	into: string | null,
	out: string | null,
	isIcmp: boolean,
): string => `${flags.join()} ${into === out} ${into === null} ${out === null} ${!isIcmp}`

/** `sshd[12]: `, and a field of a record of the journal. */
const TAG = /^(?:[\w./@+-]{1,64}(?:\[\d{1,10}\])?: |__?[A-Z][A-Z_]{1,60}=)/

/** A line of JSON that is set out in lines, without any message of ours. */
const JSON_PIECE =
	/^\s*(?:[{}[\],]{1,4}|"[\w.@$ -]{1,60}": ?(?:[{[]|-? *[\d.]{1,24}|true|false|null|".{0,2000}"),?)\s*$/

/** What a message of conntrack has, and no ordinary line: one of these that was not understood is worth a look. */
const OURS = /(?<![\w./])(?:nf_ct_proto_\d|ip_ct_\w+: )/

/** A line of another program: something has put a time, a host or its own name before it. */
function isOrdinary({ stamp, text }: LogLine & { readonly text: string }): boolean {
	const isHeaded = stamp.text !== '' || stamp.host !== null || stamp.level !== null
	return (isHeaded || TAG.test(text) || JSON_PIECE.test(text)) && !(text.includes('_ct_') && OURS.test(text))
}

function keepFirst(list: string[], text: string): void {
	if (list.length < MOST_SHOWN) list.push(visible(text.slice(0, LONGEST_SHOWN)))
}

/** Protocol and id; for a text that the catalogue does not have, the text itself. */
function keyOf({ protocol, verdict, title, id, answer }: Reason): string {
	return `${answer === true ? 'answer ' : ''}${protocol} ${verdict === 'unknown' ? title : id}`
}

function groupOf(groups: Map<string, Group>, key: string, limit: number): Group {
	const known = groups.get(key)
	if (known !== undefined) return known
	const name = groups.size < limit ? key : OTHERS
	const group =
		groups.get(name) ??
		new Group(name, new Frequent(MOST_FLOWS), saysInvalid(name) ? new Frequent(MOST_SUGGESTED) : undefined)
	groups.set(name, group)
	return group
}
