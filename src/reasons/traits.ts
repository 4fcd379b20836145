import type { PacketLine } from '../kernel/packet/packet-line.ts'
import type { Reason } from './shape/reason.ts'
import { findEntry } from './texts/catalogue.ts'

/**
 * What the texts of a kernel show about it. Distributions backport freely, so `uname -r` says nothing here: only a
 * text that the kernel has printed does.
 */
export type KernelTraits = {
	/** What it does with packets just beside the TCP window: INVALID up to 6.0, let through from 6.1 on. */
	readonly windowVerdict: 'invalid' | 'accepted' | undefined
	/** The verdict was seen in the window check itself, not concluded from the age of another text. */
	readonly sure?: true
	/** It prints `invalid new` (6.8 and later): before, those packets are INVALID without a log line. */
	readonly tellsNew?: true
}

export const NO_TRAITS: KernelTraits = { windowVerdict: undefined }

/** Texts of the window check: rewritten together with its verdicts in 6.1 (net/netfilter/nf_conntrack_proto_tcp.c). */
const WINDOW: ReadonlyMap<string, 'invalid' | 'accepted'> = new Map([
	...[
		'tcp-win-seq-over',
		'tcp-win-ack-over',
		'tcp-win-seq-under',
		'tcp-win-ack-under',
		'tcp-lower-timeout',
		'tcp-lower-timeout-old',
	].map((id) => [id, 'accepted'] as const),
	...[
		'tcp-win-seq-over-old',
		'tcp-win-ack-over-old',
		'tcp-win-seq-under-old',
		'tcp-win-ack-under-old',
		'tcp-win-bug',
	].map((id) => [id, 'invalid'] as const),
])

/** Texts that came after the change, or went before it. A backport of one alone would mislead: a text of the window check wins. */
const AGE: ReadonlyMap<string, 'invalid' | 'accepted'> = new Map([
	['tcp-new', 'accepted'],
	['sctp-basic', 'accepted'],
	['sctp-vtag', 'accepted'],
	['sctp-state', 'accepted'],
	['tcp-state-old', 'invalid'],
	['tcp-ign-old', 'invalid'],
])

/** Releases that came with it: later ones of any distribution have it too, and older ones may have it. */
const ACCEPTS_WINDOWS = 6.01
const TELLS_NEW = 6.08

/** What the number of a kernel settles before it has printed anything: what a release has, later ones have. */
export function traitsOfRelease(traits: KernelTraits, release: string): KernelTraits {
	const [, major = 0, minor = 0] = (/^(\d+)\.(\d{1,2})(?!\d)/.exec(release) ?? []).map(Number)
	const number = major + minor / 100
	if (number < ACCEPTS_WINDOWS) return traits
	return {
		...traits,
		windowVerdict: traits.windowVerdict ?? 'accepted',
		...(number >= TELLS_NEW ? { tellsNew: true } : {}),
	}
}

/** What is known after this line too. The same object when it teaches nothing. */
export function learn(traits: KernelTraits, line: PacketLine): KernelTraits {
	if (traits.sure === true && traits.tellsNew === true) return traits
	return learnText(traits, findEntry(line)?.id)
}

/** The same of the text with this id in the catalogue. */
export function learnText(traits: KernelTraits, id: string | undefined): KernelTraits {
	if (id === undefined || (traits.sure === true && traits.tellsNew === true)) return traits
	const tellsNew = id === 'tcp-new' ? ({ tellsNew: true } as const) : {}
	const shown = WINDOW.get(id) ?? (id.startsWith('legacy-') ? 'invalid' : undefined)
	if (shown !== undefined) {
		if (traits.sure === true) return traits
		return { ...traits, windowVerdict: shown, sure: true }
	}
	const guessed = AGE.get(id)
	if (guessed === undefined) return traits
	if (traits.windowVerdict !== undefined && (traits.tellsNew === true || tellsNew.tellsNew !== true))
		return traits
	return { ...traits, ...tellsNew, windowVerdict: traits.windowVerdict ?? guessed }
}

/** The reason with its verdict decided, where the kernel has shown its generation meanwhile. */
export function settled(reason: Reason, traits: KernelTraits): Reason {
	if (reason.verdict !== 'depends' || traits.windowVerdict === undefined) return reason
	return { ...reason, verdict: traits.windowVerdict }
}
