import { type LadderInput, ladder, ladderSays, type Rung } from '../../investigation/ladder/ladder.ts'
import type { State } from '../state/state.ts'
import { goesToNflog } from './path.ts'
import { sitesOfNetfilter } from './printing.ts'
import { ourReader } from './why.ts'

/** Every check between a packet and its reason line, in the order in which a line meets them. */
export const checksOf = (state: State): readonly Rung[] => ladder(ladderInput(state))

/** All of them in one sentence: will reasons reach us as things stand? */
export function checksSay(rungs: readonly Rung[]): string {
	const { sentence } = ladderSays(rungs)
	return sentence.endsWith('.') ? sentence : `${sentence}.`
}

/** The checks are those of the way that lines take now. */
function ladderInput(state: State): LadderInput {
	const { facts, settings, log, nflog, counters, table, way } = state
	const walk = table.value
	const value = settings.value
	const nflogAsked = value !== undefined && goesToNflog(value) && nflog.status !== 'off'
	return {
		kernel: facts?.kernel ?? '',
		netns: facts?.netns ?? { inode: 0, name: 'init', initial: true },
		settings: value,
		logFailure: log.failure,
		lost: log.lost,
		packetLines: log.packetLines,
		totals: counters.value?.totals,
		offloaded: walk === undefined ? undefined : walk.ipv4.offload + walk.ipv6.offload,
		source: way?.source ?? (nflogAsked ? 'nflog' : 'kmsg'),
		reader: ourReader(state),
		readerFailure: nflog.failure,
		readerStalled: nflog.stalled ? nflog.unread : 0,
		lostInSocket: nflog.lost,
		sites: sitesOfNetfilter(state),
	}
}
