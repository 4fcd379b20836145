/** So many lines are remembered; of what comes later each counts. */
const MOST = 400_000

/**
 * Lines that stand in two files of one host (the journal and /var/log/messages) are one: of each text the file with the most counts.
 * Within one file a text that comes again is another line.
 */
export function createDuplicates() {
	const most = new Map<number, number>()
	let own = new Map<number, number>()
	let files = 0
	let doubled = 0
	return {
		/** What follows is of another file. */
		next(): void {
			own = new Map()
			files += 1
		},
		/** Whether a file before had this line already. */
		isTwice(text: string): boolean {
			const key = hashOf(text)
			const here = (own.get(key) ?? 0) + 1
			own.set(key, here)
			const before = most.get(key) ?? 0
			if (here <= before) {
				doubled += 1
				return true
			}
			if (before > 0 || most.size < MOST) most.set(key, here)
			if (own.size > MOST) own.clear()
			return false
		},
		get doubled() {
			return files < 2 ? 0 : doubled
		},
	}
}

/** 53 bits of two multiplicative hashes: of 400 000 lines no two alike by chance. */
export function hashOf(text: string): number {
	let one = 0xdeadbeef
	let other = 0x41c6ce57
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at)
		one = Math.imul(one ^ code, 0x9e3779b1)
		other = Math.imul(other ^ code, 0x5f356495)
	}
	return (other >>> 0) * 0x20_0000 + ((one >>> 0) & 0x1f_ffff)
}
