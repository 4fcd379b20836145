import type { CapturedPacket, Recorder } from '../../../src/ports/recorder.ts'
import { type Failure, fail, ok } from '../../../src/words/failure.ts'

export type FakeRecorder = Recorder & {
	/** What `open` answers instead of a file. */
	refusal: Failure | undefined
	/** What `close` answers instead of its figures. */
	trouble: Failure | undefined
	readonly opened: string[]
	readonly packets: CapturedPacket[]
	closed: number
	discarded: number
}

/** A recorder that keeps what it is given. */
export function createFakeRecorder(): FakeRecorder {
	return {
		refusal: undefined,
		trouble: undefined,
		opened: [],
		packets: [],
		closed: 0,
		discarded: 0,
		save: () => Promise.reject(new Error('not asked for')),
		saveText: () => Promise.reject(new Error('not asked for')),
		async open(path) {
			if (this.refusal !== undefined) return fail(this.refusal)
			this.opened.push(path)
			return ok({
				path,
				write: (packets) => void this.packets.push(...packets),
				close: async () => {
					this.closed += 1
					if (this.trouble !== undefined) return fail(this.trouble)
					return ok({ packets: this.packets.length, bytes: 100 * this.packets.length })
				},
				written: () =>
					this.trouble === undefined
						? { packets: this.packets.length, bytes: 100 * this.packets.length }
						: { packets: 0, bytes: 72 },
				discard: async () => {
					this.discarded += 1
				},
			})
		},
	}
}
