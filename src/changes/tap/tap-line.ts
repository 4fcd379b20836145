import type { Tap } from './tap.ts'

/** The tap that a line of the kernel log, or a message of NFLOG, comes from: they begin with its prefix. */
export function tapOfText(text: string, taps: readonly Tap[]): Tap | undefined {
	return taps.find(({ kind, prefix }) => (kind === 'tap' || kind === 'preview') && text.startsWith(prefix))
}
