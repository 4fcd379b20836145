import { knobById } from '../changes/knobs.ts'
import { inForce } from '../changes/lease.ts'
import type { Reading } from '../changes/verdict.ts'
import type { KernelFiles } from '../host/write.ts'
import type { Book } from './book.ts'

/** Knobs that cost a process to read are read at every so many looks. */
const FAR_LOOKS = 5

/** What each knob in force reads now, as far as it was looked at. */
export type LiveReadings = {
	/** By the number of the change. */
	readonly bySeq: ReadonlyMap<number, Reading>
	/** Reads again; true when something looks different from before. */
	look(): boolean
	/** Reads all of them, whatever it costs. */
	lookAtAll(): void
}

export function createReadings(kernel: KernelFiles, book: Book): LiveReadings {
	const bySeq = new Map<number, Reading>()
	let looks = 0
	const read = (isFarToo: boolean): boolean => {
		let isNew = false
		for (const entry of inForce(book.lease())) {
			const knob = knobById(entry.knob)
			const before = bySeq.get(entry.seq)
			if (knob === undefined || (before !== undefined && !isFarToo && kernel.isFar(knob))) continue
			const now = kernel.read(knob)
			if (JSON.stringify(now) !== JSON.stringify(before)) isNew = true
			bySeq.set(entry.seq, now)
		}
		return isNew
	}
	return {
		bySeq,
		look() {
			looks += 1
			return read(looks % FAR_LOOKS === 0)
		},
		lookAtAll: () => void read(true),
	}
}
