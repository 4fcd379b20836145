import * as english from '../../words/english/host/given.ts'
import { nodeZlib } from '../tools/proc-fs.ts'
import { refusal } from './limits.ts'
import type { Member } from './tar.ts'
import { through } from './through.ts'

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const LONGEST_COMMENT = 65_535
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1
/** Written where the number does not fit: zip64. */
const ELSEWHERE = 0xffff_ffff
const PIECE = 65_536
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * The members of a zip that is there whole, by its table of contents (APPNOTE.TXT 4.3). Throws Refused where it is none, is encrypted,
 * or is packed in a way other than deflate. Sizes that the table tells are not believed: what comes out is what is counted.
 */
export async function* zipMembers(zip: Uint8Array): AsyncGenerator<Member> {
	const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength)
	const end = endOf(view)
	if (end === undefined) throw refusal(english.noZipTable)
	const count = view.getUint16(end + 10, true)
	let at = view.getUint32(end + 16, true)
	for (let index = 0; index < count; index++) {
		if (at === ELSEWHERE) throw refusal(english.isZip64)
		if (at + CENTRAL_BYTES > zip.length || view.getUint32(at, true) !== CENTRAL)
			throw refusal(english.noZipTable)
		const flags = view.getUint16(at + 8, true)
		const method = view.getUint16(at + 10, true)
		const packed = view.getUint32(at + 20, true)
		const size = view.getUint32(at + 24, true)
		const nameLength = view.getUint16(at + 28, true)
		const local = view.getUint32(at + 42, true)
		const member = decoder.decode(zip.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength))
		at += CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
		const isFile = !member.endsWith('/')
		yield { name: member, size, modifiedAt: undefined, isFile, chunks: chunks() }

		async function* chunks(): AsyncGenerator<Uint8Array> {
			if ((flags & ENCRYPTED) !== 0) throw refusal(english.memberIsEncrypted)
			if (packed === ELSEWHERE || local === ELSEWHERE) throw refusal(english.isZip64)
			if (local + LOCAL_BYTES > zip.length || view.getUint32(local, true) !== LOCAL)
				throw refusal(english.noZipTable)
			const from = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
			if (from + packed > zip.length) throw refusal(english.memberEndsEarly(member))
			const data = pieces(zip.subarray(from, from + packed))
			if (method === STORED) yield* data
			else if (method === DEFLATED) yield* through(data, nodeZlib().createInflateRaw())
			else throw refusal(english.memberPackedOtherwise)
		}
	}
}

function endOf(view: DataView): number | undefined {
	const last = view.byteLength - END_BYTES
	for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--)
		if (view.getUint32(at, true) === END) return at
	return undefined
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}
