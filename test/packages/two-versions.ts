// Packages of this checkout, and of one that calls itself by a later version: what guests install.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bundle, makeBundle } from '../../scripts/package/bundle.ts'
import { deb } from '../../scripts/package/deb.ts'
import type { Files } from '../../scripts/package/files.ts'
import type { Arch } from '../../scripts/package/inputs.ts'
import { licences } from '../../scripts/package/licences.ts'
import { nodeBinary } from '../../scripts/package/node-binary.ts'
import { oneFile } from '../../scripts/package/one-file.ts'
import { systemFiles } from '../../scripts/package/system-files.ts'
import { makeTree } from '../../scripts/package/tree.ts'
import { VERSION } from '../../src/commands/common/version.ts'

export const LATER = '99.0.0'

const EPOCH = 1_764_374_400

/** The same code with another version in it. */
const renamed = ({ files, packages }: Bundle): Bundle => ({
	packages,
	files: new Map(
		[...files].map(([path, { bytes }]) => [
			path,
			{ bytes: Buffer.from(bytes.toString('latin1').replaceAll(`"${VERSION}"`, `"${LATER}"`), 'latin1') },
		]),
	) satisfies Files,
})

/** first.deb and one-file of this version, second.deb of the later one, packed quickly into `folder`. */
export async function packTwoVersions(folder: string, arch: Arch): Promise<void> {
	const node = nodeBinary(arch)
	const bundle = await makeBundle()
	const texts = licences(bundle.packages, node)
	const first = makeTree(bundle, node, VERSION)
	const second = makeTree(renamed(bundle), node, LATER)
	const made = { version: VERSION, arch, id: first.id, epoch: EPOCH }
	const later = { ...made, version: LATER, id: second.id }
	const files = {
		'first.deb': await deb(made, await systemFiles(first, texts, 'deb'), 'emulated'),
		'second.deb': await deb(later, await systemFiles(second, texts, 'deb'), 'emulated'),
		'one-file': await oneFile(made, first, texts, 'emulated'),
	}
	for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes, { mode: 0o755 })
}
