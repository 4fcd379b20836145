import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import * as english from '../../words/english/host/log.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { errorCode } from '../tools/proc-fs.ts'

/** What one read of the kernel log gave. `overrun`: records were overwritten before they were read; the next read goes on. */
export type KmsgRead =
	| { readonly kind: 'record'; readonly bytes: Uint8Array }
	| { readonly kind: 'nothing' }
	| { readonly kind: 'overrun' }
	| { readonly kind: 'broken'; readonly failure: Failure }

export type KmsgSource = {
	/** Never waits. The bytes are valid until the next call. */
	read(): KmsgRead
	close(): void
}

/** More than any record: 1024 bytes of text, each possibly written as \xHH, the header and the fields. */
const RECORD_BYTES = 16_384

/**
 * /dev/kmsg (kernel/printk/printk.c, devkmsg_read): each read gives one record, EAGAIN when there is none. Opened
 * without waiting, so that nothing is left behind however this process ends: a child that reads for us would sit in
 * its read until the next record after a SIGKILL of ours.
 */
export function openKmsg(path = '/dev/kmsg'): Result<KmsgSource> {
	let fd: number
	try {
		fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
	} catch (error) {
		return fail(openFailure(path, errorCode(error)))
	}
	const problem = notTheLog(fstatSync(fd))
	if (problem !== undefined) {
		closeSync(fd)
		return fail({ kind: 'unsupported', what: english.theKernelLog(path), why: problem })
	}
	const buffer = Buffer.allocUnsafe(RECORD_BYTES)
	let open = true
	return ok({
		read() {
			if (!open) return { kind: 'nothing' }
			try {
				const length = readSync(fd, buffer, 0, RECORD_BYTES, null)
				if (length > 0) return { kind: 'record', bytes: buffer.subarray(0, length) }
				return { kind: 'broken', failure: { kind: 'unsupported', what: path, why: english.itHasAnEnd } }
			} catch (error) {
				const code = errorCode(error)
				if (code === 'EAGAIN' || code === 'EINTR') return { kind: 'nothing' }
				// EPIPE: the buffer went round. EINVAL: a record larger than ours was passed over.
				if (code === 'EPIPE' || code === 'EINVAL') return { kind: 'overrun' }
				return { kind: 'broken', failure: openFailure(path, code) }
			}
		},
		close() {
			if (open) closeSync(fd)
			open = false
		},
	})
}

/** Major and minor number of /dev/kmsg (drivers/char/mem.c, devlist), as st_rdev has them. */
const KMSG_DEVICE = (1 << 8) | 11
const ELSEWHERE = english.inAContainerRunCtscope

/** Some containers put /dev/null or /dev/console in its place: that reads as a log in which nothing ever happens. */
function notTheLog(file: Stats): string | undefined {
	if (file.isFIFO() || (file.isCharacterDevice() && file.rdev === KMSG_DEVICE)) return undefined
	if (!file.isCharacterDevice()) return english.itIsNotADevice(ELSEWHERE)
	return english.itIsAnotherDeviceHere(file.rdev >> 8, file.rdev & 0xff, ELSEWHERE)
}

function openFailure(path: string, code: string): Failure {
	if ((code === 'EPERM' || code === 'EACCES') && process.geteuid?.() === 0) {
		return {
			kind: 'unsupported',
			what: english.theKernelLog(path),
			why: english.thisProcessMayNotRead(ELSEWHERE),
		}
	}
	if (code === 'EPERM' || code === 'EACCES') {
		return {
			kind: 'not-permitted',
			what: english.readingTheKernelLog(path),
			need: english.rootOrCapSyslogWhere,
		}
	}
	if (code === 'ENOENT') {
		return {
			kind: 'unsupported',
			what: english.theKernelLog(path),
			why: english.itDoesNotExist(ELSEWHERE),
		}
	}
	return { kind: 'unsupported', what: english.theKernelLog(path), why: english.itCannotBeRead(code) }
}
