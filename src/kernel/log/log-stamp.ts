import { scanOf } from '../bytes/scan.ts'
import { headOf, type Stamp } from './head.ts'
import { lineOf } from './plain-line.ts'
import { mayBeWrapped, unwrapped } from './unwrap.ts'

export type { Stamp } from './head.ts'

/** Cuts what stands before a message: any of the usual heads, several behind one another, none, or one that is not known. Never fails. */
export function splitStamp(line: string): { readonly stamp: Stamp; readonly text: string } {
	const head = headOf(scanOf(line))
	const { stamp, scan, at, ahead } = head
	if (mayBeWrapped(lineOf(line, head), head)) {
		const { found, text } = unwrapped(line, line, 0)
		return { stamp: found.stamp, text }
	}
	const text = scan.text.slice(at)
	return { stamp, text: ahead === '' ? text : `${ahead} ${text}` }
}
