import type { Failure } from '../../words/failure.ts'
import { visible } from '../../words/visible.ts'

const MEANINGS: readonly (readonly [RegExp, (said: string) => Failure])[] = [
	[
		/Operation not permitted|don't have permission|apply bounding set/i,
		() => ({
			kind: 'not-permitted',
			what: 'tcpdump -i nflog:0',
			need: 'root with CAP_NET_ADMIN in this network namespace',
		}),
	],
	[
		/Device or resource busy/i,
		() => ({
			kind: 'usage',
			message: 'netlink group 0 has a reader already',
			next: 'stop it, or take the kernel log as the source (--source kmsg)',
		}),
	],
	[
		/No such device|Can't get netfilter group|Protocol not supported|No such file or directory/i,
		(said) => ({
			kind: 'unsupported',
			what: 'reading nfnetlink_log with tcpdump',
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
