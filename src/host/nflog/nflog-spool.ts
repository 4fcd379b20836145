import type { ChildProcess } from 'node:child_process'
import { closeSync, constants, fstatSync, ftruncateSync, readSync, statfsSync, unlinkSync } from 'node:fs'
import { makeInFolder } from '../files/made-file.ts'
import { nodeCrypto, readText } from '../tools/proc-fs.ts'
import type { NflogOutput } from './nflog-output.ts'

/** Folders that are memory on every distribution, for a file that has no name any more when its writer starts. */
const FOLDERS = ['/dev/shm', '/run']
/** f_type of statfs(2). */
const TMPFS = 0x01021994
const READ_BYTES = 1 << 16
/** All read and longer than this: the memory is given back. */
const TIDY_BYTES = 8 << 20
/** Longer than this: the writer waits until all is read. In the meantime the kernel counts what it loses. Half of LONGEST_FILE of nflog-command.ts. */
const MOST_BYTES = 32 << 20
const FREE_BYTES = 4 * MOST_BYTES
/** A process that is told to stop does so in microseconds. */
const STOP_LOOKS = 50

/**
 * A file in memory without a name, gone with the last process that has it open. tcpdump never waits for it, so that packets pile up here
 * when this program is busy and not in a socket that holds some hundred. Undefined where there is no room for one.
 */
export function spoolOutput(folders: readonly string[] = FOLDERS): NflogOutput | undefined {
	const file = openSpool(folders)
	if (file === undefined) return undefined
	const buffer = Buffer.allocUnsafe(READ_BYTES)
	let child: ChildProcess | undefined
	let position = 0
	let size = 0
	let stopped = false
	let open = true

	/** The writer stands still while the file is emptied, else what it wrote last would be lost. It appends, so it goes on at 0. */
	const tidy = (): void => {
		if (!stopped) {
			stopped = true
			child?.kill('SIGSTOP')
		}
		for (let look = 0; look < STOP_LOOKS && !standsStill(child); look++) {}
		if (!standsStill(child)) return
		size = fstatSync(file).size
		if (position < size) return
		ftruncateSync(file, 0)
		position = 0
		size = 0
		stopped = false
		child?.kill('SIGCONT')
	}

	return {
		stdio: file,
		attach(started) {
			child = started
		},
		read() {
			if (!open) return undefined
			if (position >= size) size = fstatSync(file).size
			if (position >= size && (stopped || size >= TIDY_BYTES)) tidy()
			if (!stopped && size >= MOST_BYTES) {
				stopped = true
				child?.kill('SIGSTOP')
			}
			const length = readSync(file, buffer, 0, READ_BYTES, position)
			position += length
			return length === 0 ? undefined : buffer.subarray(0, length)
		},
		unread: () => (open ? Math.max(0, fstatSync(file).size - position) : 0),
		close() {
			if (open) closeSync(file)
			open = false
		},
	}
}

function openSpool(folders: readonly string[]): number | undefined {
	for (const folder of folders) {
		try {
			const { type, bavail, bsize } = statfsSync(folder)
			if (type !== TMPFS || bavail * bsize < FREE_BYTES) continue
			// Where tcpdump is confined (AppArmor on Ubuntu) it may write to files of this ending.
			const path = `${folder}/ctscope-${nodeCrypto().randomBytes(9).toString('hex')}.pcap`
			const file = makeInFolder(path, constants.O_RDWR | constants.O_APPEND)
			unlinkSync(path)
			return file
		} catch {}
	}
	return undefined
}

/** Stopped, or gone: it writes nothing (state T, Z or X of proc(5)). */
function standsStill(child: ChildProcess | undefined): boolean {
	if (child === undefined || child.exitCode !== null || child.signalCode !== null) return true
	const stat = readText(`/proc/${child.pid}/stat`)
	return !stat.ok || /^ [TZX]/.test(stat.value.slice(stat.value.lastIndexOf(')') + 1))
}
