// The kernels of the guests: found by apt, downloaded and unpacked, never installed.
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { hashOf, made, newestMade } from './cache.js'
import { answerOf, tried } from './command.js'
import { createArchive } from './cpio.js'
import { ext4Image } from './image.js'
import { inNewerSuites } from './suites.js'

/** Without these the guest finds neither its disks nor the way to us. Built into some kernels. */
const NEEDED_TO_BOOT = ['virtio_pci', 'virtio_blk', 'virtio_console', 'overlay']

const here = import.meta.dirname

/** A kernel of this name is the newest one that any suite of Debian has, from FROM on. */
export const NEWEST = 'newest'
/** The first one that sends conntrack's view of a traced packet (net/netfilter/nf_tables_trace.c). */
const FROM = [6, 16]

/**
 * `folder` with vmlinuz, modules.img and boot.cpio of the newest kernel of a series such as '6.12', or of all (NEWEST); or
 * `why` there is none, with what to do.
 */
export async function guestKernel(series, say) {
	const name = `kernel-${series}`
	const { found, apt } = (await (series === NEWEST ? newestOfAll : ofSeries)(series, say)) ?? {}
	const spare = newestMade(name)
	if (found === undefined) {
		if (spare !== undefined) {
			say(
				`${series === NEWEST ? 'no newer suite has one now' : 'still not'}; taking the kernel of an earlier run`,
			)
			return { folder: spare }
		}
		if (series === NEWEST) {
			const why =
				`no suite of Debian that can be reached has a cloud kernel from ${FROM.join('.')} on ` +
				'(bookworm-backports, trixie-backports and sid were asked): look at the network and the mirror of apt'
			return { why }
		}
		const why =
			`apt offers no cloud kernel ${series}: add a suite of Debian that has linux-image-cloud-amd64 ${series} ` +
			'(bookworm-security has 6.1 and 6.12, bookworm-backports has 6.12) and run apt-get update'
		return { why }
	}
	const recipe = ['kernel.js', 'suites.js', 'image.js', 'cpio.js', 'init.sh'].map((file) =>
		readFileSync(join(here, file)),
	)
	const key = `${found.version}-${hashOf(found.name, ...recipe)}`
	try {
		return { folder: await made(name, key, (folder) => unpack(found, apt, folder, say)) }
	} catch (error) {
		if (spare === undefined) return { why: `${error.message}; without network no kernel can be fetched` }
		say(`${error.message}; taking the kernel of an earlier run`)
		return { folder: spare }
	}
}

/** Of the suites that this machine knows, after another look when they seem to have none. */
function ofSeries(series, say) {
	const has = (version) => version.startsWith(`${series}.`)
	let found = newestPackage(series, has, [])
	if (found === undefined) {
		say(`apt knows of no cloud kernel ${series} here; trying apt-get update`)
		tried('apt-get', ['-qq', 'update'], { timeout: 300_000 })
		found = newestPackage(series, has, [])
	}
	return { found, apt: [] }
}

const newestOfAll = (_, say) => inNewerSuites((apt) => newestPackage('', isNew, apt), say)

function isNew(version) {
	const [major, minor] = version.split('.').map(Number)
	return major > FROM[0] || (major === FROM[0] && minor >= FROM[1])
}

/** Meta packages name the newest kernel; the one without a series in its name is that of the release. */
function newestPackage(series, has, apt) {
	const metas = [...(series === '' ? [] : [`linux-image-${series}-cloud-amd64`]), 'linux-image-cloud-amd64']
	// apt-cache fails when it does not know one of them, and tells about the other nevertheless.
	const { stdout } = tried('apt-cache', [...apt, 'show', ...metas])
	const kernels = (stdout ?? '').split('\n\n').flatMap((record) => {
		const version = /^Version: (\S+)$/m.exec(record)?.[1]
		const name = /^Depends:.*?(linux-image-\d\S*-cloud-amd64)/m.exec(record)?.[1]
		return name !== undefined && version !== undefined && has(version) ? [{ name, version }] : []
	})
	return kernels.toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true })).at(-1)
}

/** The package, and those that newer ones have their kernel and their modules in. */
function packagesOf({ name, version }, apt) {
	const { stdout } = tried('apt-cache', [...apt, 'show', `${name}=${version}`])
	const depends = /^Depends: (.*)$/m.exec(stdout ?? '')?.[1] ?? ''
	const parts = depends.match(/\blinux-(?:base|binary|modules)-\d[^\s,]*/g) ?? []
	return [name, ...parts].map((part) => `${part}=${version}`)
}

function unpack(found, apt, folder, say) {
	say(`fetching ${found.name} ${found.version} ...`)
	const get = () =>
		answerOf('apt-get', [...apt, '-qq', 'download', ...packagesOf(found, apt)], {
			cwd: folder,
			timeout: 300_000,
		})
	try {
		get()
	} catch {
		// The mirror has only the newest ones: our list may be too old.
		answerOf('apt-get', [...apt, '-qq', 'update'], { timeout: 300_000 })
		get()
	}
	const debs = readdirSync(folder).filter((file) => file.endsWith('.deb'))
	const tree = join(folder, 'tree')
	mkdirSync(tree)
	for (const deb of debs) answerOf('dpkg', ['-x', join(folder, deb), tree])
	// Since Debian 13 all of it is below /usr, and the kernel beside its modules.
	const lib = join(tree, existsSync(join(tree, 'lib/modules')) ? 'lib' : 'usr/lib')
	const release = readdirSync(join(lib, 'modules'))[0]
	const places = [join(tree, `boot/vmlinuz-${release}`), join(lib, 'modules', release, 'vmlinuz')]
	copyFileSync(places.find((path) => existsSync(path)) ?? places[0], join(folder, 'vmlinuz'))
	// depmod looks for lib/modules alone.
	if (lib !== join(tree, 'lib')) answerOf('mv', [lib, join(tree, 'lib')])
	answerOf('depmod', ['-b', tree, release])
	writeFileSync(join(folder, 'boot.cpio'), bootArchive(join(tree, 'lib/modules', release)))
	const image = join(folder, 'image/usr/lib')
	mkdirSync(image, { recursive: true })
	answerOf('mv', [join(tree, 'lib/modules'), join(image, 'modules')])
	ext4Image(join(folder, 'image'), join(folder, 'modules.img'))
	for (const scrap of ['tree', 'image', ...debs]) rmSync(join(folder, scrap), { recursive: true })
}

/** busybox, the modules of NEEDED_TO_BOOT in the order of their loading, and init.sh: all that is in memory at first. */
function bootArchive(modules) {
	const archive = createArchive()
	for (const folder of ['bin', 'dev', 'proc', 'sys', 'layers', 'root']) archive.folder(folder)
	archive.add('init', join(here, 'init.sh'))
	const busybox = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path))
	archive.file('bin/busybox', readFileSync(busybox), 0o755)
	const order = loadOrder(readFileSync(join(modules, 'modules.dep'), 'utf8'))
	for (const path of order) {
		const bytes = readFileSync(join(modules, path))
		const isPacked = path.endsWith('.xz')
		archive.file(`modules/${plainName(path)}`, isPacked ? unpacked(bytes) : bytes)
	}
	archive.file('modules/order', order.map((path) => `${plainName(path)}\n`).join(''))
	return archive.bytes()
}

const plainName = (path) => path.split('/').at(-1).replace(/\.xz$/, '')
const unpacked = (bytes) => answerOf('xz', ['-dc'], { input: bytes, encoding: null })

/** Lines of modules.dep: 'PATH: PATH...', what a module needs, the first to load last. */
function loadOrder(modulesDep) {
	const needs = new Map(
		modulesDep.split('\n').flatMap((line) => {
			const [path, needed] = line.split(':')
			return needed === undefined ? [] : [[path, needed.trim().split(' ').filter(Boolean)]]
		}),
	)
	const wanted = [...needs.keys()].filter((path) =>
		NEEDED_TO_BOOT.includes(plainName(path).replace(/\.ko$/, '').replaceAll('-', '_')),
	)
	return [...new Set(wanted.flatMap((path) => [...needs.get(path).toReversed(), path]))]
}
