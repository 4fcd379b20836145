// Which files of this machine a guest gets.
import {
	closeSync,
	existsSync,
	lstatSync,
	openSync,
	readdirSync,
	readlinkSync,
	readSync,
	realpathSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { answerOf, tried } from './command.js'

/** Debian packages whose programs a guest has, as far as this machine has them; patterns of dpkg-query. */
const PACKAGES = [
	...[
		'bash',
		'bsdutils',
		'conntrack',
		'coreutils',
		'debianutils',
		'diffutils',
		'findutils',
		'grep',
		'hping3',
	],
	...[
		'iproute2',
		'iptables',
		'kmod',
		'libc-bin',
		'mawk',
		'mount',
		'ncurses-base',
		'netbase',
		'nftables',
		'procps',
	],
	...['python3-minimal', 'python3.*-minimal', 'libpython3.*-minimal', 'libpython3.*-stdlib', 'sed', 'strace'],
	...['tar', 'tcpdump', 'tmux', 'util-linux'],
]

const WANTED = [
	/^\/(?:usr\/)?(?:s?bin|lib|lib64|libexec)\//,
	/^\/etc\/(?:protocols|services|ethertypes|iproute2\/)/,
	/^\/usr\/share\/(?:terminfo|iproute2)\//,
]
const UNWANTED =
	/\/(?:systemd|udev|__pycache__|mime|gconv|lib2to3|idlelib|ensurepip|test|config-3\.\d+-[^/]*)\/|\.a$/

/** Without links in the folders on the way (/bin is a link to /usr/bin); the file itself as it is. */
const placed = (path) => join(realpathSync(dirname(path)), basename(path))

/** Paths of files, and of symbolic links, which keep their targets: /etc/alternatives is among them. */
export function guestFiles() {
	const files = new Set()
	const links = new Set()
	const add = (path) => {
		if (!existsSync(path)) return
		const place = placed(path)
		const entry = lstatSync(place)
		if (entry.isFile()) files.add(place)
		else if (entry.isSymbolicLink() && !links.has(place)) {
			links.add(place)
			add(resolve(dirname(place), readlinkSync(place)))
		}
	}
	for (const path of answerOf('dpkg', ['-L', ...installed()]).split('\n'))
		if (WANTED.some((pattern) => pattern.test(path)) && !UNWANTED.test(path)) add(path)
	// iptables and awk belong to no package: they are links to the chosen one of several.
	for (const folder of ['/usr/bin', '/usr/sbin'])
		for (const name of readdirSync(folder)) {
			const path = join(folder, name)
			const isChoice = lstatSync(path).isSymbolicLink() && readlinkSync(path).startsWith('/etc/alternatives/')
			if (isChoice && existsSync(path) && files.has(realpathSync(path))) add(path)
		}
	return { files: [...files], links: [...links] }
}

/** Fields of dpkg-query, which look like those of a template string. */
const FORMAT = `-f=\${db:Status-Abbrev}\${binary:Package}\n`

function installed() {
	// dpkg-query fails when one of the names is unknown, and lists the others nevertheless.
	const { stdout } = tried('dpkg-query', ['-W', FORMAT, ...PACKAGES])
	return stdout.split('\n').flatMap((line) => (line.startsWith('ii ') ? [line.slice(3)] : []))
}

/** What the dynamic linker loads for these files: paths as it looks for them. */
export function librariesOf(files) {
	const { stdout } = tried('ldd', files.filter(isElf))
	const paths = [...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path]) => placed(path))
	return [...new Set(paths)]
}

function isElf(path) {
	const magic = Buffer.alloc(4)
	const file = openSync(path, 'r')
	readSync(file, magic)
	closeSync(file)
	return magic.toString('latin1') === '\x7fELF'
}
