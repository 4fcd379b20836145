import { readFileSync } from 'node:fs'
import * as english from '../../words/english/host/conntrack.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'

/** Longer than any ruleset that was seen; a mistake would else fill the memory. */
const LONGEST = 64 * 1024 * 1024

/** A listing that somebody saved or pasted; `-` is standard input. */
export function readListing(path: string): Result<string> {
	try {
		const text = readFileSync(path === '-' ? 0 : path, 'utf8')
		if (text.length <= LONGEST) return ok(text)
		return fail({
			kind: 'usage',
			message: english.isLongerThan64Mb(visible(path)),
			next: english.giveAPartOfIt,
		})
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error)
		return fail({ kind: 'usage', message: english.cannotBeRead(visible(path), visible(why)), next: '' })
	}
}
