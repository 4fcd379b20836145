import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Action } from '../../app/state/actions.ts'
import { createDecoder, type Known } from '../../recording/codec.ts'
import type { Tape } from '../../recording/replay.ts'

/** Characters of a block: so much is unpacked at once. */
const BLOCK = 1_048_576

type Block = {
	/** Of the first action in it. */
	readonly index: number
	readonly packed: Uint8Array
	/** What its lines refer to. */
	readonly known: Known
}

/**
 * The lines of a recording, packed in blocks, with an index of them: any action is found by unpacking one block, and an
 * hour of a flood takes tens of megabytes of memory. `known` is that of who decodes the lines first.
 */
export function createTape(known: Known) {
	const blocks: Block[] = []
	let lines: string[] = []
	let room = BLOCK
	let before: Known = new Map()
	let length = 0
	let beginAt = 0
	let endAt = 0
	let open: { readonly index: number; readonly actions: readonly (Action | undefined)[] } | undefined

	const close = (): void => {
		if (lines.length === 0) return
		const packed = deflateRawSync(lines.join('\n'), { level: 1 })
		blocks.push({ index: length - lines.length, packed, known: before })
		lines = []
		room = BLOCK
	}

	const blockOf = (index: number): Block | undefined => {
		let from = 0
		let to = blocks.length - 1
		while (from < to) {
			const middle = Math.ceil((from + to) / 2)
			if ((blocks[middle]?.index ?? 0) <= index) from = middle
			else to = middle - 1
		}
		return blocks[from]
	}

	return {
		/** To be called before a line is decoded: what is known then is what a block begins with. */
		before(): void {
			if (lines.length === 0) before = new Map(known)
		},
		/** A line that was understood; undefined where only the length is asked for. */
		add(at: number, line: string | undefined): void {
			if (length === 0) beginAt = at
			endAt = at
			length++
			if (line === undefined) return
			lines.push(line)
			room -= line.length
			if (room <= 0) close()
		},
		get length() {
			return length
		},
		get beginAt() {
			return beginAt
		},
		get endAt() {
			return endAt
		},
		get(index: number): Action | undefined {
			close()
			if (open === undefined || index < open.index || index >= open.index + open.actions.length) {
				const block = blockOf(index)
				if (block === undefined) return undefined
				const decode = createDecoder(new Map(block.known))
				const text = new TextDecoder().decode(inflateRawSync(block.packed))
				open = { index: block.index, actions: text.split('\n').map(decode) }
			}
			return open.actions[index - open.index]
		},
	} satisfies Tape & { before(): void; add(at: number, line: string | undefined): void }
}
