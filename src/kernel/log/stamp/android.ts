import type { Scan } from '../../bytes/scan.ts'

/** What logcat -v threadtime puts before a message, that of the kernel's buffer included. */
export type Logcat = {
	/** `01-23 12:33:23.123`: without a year. */
	readonly text: string
	readonly level: number | null
	/** Empty for the kernel on some devices. */
	readonly tag: string
	readonly end: number
}

const LOGCAT =
	/(\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3,6}) {1,8}(?:\d{1,7} {1,8}){1,3}([VDIWEF]) {1,8}([^\s:]{0,40}) {0,24}: /y

const LEVELS: Readonly<Record<string, number>> = { V: 7, D: 7, I: 6, W: 4, E: 3, F: 2 }

/**
 * Which processor and which task printed a message, as kernels of devices add it behind the seconds: `.(0)[0:swapper/0]`,
 * `I[3:  swapper/3:    0] `, `c0   1234 ` (vendors' printk.c; no such thing is in the kernel itself).
 */
const TASK =
	/(?:[.-]? ?\(\d{1,3}\)\[\d{1,7}:[^\]]{1,24}\]|[A-Z]? ?\[ ?\d{1,3}: {0,12}[^\]:]{1,24}(?::[^\]:]{1,12})?: {0,8}\d{1,7}\]|c\d{1,2} {1,8}\d{1,7}(?= )) ?/y

const BLANK = 0x20
const ROUND = 0x28
const BRACKET = 0x5b
const LETTER_C = 0x63

export function logcatHead({ text }: Scan, at: number): Logcat | undefined {
	LOGCAT.lastIndex = at
	const found = LOGCAT.exec(text)
	if (found === null) return undefined
	const [whole, time = '', level = '', tag = ''] = found
	return { text: time, level: LEVELS[level] ?? null, tag, end: at + whole.length }
}

/** The end of the task at `at`; `at` where there is none. */
export function taskEnd({ text, codes }: Scan, at: number): number {
	const [first = BLANK, second = BLANK] = [codes[at], codes[at + 1]]
	const isOne =
		first === BRACKET ||
		first === ROUND ||
		second === ROUND ||
		second === BRACKET ||
		(first === LETTER_C && second >= 0x30 && second <= 0x39)
	if (!isOne) return at
	TASK.lastIndex = at
	return at + (TASK.exec(text)?.[0].length ?? 0)
}
