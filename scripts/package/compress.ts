// Compression with the same bytes for the same input.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gzip as gzipped } from 'node:zlib'

/** `fast` is for tests: it only has to be a valid package. `emulated` too, and it is unpacked where a processor is emulated. */
export type Effort = 'best' | 'fast' | 'emulated'

const deflate = promisify(gzipped)

/** By the zlib of this Node, which the lockfile names; without time and name in the header. */
export const gzip = (bytes: Buffer, effort: Effort = 'best'): Promise<Buffer> =>
	deflate(bytes, { level: effort === 'best' ? 9 : 1 })

/**
 * By xz of this machine. Its threaded encoder cuts blocks of one size whatever the number of cores; with one thread, or on
 * one core with -T0, it would be another encoder and other bytes.
 */
export function xz(bytes: Buffer, effort: Effort): Promise<Buffer> {
	const level = effort === 'best' ? '-6' : '-0'
	return new Promise((resolve, reject) => {
		const child = execFile(
			'xz',
			['--compress', '--stdout', '--format=xz', '--check=crc64', '-T2', level],
			{ encoding: 'buffer', maxBuffer: 1 << 30, env: { PATH: process.env.PATH } },
			(error, stdout) => (error === null ? resolve(stdout) : reject(new Error(whyNot(error)))),
		)
		child.stdin?.on('error', () => {})
		child.stdin?.end(bytes)
	})
}

const whyNot = (error: Error & { readonly code?: unknown }) =>
	error.code === 'ENOENT' ? 'xz is missing (Debian package xz-utils)' : error.message.trim()
