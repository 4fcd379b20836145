import { knobById } from '../../changes/knobs.ts'
import { inForce } from '../../changes/lease.ts'
import type { Reading } from '../../changes/verdict.ts'
import { after, type Later } from '../../host/process/later.ts'
import { errorCode } from '../../host/tools/proc-fs.ts'
import type { KernelFiles } from '../../host/write/write.ts'
import type { Book } from './book.ts'

/** Knobs that cost a process to read are read at every so many looks. */
const FAR_LOOKS = 5

/** What each knob in force reads now, as far as it was looked at. */
export type LiveReadings = {
	/** By the number of the change. */
	readonly bySeq: ReadonlyMap<number, Reading>
	/** Reads again what is read at once; true when something looks different from before. */
	look(): boolean
	/** Reads all of them, whatever it costs. What is slow comes later. */
	lookAtAll(): void
}

/** `onNews`: something that was slow to read looks different from before. */
export function createReadings(kernel: KernelFiles, book: Book, onNews: () => void): LiveReadings {
	const bySeq = new Map<number, Reading>()
	/** Changes whose reading is being waited for. */
	const waiting = new Set<number>()
	let looks = 0

	/** Answers whether it is news; undefined while it is waited for. */
	const take = (seq: number, now: Later<Reading>): boolean | undefined => {
		if (!(now instanceof Promise)) {
			const isNew = JSON.stringify(now) !== JSON.stringify(bySeq.get(seq))
			bySeq.set(seq, now)
			return isNew
		}
		waiting.add(seq)
		// A look that ends in an error of ours is one that saw nothing.
		const seen = now.catch((error: unknown): Reading => ({ kind: 'unreadable', code: errorCode(error) }))
		after(seen, (reading) => {
			waiting.delete(seq)
			const isHeld = inForce(book.lease()).some((entry) => entry.seq === seq)
			if (isHeld && take(seq, reading) === true) onNews()
		})
		return undefined
	}

	const read = (isFarToo: boolean): boolean => {
		let isNew = false
		for (const { seq, knob: id, phase } of inForce(book.lease())) {
			// What it reads while it is being made says nothing of it, and may be known only when it is made.
			if (phase === 'intended') continue
			const knob = knobById(id)
			const isKnown = bySeq.has(seq) && !isFarToo
			if (knob === undefined || waiting.has(seq) || (isKnown && kernel.isFar(knob))) continue
			if (take(seq, kernel.read(knob)) === true) isNew = true
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
