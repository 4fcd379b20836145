import type { KernelText } from '../shape/reason.ts'

/** What people put in the place of what they leave out. */
const ELIDED =
	/^\s*(?:\.{2,}|\u2026|[[(<{]\s*(?:\.{2,}|\u2026|snip(?:ped)?|cut|omitted|truncated|redacted)\s*[\])>}]|-{2,}|\*{3,}|~{2,})/i

/** What people put in the place of a number or a name that is nobody's business. */
const MASK = '[XxNn#*?_]{1,24}|<[^<>]{1,24}>|\\{[^{}]{1,24}\\}|\\[[A-Za-z#*.]{1,12}\\]'

const VALUES: Readonly<Record<string, RegExp>> = {
	'%d': new RegExp(`-?\\d{1,10}|${MASK}`, 'y'),
	'%u': new RegExp(`\\d{1,10}|${MASK}`, 'y'),
	'%x': new RegExp(`[\\da-fA-F]{1,8}|${MASK}`, 'y'),
	'%s': /\S{1,40}/y,
	'%pI4': /\S{1,45}/y,
	'%pI6': /\S{1,45}/y,
}

/** Fewer characters tell nothing: they begin too much else that a kernel to come may say. */
const LEAST = 5
const LONGEST = 400

export type Loose = {
	readonly entry: KernelText
	/** The text is only the beginning of the kernel's. */
	readonly cut: boolean
}

type Reach = {
	readonly entry: KernelText
	/** Characters of the text that are the kernel's. */
	readonly length: number
	readonly whole: boolean
	/** What stands behind the place where something was left out. */
	readonly tail: string
}

/**
 * The entry for a text that people have changed: with masked numbers, with its end or its middle left out. The longest
 * beginning decides when only one reason has it; undefined when several have, or when other words follow.
 */
export function findLoosely(texts: readonly KernelText[], body: string): Loose | undefined {
	const text = body.slice(0, LONGEST).replaceAll(/\s+/g, ' ').trim()
	const reaches = texts.map((entry) => reachOf(entry, text)).filter((one) => one !== undefined)
	const whole = reaches.find((one) => one.whole)
	if (whole !== undefined) return { entry: whole.entry, cut: false }
	const longest = Math.max(0, ...reaches.map(({ length }) => length))
	if (longest < LEAST) return undefined
	const best = reaches.filter(({ length }) => length === longest)
	const [first, ...others] = withTail(best)
	const id = (one: Reach | undefined) => one?.entry.like ?? one?.entry.id
	return first === undefined || others.some((one) => id(one) !== id(first))
		? undefined
		: { entry: first.entry, cut: true }
}

/** Those whose text ends like this one, where there is an end and that tells them apart. */
function withTail(reaches: readonly Reach[]): readonly Reach[] {
	const ending = reaches.filter(({ entry, tail }) => tail !== '' && entry.format.endsWith(tail))
	return ending.length > 0 ? ending : reaches
}

/** How far the text is this one's; undefined when what follows is neither nothing nor something left out. */
function reachOf(entry: KernelText, text: string): Reach | undefined {
	let at = 0
	for (const part of entry.format.split(/(%pI[46]|%[dusx])/)) {
		const value = VALUES[part]
		const length = value === undefined ? sameLength(part, text, at) : valueLength(value, text, at)
		at += length
		if (value === undefined ? length < part.length : length === 0) return reached(entry, text, at)
	}
	const rest = text.slice(at)
	return /^[\s.,;:!"']*$/.test(rest) || ELIDED.test(rest)
		? { entry, length: at, whole: true, tail: '' }
		: undefined
}

function reached(entry: KernelText, text: string, at: number): Reach | undefined {
	const rest = text.slice(at)
	const elided = ELIDED.exec(rest)
	if (rest !== '' && elided === null) return undefined
	const tail = rest.slice(elided?.[0].length ?? 0).trim()
	// `(...)`: the bracket that closes is behind the dots.
	return { entry, length: at, whole: false, tail: tail.length > 3 ? tail : '' }
}

function sameLength(part: string, text: string, at: number): number {
	let length = 0
	while (length < part.length && text[at + length] === part[length]) length++
	return length
}

function valueLength(value: RegExp, text: string, at: number): number {
	value.lastIndex = at
	return value.exec(text)?.[0].length ?? 0
}
