import type { PacketDraft } from './packet.ts'
import { FIELDS, isIcmp } from './packet-field.ts'

export type FieldName = {
	readonly name: string
	/** 0 and up. */
	readonly number: number
	/** Largest number; -1 for a text. */
	readonly most: number
	readonly putNumber: (packet: PacketDraft, value: number) => boolean
	readonly putText: (packet: PacketDraft, value: string) => boolean
	/** Whether it stands for another thing in this packet by now, so that it may come a second time. */
	readonly isOther: ((packet: PacketDraft) => boolean) | undefined
}

/** The length of UDP, id and sequence of an ICMP echo, and what ARP says again after the frame has said it. */
const TWICE: ReadonlyMap<string, (packet: PacketDraft) => boolean> = new Map([
	['LEN', ({ protocol }) => protocol !== null],
	['ID', isIcmp],
	['SEQ', isIcmp],
	['MACSRC', ({ arp }) => arp !== null],
	['MACDST', ({ arp }) => arp !== null],
])

/** Five bits a letter: different for all names of six letters, and for longer ones by their last six. */
export const letterHash = (hash: number, code: number): number => (hash << 5) | (code & 31)

const EXACT_LETTERS = 6

const SLOTS = 256
const hashes = new Int32Array(SLOTS)
const fields: (FieldName | undefined)[] = new Array(SLOTS).fill(undefined)

const nowhere = () => false

Object.entries(FIELDS).forEach(([name, field], number) => {
	let hash = 0
	for (let at = 0; at < name.length; at++) hash = letterHash(hash, name.charCodeAt(at))
	let slot = slotOf(hash)
	while (fields[slot] !== undefined) slot = (slot + 1) % SLOTS
	hashes[slot] = hash
	fields[slot] = {
		name,
		number,
		most: field.most ?? -1,
		putNumber: field.most === undefined ? nowhere : field.put,
		putText: field.most === undefined ? field.put : nowhere,
		isOther: TWICE.get(name),
	}
})

function slotOf(hash: number): number {
	return (hash ^ (hash >>> 7) ^ (hash >>> 15)) & (SLOTS - 1)
}

/** The name in text[from, to), all capital letters with this hash; undefined when it is none of the grammar. */
export function fieldName(text: string, hash: number, from: number, to: number): FieldName | undefined {
	const length = to - from
	for (let slot = slotOf(hash); ; slot = (slot + 1) & (SLOTS - 1)) {
		const field = fields[slot]
		if (field === undefined) return undefined
		if (hashes[slot] !== hash || field.name.length !== length) continue
		if (length <= EXACT_LETTERS || text.startsWith(field.name, from)) return field
	}
}

/** Which names have been read; a second one is not understood. There are more names than an integer has bits. */
export class SeenNames {
	#low = 0
	#high = 0
	#again = 0

	/** False when it was there already. */
	add({ number, isOther }: FieldName, packet: PacketDraft): boolean {
		const mask = 1 << (number & 31)
		if (isOther?.(packet) === true) {
			if ((this.#again & mask) !== 0) return false
			this.#again |= mask
		} else if (number < 32) {
			if ((this.#low & mask) !== 0) return false
			this.#low |= mask
		} else {
			if ((this.#high & mask) !== 0) return false
			this.#high |= mask
		}
		return true
	}
}
