// What lies below /usr/lib/ctscope/ID, and in the folder of the one file: the program and its Node.
import { createHash } from 'node:crypto'
import type { Bundle } from './bundle.ts'
import { type File, type Files, program, sorted } from './files.ts'
import type { NodeBinary } from './node-binary.ts'

export type Tree = {
	/** Version and content: two that differ in anything never share a folder. */
	readonly id: string
	readonly files: Files
}

export function makeTree(bundle: Bundle, node: NodeBinary, version: string): Tree {
	const files = new Map<string, File>([...bundle.files, ['bin/node', program(node.bytes)]])
	const hash = createHash('sha256')
	for (const [path, { bytes }] of sorted(files)) hash.update(`${path} ${bytes.length}\n`).update(bytes)
	return { id: `${version}-${hash.digest('hex').slice(0, 12)}`, files }
}
