import { readFileSync } from 'node:fs'
import { type FileKind, fileKind, MAGIC_BYTES } from '../../kernel/given/magic.ts'
import * as english from '../../words/english/host/conntrack.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'
import { errorCode } from '../tools/proc-fs.ts'

/** Longer than any ruleset that was seen; a mistake would else fill the memory. */
const LONGEST = 64 * 1024 * 1024

const PACKED: readonly FileKind[] = ['tar', 'zip', 'gzip', 'xz', 'zstd', 'bzip2']

/** A listing that somebody saved or pasted; `-` is standard input. */
export function readListing(path: string): Result<string> {
	try {
		const bytes = readFileSync(path === '-' ? 0 : path)
		const kind = fileKind(bytes.subarray(0, MAGIC_BYTES))
		if (PACKED.includes(kind))
			return fail({
				kind: 'usage',
				message: english.isPacked(visible(path), kind),
				next: english.lookInside(visible(path)),
			})
		const text = bytes.toString('utf8')
		if (text.length <= LONGEST) return ok(text)
		return fail({
			kind: 'usage',
			message: english.isLongerThan64Mb(visible(path)),
			next: english.giveAPartOfIt,
		})
	} catch (error) {
		const code = errorCode(error)
		const isFolder = code === 'EISDIR'
		return fail({
			kind: 'usage',
			message: isFolder
				? english.isAFolder(visible(path))
				: english.cannotBeRead(visible(path), whyNot(code)),
			next: isFolder ? english.lookInside(visible(path)) : '',
		})
	}
}

function whyNot(code: string): string {
	if (code === 'ENOENT' || code === 'ENOTDIR') return english.thereIsNoSuchFile
	if (code === 'EACCES' || code === 'EPERM') return english.thisUserMayNotReadIt
	return english.theSystemSays(visible(code))
}
