import { closeSync, openSync } from 'node:fs'
import type { Clock } from '../../model/clock.ts'
import { errorCode } from '../tools/proc-fs.ts'

const LOOK_MS = 1_000
/** How long the guard stands still, and how long it then works before it does so again. */
const STILL_MS = 45
const WORK_MS = 5

/** One more file could be opened now: neither this process nor the host is at its limit. */
export function hasDescriptor(): boolean {
	try {
		closeSync(openSync('/dev/null', 'r'))
		return true
	} catch (error) {
		return errorCode(error) !== 'EMFILE' && errorCode(error) !== 'ENFILE'
	}
}

export type DescriptorPorts = {
	readonly clock: Pick<Clock, 'after'>
	readonly hasDescriptor: () => boolean
	readonly standStill: (ms: number) => void
}

/**
 * Without a descriptor for it, a connection that waits to be taken keeps the event loop turning: libuv tries again at
 * once and for ever, and tells nobody (src/unix/stream.c, uv__server_io). Closing the socket would hide the guard from
 * whoever wants an undo. So it stands still between its turns, too short for an undo to be late by it, until there is
 * a descriptor again.
 */
export function restWithoutDescriptors({ clock, hasDescriptor, standStill }: DescriptorPorts): void {
	clock.after(LOOK_MS, function look() {
		const isFull = !hasDescriptor()
		if (isFull) standStill(STILL_MS)
		clock.after(isFull ? WORK_MS : LOOK_MS, look)
	})
}
