import { isIP } from 'node:net'
import { parseHostsAnswer } from '../../kernel/network/getent-hosts.ts'
import type { NameAnswer } from '../../model/names.ts'
import * as english from '../../words/english/host/network.ts'
import { visible } from '../../words/visible.ts'
import { toolAnswer } from '../tools/tool-answer.ts'
import type { ToolPath } from '../tools/tool-path.ts'

/** A resolver may try several servers for long; a name is worth no more than this. */
const TIMEOUT_MS = 3_000
const LIMITS = { timeoutMs: TIMEOUT_MS, maxBuffer: 65_536 }
/** getent: the key was not found. */
const NOT_FOUND = 2

/**
 * Asks the name service of this host, as its resolver is set up: that may send packets to name servers, so it is done for
 * somebody who asks, for one address, and never by itself. Ends in 4 s at the latest.
 */
export async function nameOf(tools: ToolPath, address: string, signal?: AbortSignal): Promise<NameAnswer> {
	if (isIP(address) === 0) return { kind: 'failed', why: english.isNoAddress }
	const getent = tools.find('getent')
	if (getent === undefined) return { kind: 'failed', why: english.getentIsMissing }
	const answer = await toolAnswer(tools, getent, ['hosts', address], { ...LIMITS, signal })
	if (answer.isLate === true) return { kind: 'late', seconds: TIMEOUT_MS / 1000 }
	if (answer.exitCode === NOT_FOUND) return { kind: 'none' }
	if (answer.failed) return { kind: 'failed', why: visible(answer.stderr.trim()) }
	const name = parseHostsAnswer(answer.stdout)
	return name === undefined ? { kind: 'none' } : { kind: 'named', name }
}
