import type { ChildProcess } from 'node:child_process'
import { createByteQueue } from '../log/byte-queue.ts'

/** Where the reader of group 0 writes to, and how we get it. */
export type NflogOutput = {
	/** For the standard output of the child. */
	readonly stdio: number | 'pipe'
	/** To be called when the child has been started. */
	attach(child: ChildProcess): void
	/** The next bytes, undefined when there are none now. Never waits. Valid until the next call. */
	read(): Uint8Array | undefined
	/** Bytes that wait to be read. */
	unread(): number
	close(): void
}

/** Beyond this the rest stays in the kernel, which counts what it loses. */
const QUEUE_BYTES = 64 << 20

/** A pipe. A reader that finds it full waits, and the kernel holds only some hundred packets: second best. */
export function pipeOutput(): NflogOutput {
	const queue = createByteQueue()
	let child: ChildProcess | undefined
	let flowing = true
	return {
		stdio: 'pipe',
		attach(started) {
			child = started
			started.stdout?.on('data', (bytes: Uint8Array) => {
				queue.add(bytes)
				if (flowing && queue.bytes() > QUEUE_BYTES) {
					flowing = false
					started.stdout?.pause()
				}
			})
		},
		read() {
			const bytes = queue.take()
			if (!flowing && queue.bytes() < QUEUE_BYTES / 2) {
				flowing = true
				child?.stdout?.resume()
			}
			return bytes
		},
		unread: () => queue.bytes(),
		close() {
			child?.stdout?.destroy()
		},
	}
}
