import type { Clock } from '../../model/clock.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'
import { INITIAL_NETNS } from './find-netns.ts'

const FILE = '/proc/sys/net/netfilter/nf_log_all_netns'
const FRESH_MS = 15_000
/** After a failure: without the right to enter, asking every few seconds helps nobody. */
const RETRY_MS = 60_000
const CHILD_MS = 2_000

export type AllNetnsReader = (fresh?: 'fresh') => Promise<string | undefined>

/**
 * nf_log_all_netns as it reads in the initial network namespace, from another one. The file decides whether a
 * candidate is the initial one: it exists nowhere else. A child for each read, so an answer is used for 15 s.
 */
export function createAllNetnsReader(tools: ToolPath, clock: Clock): AllNetnsReader {
	let answer: { readonly value: string | undefined; readonly until: number } | undefined
	let candidates: readonly string[] = INITIAL_NETNS

	const ask = async (): Promise<string | undefined> => {
		const nsenter = tools.find('nsenter')
		if (nsenter === undefined) return undefined
		for (const candidate of candidates) {
			const done = await toolAnswer(tools, nsenter, [`--net=${candidate}`, '--', 'cat', FILE], {
				timeoutMs: CHILD_MS,
				maxBuffer: 1_000,
			})
			if (!done.failed) {
				candidates = [candidate]
				return done.stdout
			}
		}
		return undefined
	}

	return async (fresh) => {
		const now = clock.monotonic()
		if (fresh === undefined && answer !== undefined && now < answer.until) return answer.value
		const value = await ask()
		answer = { value, until: now + (value === undefined ? RETRY_MS : FRESH_MS) }
		return value
	}
}
