import * as english from '../../words/english/host/nflog.ts'
import type { Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'

const MEANINGS: readonly (readonly [RegExp, (said: string) => Failure])[] = [
	[
		/Operation not permitted|don't have permission|apply bounding set/i,
		() => ({
			kind: 'not-permitted',
			what: 'tcpdump -i nflog:0',
			need: english.rootWithCapNetAdmin,
		}),
	],
	[
		/Device or resource busy/i,
		() => ({
			kind: 'usage',
			message: english.netlinkGroup0HasA,
			next: english.stopItOrTakeThe,
		}),
	],
	[
		/No such device|Can't get netfilter group|Protocol not supported|No such file or directory/i,
		(said) => ({
			kind: 'unsupported',
			what: english.readingNfnetlinkLogWithTcpdump,
			why: said,
		}),
	],
]

/** Lines that it says of itself at its start and its end. */
const NO_COMPLAINT = /^ctscope: ready$|listening on|^\d+ packets? (captured|received|dropped)|data link type/

/** Why a reader ended, from what it said. */
export function readerFailure(
	command: readonly string[],
	exitCode: number | undefined,
	stderr: string,
): Failure {
	const lines = stderr.split('\n').map((line) => line.trim())
	const complaint = lines.find((line) => line !== '' && !NO_COMPLAINT.test(line)) ?? ''
	const said = visible(complaint).slice(0, 300)
	const meaning = MEANINGS.find(([form]) => form.test(said))?.[1]
	return meaning?.(said) ?? { kind: 'tool-failed', command, exitCode, stderr: said }
}
