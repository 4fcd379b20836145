// The program in one file: a script with an archive behind it (docs/design-one-file.md).
import { createHash } from 'node:crypto'
import { type Effort, gzip } from './compress.ts'
import type { Made } from './deb.ts'
import { type File, sizeOf, text } from './files.ts'
import { ARCHES } from './inputs.ts'
import { PRIVATE, tar } from './tar.ts'
import { script } from './template.ts'
import type { Tree } from './tree.ts'

/** Where the archive begins is said in the script, whose length depends on it: a field of fixed width. */
const SKIP_DIGITS = 8

export async function oneFile(
	{ version, arch, epoch }: Made,
	tree: Tree,
	licences: string,
	effort: Effort,
): Promise<Buffer> {
	const files = new Map<string, File>([...tree.files, ['LICENCES', text(licences)]])
	const archive = await gzip(tar(files, { epoch, modes: PRIVATE }), effort)
	const filled = (skip: string) =>
		script('one-file.sh', {
			VERSION: version,
			ARCH: arch,
			MACHINE: ARCHES[arch].machine,
			ID: tree.id,
			SUM: createHash('sha256').update(archive).digest('hex'),
			NODE_SIZE: tree.files.get('bin/node')?.bytes.length ?? 0,
			// Room for compiled code, and some for others.
			NEED_KB: Math.ceil((sizeOf(files) * 1.2) / 1024),
			SKIP: skip,
		})
	// tail counts from 1.
	const skip = Buffer.byteLength(filled('0'.repeat(SKIP_DIGITS))) + 1
	return Buffer.concat([Buffer.from(filled(String(skip).padEnd(SKIP_DIGITS))), archive])
}
