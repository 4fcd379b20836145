/** What a file is, as far as its first bytes say it; `text` and `binary` are what is left. */
export type FileKind =
	| 'empty'
	| 'gzip'
	| 'xz'
	| 'zstd'
	| 'bzip2'
	| 'zip'
	| 'tar'
	| 'pcap'
	| 'pcapng'
	| 'journal'
	| 'ELF'
	| 'PNG'
	| 'JPEG'
	| 'GIF'
	| 'PDF'
	| 'SQLite'
	| 'recording'
	| 'UTF-16'
	| 'text'
	| 'binary'

const bytes = (text: string): readonly number[] => [...text].map((char) => char.charCodeAt(0))

const MAGIC: readonly (readonly [FileKind, readonly number[]])[] = [
	['gzip', [0x1f, 0x8b]],
	['xz', [0xfd, ...bytes('7zXZ'), 0]],
	['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
	['bzip2', bytes('BZh')],
	['zip', [...bytes('PK'), 3, 4]],
	['zip', [...bytes('PK'), 5, 6]],
	['pcap', [0xa1, 0xb2, 0xc3, 0xd4]],
	['pcap', [0xd4, 0xc3, 0xb2, 0xa1]],
	['pcap', [0xa1, 0xb2, 0x3c, 0x4d]],
	['pcap', [0x4d, 0x3c, 0xb2, 0xa1]],
	['pcapng', [0x0a, 0x0d, 0x0d, 0x0a]],
	['journal', bytes('LPKSHHRH')],
	['ELF', [0x7f, ...bytes('ELF')]],
	['PNG', [0x89, ...bytes('PNG')]],
	['JPEG', [0xff, 0xd8, 0xff]],
	['GIF', bytes('GIF8')],
	['PDF', bytes('%PDF')],
	['UTF-16', [0xff, 0xfe]],
	['UTF-16', [0xfe, 0xff]],
	['SQLite', bytes('SQLite format 3')],
	['recording', bytes('{"ctscope-recording"')],
]

/** So many bytes of a file say what it is. */
export const MAGIC_BYTES = 4_096

/** Where a tar header has its magic (POSIX.1-1988, ustar; GNU tar). */
const USTAR = 257

/** Bytes that no text has: a NUL, or many that are neither printed nor blank. A log may have some. */
const CONTROL_SHARE = 0.1

/** What begins with these bytes: the first MAGIC_BYTES of a file, fewer where it is shorter. Never fails. */
export function fileKind(head: Uint8Array): FileKind {
	if (head.length === 0) return 'empty'
	const found = MAGIC.find(([, magic]) => magic.every((byte, index) => head[index] === byte))
	if (found !== undefined) return found[0]
	if (bytes('ustar').every((byte, index) => head[USTAR + index] === byte)) return 'tar'
	let control = 0
	for (const byte of head) {
		if (byte === 0) return 'binary'
		if (byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1b && byte !== 0x1e) control++
	}
	return control > head.length * CONTROL_SHARE ? 'binary' : 'text'
}
