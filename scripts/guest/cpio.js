// Archives as the kernel unpacks them at boot: cpio "newc" (Documentation/driver-api/early-userspace/buffer-format.rst).
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const TYPE = { directory: 0o040000, file: 0o100000, link: 0o120000 }

function record(path, { mode, content, mtime, links }, number) {
	const name = Buffer.from(`${path}\0`)
	const fields = [number, mode, 0, 0, links, mtime, content.length, 0, 0, 0, 0, name.length, 0]
	const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
	return [padded(Buffer.concat([head, name])), padded(content)]
}

const padded = (bytes) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

/** What goes into an archive, by its path there: no slash in front. Folders on the way come by themselves. */
export function createArchive() {
	const entries = new Map()
	const mtime = Math.floor(Date.now() / 1000)
	const put = (path, mode, content, links = 1) => {
		const parts = path.split('/')
		for (let depth = 1; depth < parts.length; depth++) {
			const folder = parts.slice(0, depth).join('/')
			if (!entries.has(folder)) put(folder, TYPE.directory | 0o755, Buffer.alloc(0), 2)
		}
		entries.set(path, { mode, content, mtime, links })
	}
	return {
		folder: (path, mode = 0o755) => put(path, TYPE.directory | mode, Buffer.alloc(0), 2),
		file: (path, content, mode = 0o644) => put(path, TYPE.file | mode, Buffer.from(content)),
		link: (path, target) => put(path, TYPE.link | 0o777, Buffer.from(target)),
		/** A file or folder of this machine with everything in it; sockets and devices are left out. */
		add(path, source) {
			const entry = lstatSync(source)
			if (entry.isSymbolicLink()) this.link(path, readlinkSync(source))
			else if (entry.isFile()) put(path, TYPE.file | (entry.mode & 0o7777), readFileSync(source))
			else if (entry.isDirectory()) {
				put(path, TYPE.directory | (entry.mode & 0o7777), Buffer.alloc(0), 2)
				for (const name of readdirSync(source)) this.add(`${path}/${name}`, join(source, name))
			}
		},
		/** All of it; padded so that another archive can follow. */
		bytes() {
			let number = 1
			const blocks = [...entries].flatMap(([path, entry]) => record(path, entry, number++))
			blocks.push(...record('TRAILER!!!', { mode: 0, content: Buffer.alloc(0), mtime: 0, links: 1 }, 0))
			const all = Buffer.concat(blocks)
			return Buffer.concat([all, Buffer.alloc((512 - (all.length % 512)) % 512)])
		},
	}
}
