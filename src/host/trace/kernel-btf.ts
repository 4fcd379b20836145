import { type Btf, isProblem, readBtf } from '../../kernel/btf/btf.ts'
import { exists, readBytes } from '../tools/proc-fs.ts'

const FOLDER = '/sys/kernel/btf'
/** The module that has the functions; in a kernel that has it built in they are in `vmlinux`. */
const MODULE = 'nf_conntrack'

/** Types of this kernel and of its conntrack; undefined where it has none, or none that can be read. Some 5 MB. */
export function kernelBtf(root = ''): Btf | undefined {
	const kernel = read(`${root}${FOLDER}/vmlinux`)
	const module = `${root}${FOLDER}/${MODULE}`
	return kernel === undefined || !exists(module) ? kernel : read(module, kernel)
}

function read(path: string, base?: Btf): Btf | undefined {
	const bytes = readBytes(path)
	const btf = bytes.ok ? readBtf(bytes.value, base) : undefined
	return btf === undefined || isProblem(btf) ? undefined : btf
}
