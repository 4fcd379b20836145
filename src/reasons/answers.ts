import type { PacketLine } from '../kernel/packet/packet-line.ts'
import type { Reason } from './shape/reason.ts'

/** How long after a packet its answer may come, ms: the host answers at once, and lines are read in batches. */
const WITHIN_MS = 1_000

/** Packets and answers that are remembered at most. */
const LIMIT = 256

/** A packet that the host may answer with an RST, or such an answer: then one packet of its flow is used up. */
type Note = {
	readonly at: number
	readonly src: string
	readonly dst: string
	readonly spt: number
	readonly dpt: number
	/** Of a packet with the ACK flag: the sequence number that its answer must have (RFC 9293, 3.10.7.1). */
	readonly expects: number | null
	readonly answered: boolean
	readonly before: Note | undefined
}

/** INVALID packets just told of, newest first. A value: reading a line gives another book. */
export type AnswerBook = { readonly newest: Note | undefined; readonly size: number }

export const NO_ANSWERS: AnswerBook = { newest: undefined, size: 0 }

export type AnswerFound = {
	readonly book: AnswerBook
	/** The line is about the RST with which this host answers the INVALID packet of a line before. */
	readonly answer: boolean
	/** The line itself shows that the packet is from here. False up to 5.12, where IN= and OUT= are always empty. */
	readonly sure: boolean
}

/**
 * Whether a line is this host's own answer to the packet of a line before: an RST of the same flow in the other direction, at
 * most a second later, without an entry (`invalid new`) and leaving from here (IN= empty, OUT= set). Where the kernel
 * leaves both empty the flow decides, unless the numbers of the two packets contradict it; that is `sure: false`. An
 * RST that came in from outside is never an answer, and one packet has one answer. Lines in their order, `at` in
 * monotonic ms.
 */
export function answerTo(book: AnswerBook, line: PacketLine, reason: Reason, at: number): AnswerFound {
	if (line.l4proto !== 6) return none(book)
	const { src, dst, spt, dpt, seq, ack, flags, in: from, out } = line.packet
	if (src === null || dst === null || spt === null || dpt === null) return none(book)
	const isRst = flags.includes('RST')
	const told = {
		src,
		dst,
		spt,
		dpt,
		seq,
		ack: flags.includes('ACK') ? ack : null,
		isRst,
		fromHere: from === null,
	}
	return answerOf(book, { ...told, leaves: out !== null, id: reason.id, verdict: reason.verdict }, at)
}

/** What of a TCP packet and of its reason decides. */
export type Answering = {
	src: string
	dst: string
	spt: number
	dpt: number
	seq: number | null
	/** Of a packet with the ACK flag. */
	ack: number | null
	isRst: boolean
	/** It has no device in, and one out. */
	fromHere: boolean
	leaves: boolean
	id: Reason['id']
	verdict: Reason['verdict']
}

/** The same as answerTo of what decides; nothing of `told` is kept. */
export function answerOf(book: AnswerBook, told: Readonly<Answering>, at: number): AnswerFound {
	if (!mayMatter(told)) return none(book)
	const { src, dst, spt, dpt } = told
	if (told.isRst) {
		const asked = packetOf(book, { src: dst, dst: src, spt: dpt, dpt: spt }, at)
		if (asked === undefined || (!told.leaves && contradicts(asked, told.seq))) return none(book)
		return { book: noted(book, { ...asked, at, answered: true }), answer: true, sure: told.leaves }
	}
	return none(noted(book, { at, src, dst, spt, dpt, expects: told.ack, answered: false, before: undefined }))
}

/** Whether it can be an answer, or be answered; most packets of most logs are neither. */
export function mayMatter({
	isRst,
	fromHere,
	leaves,
	id,
	verdict,
}: Pick<Answering, 'isRst' | 'fromHere' | 'leaves' | 'id' | 'verdict'>): boolean {
	if (isRst) return id === 'tcp-new' && fromHere
	// A packet from here is answered by the other side. An accepted one keeps its entry, and so does its answer.
	return !(fromHere && leaves) && (verdict === 'invalid' || verdict === 'depends' || verdict === 'unknown')
}

const none = (book: AnswerBook): AnswerFound => ({ book, answer: false, sure: false })

const contradicts = ({ expects }: Note, seq: number | null) =>
	expects !== null && seq !== null && expects !== seq

type Flow = Pick<Note, 'src' | 'dst' | 'spt' | 'dpt'>

/** The newest packet of a flow, when it has more packets than answers. */
function packetOf(book: AnswerBook, flow: Flow, at: number): Note | undefined {
	let open = 0
	let newest: Note | undefined
	for (let note = book.newest; note !== undefined && at - note.at <= WITHIN_MS; note = note.before) {
		if (note.spt !== flow.spt || note.dpt !== flow.dpt || note.src !== flow.src || note.dst !== flow.dst)
			continue
		open += note.answered ? -1 : 1
		if (!note.answered) newest ??= note
	}
	return open > 0 ? newest : undefined
}

/** Half of the notes go when there is no room: so adding one costs next to nothing. */
function noted({ newest, size }: AnswerBook, note: Note): AnswerBook {
	if (size < LIMIT) return { newest: { ...note, before: newest }, size: size + 1 }
	const kept: Note[] = []
	for (let one = newest; one !== undefined && kept.length < LIMIT / 2; one = one.before) kept.push(one)
	const chain = kept.reduceRight<Note | undefined>((before, one) => ({ ...one, before }), undefined)
	return { newest: { ...note, before: chain }, size: kept.length + 1 }
}
