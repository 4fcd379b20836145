import * as english from '../../words/english/host/given.ts'
import { ByteQueue } from './byte-queue.ts'
import { refusal } from './limits.ts'

const BLOCK = 512
/** Longer names and pax records are none. */
const LONGEST_RECORD = 1024 ** 2
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** One member of an archive: a name, never a path that is opened. `chunks` is to be read before the next one is asked for. */
export type Member = {
	readonly name: string
	/** Bytes. */
	readonly size: number
	/** ms since 1970. */
	readonly modifiedAt: number | undefined
	readonly isFile: boolean
	readonly chunks: AsyncIterable<Uint8Array>
}

type Header = { name: string; size: number; modifiedAt: number | undefined; type: string }

/**
 * The members of a tar archive in their order: ustar, GNU long names, pax names and sizes (POSIX.1-2001, pax). Throws Refused where
 * a header is none, or where the archive ends within a member.
 */
export async function* tarMembers(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Member> {
	const queue = new ByteQueue(archive)
	let longName: string | undefined
	let pax: Readonly<Record<string, string>> = {}
	try {
		for (;;) {
			const block = await queue.take(BLOCK)
			if (block.length === 0) return
			if (block.length < BLOCK) throw refusal(english.archiveEndsEarly)
			if (block.every((byte) => byte === 0)) return
			const header = headerOf(block)
			if (header === undefined) throw refusal(english.noTarHeader)
			const padded = Math.ceil(header.size / BLOCK) * BLOCK
			if (header.type === 'L' || header.type === 'x' || header.type === 'X') {
				if (header.size > LONGEST_RECORD) throw refusal(english.noTarHeader)
				const bytes = await queue.take(padded)
				if (bytes.length < padded) throw refusal(english.archiveEndsEarly)
				const text = decoder.decode(bytes.subarray(0, header.size))
				if (header.type === 'L') longName = text.replace(/\0.*$/s, '')
				else pax = paxRecords(text)
				continue
			}
			const own = pax.size !== undefined && /^\d{1,15}$/.test(pax.size) ? Number(pax.size) : header.size
			let left = own
			const member = pax.path ?? longName ?? header.name
			async function* chunks(): AsyncGenerator<Uint8Array> {
				while (left > 0) {
					const piece = await queue.piece(left)
					if (piece === undefined) throw refusal(english.memberEndsEarly(member))
					left -= piece.length
					yield piece
				}
			}
			longName = undefined
			pax = {}
			const isFile = header.type === '0' || header.type === '' || header.type === '7'
			yield { name: member, size: own, modifiedAt: header.modifiedAt, isFile, chunks: chunks() }
			if (!(await queue.skip(left + (Math.ceil(own / BLOCK) * BLOCK - own))))
				throw refusal(english.memberEndsEarly(member))
		}
	} finally {
		await queue.close()
	}
}

/** Undefined when the sum of the header does not fit. */
function headerOf(block: Uint8Array): Header | undefined {
	const text = (from: number, length: number): string =>
		decoder.decode(block.subarray(from, from + length)).replace(/\0.*$/s, '')
	let sum = 0
	for (let at = 0; at < BLOCK; at++) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0)
	if (Number.parseInt(text(148, 8).trim(), 8) !== sum) return undefined
	const size = numberIn(block, 124)
	if (size === undefined) return undefined
	const prefix = text(257, 5) === 'ustar' && text(263, 2) !== ' ' ? text(345, 155) : ''
	const seconds = numberIn(block, 136)
	const name = text(0, 100)
	return {
		name: prefix === '' ? name : `${prefix}/${name}`,
		size,
		modifiedAt: seconds === undefined || seconds === 0 ? undefined : seconds * 1000,
		type: text(156, 1),
	}
}

/** Twelve octal digits, or GNU's bytes of a large number; undefined for what is no length. */
function numberIn(block: Uint8Array, at: number): number | undefined {
	const first = block[at] ?? 0
	if ((first & 0x80) !== 0) {
		if (first !== 0x80) return undefined
		let value = 0
		for (let index = at + 1; index < at + 12; index++) value = value * 256 + (block[index] ?? 0)
		return Number.isSafeInteger(value) ? value : undefined
	}
	const digits = decoder
		.decode(block.subarray(at, at + 12))
		.replaceAll('\0', ' ')
		.trim()
	return digits === '' ? 0 : /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined
}

/** `27 path=long/name`, each record with its own length in front. */
function paxRecords(text: string): Readonly<Record<string, string>> {
	const found: Record<string, string> = {}
	for (const line of text.split('\n')) {
		const [, key, value = ''] = /^\d{1,9} (path|size)=(.*)$/s.exec(line) ?? []
		if (key !== undefined) found[key] = value
	}
	return found
}
