// Archives of tar (POSIX ustar) and ar, written and read here: the same files make the same bytes wherever they are
// packed, whatever tar, ar or dpkg-deb are there, or none.
import { type Files, sorted } from './files.ts'

const BLOCK = 512
/** GNU tar ends archives at such a border, and some readers expect it. */
const RECORD = 20 * BLOCK
const NAME_LENGTH = 100

export type TarOptions = {
	/** Seconds since 1970, of everything in it. */
	readonly epoch: number
	/** Of files, of those that can be run, and of folders. */
	readonly modes?: { readonly file: number; readonly program: number; readonly folder: number }
	/** In front of each path. */
	readonly prefix?: string
}

const PUBLIC = { file: 0o644, program: 0o755, folder: 0o755 }
/** For a folder that is one user's own. */
export const PRIVATE = { file: 0o600, program: 0o700, folder: 0o700 }

/** Everything belongs to root; folders come before what is in them. */
export function tar(files: Files, { epoch, modes = PUBLIC, prefix = '' }: TarOptions): Buffer {
	const blocks: Buffer[] = []
	const folders = new Set<string>()
	const folder = (path: string) => {
		if (folders.has(path)) return
		folders.add(path)
		blocks.push(header(`${path}/`, { mode: modes.folder, size: 0, epoch, type: '5' }))
	}
	if (prefix !== '') folder(prefix.replace(/\/$/, ''))
	for (const [name, { bytes, executable }] of sorted(files)) {
		const path = `${prefix}${name}`
		const parts = path.split('/')
		for (let depth = prefix === '' ? 1 : 2; depth < parts.length; depth++)
			folder(parts.slice(0, depth).join('/'))
		const mode = executable === true ? modes.program : modes.file
		blocks.push(
			header(path, { mode, size: bytes.length, epoch, type: '0' }),
			bytes,
			filling(bytes.length, BLOCK),
		)
	}
	const length = blocks.reduce((sum, block) => sum + block.length, 0) + 2 * BLOCK
	return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK), filling(length, RECORD)])
}

const filling = (length: number, unit: number) => Buffer.alloc((unit - (length % unit)) % unit)

type Entry = {
	readonly mode: number
	readonly size: number
	readonly epoch: number
	readonly type: '0' | '5'
}

function header(path: string, { mode, size, epoch, type }: Entry): Buffer {
	const [front, name] = splitName(path)
	const block = Buffer.alloc(BLOCK)
	const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
	block.write(name, 0)
	block.write(octal(mode, 7), 100)
	block.write(octal(0, 7), 108)
	block.write(octal(0, 7), 116)
	block.write(octal(size, 11), 124)
	block.write(octal(epoch, 11), 136)
	block.write(' '.repeat(8), 148)
	block.write(type, 156)
	block.write('ustar\0', 257)
	block.write('00', 263)
	block.write('root', 265)
	block.write('root', 297)
	block.write(front, 345)
	const sum = block.reduce((all, byte) => all + byte, 0)
	block.write(`${octal(sum, 6)}\0 `, 148)
	return block
}

/** A path that is too long for the field of names is told in two parts. */
function splitName(path: string): [front: string, name: string] {
	if (Buffer.byteLength(path) <= NAME_LENGTH) return ['', path]
	const cut = path.indexOf('/', path.length - NAME_LENGTH - 1)
	if (cut < 1 || cut > 155) throw new Error(`${path} is too long for an archive`)
	return [path.slice(0, cut), path.slice(cut + 1)]
}

/** The files of an archive whose paths are asked for; the bytes of the others are not copied. */
export function filesInTar(archive: Buffer, isWanted: (path: string) => boolean): Map<string, Buffer> {
	const found = new Map<string, Buffer>()
	const field = (at: number, from: number, length: number) =>
		archive.toString('latin1', at + from, at + from + length).replace(/\0.*$/s, '')
	for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
		const front = field(at, 345, 155)
		const path = `${front === '' ? '' : `${front}/`}${field(at, 0, NAME_LENGTH)}`
		const size = Number.parseInt(field(at, 124, 12), 8)
		const start = at + BLOCK
		if (isWanted(path)) found.set(path, archive.subarray(start, start + size))
		at = start + Math.ceil(size / BLOCK) * BLOCK
	}
	return found
}

/** An archive of ar(5), as a .deb is one. */
export function ar(members: readonly (readonly [name: string, bytes: Buffer])[], epoch: number): Buffer {
	return Buffer.concat([
		Buffer.from('!<arch>\n'),
		...members.flatMap(([name, bytes]) => [
			Buffer.from(
				`${name.padEnd(16)}${String(epoch).padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`,
			),
			bytes,
			Buffer.from(bytes.length % 2 === 0 ? '' : '\n'),
		]),
	])
}
