import type { NflogMessage } from '../../kernel/nflog/nflog-message.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { CapturedPacket } from '../../ports/recorder.ts'
import type { Reason } from '../../reasons/classify.ts'
import { packetComment } from '../../reasons/packet-comment.ts'
import * as english from '../../words/english/app/commands.ts'
import { createReasoning } from '../log/classifying.ts'
import { keyOf, OTHERS } from '../log/reasons.ts'
import { entryWords } from '../screens/log/rows.ts'
import { watchPane } from '../screens/watch/rows.ts'
import { filterFor } from '../state/filter.ts'
import type { State } from '../state/state.ts'

/** Why no capture file can be written now; undefined when one can. */
export function whyNotCapture(state: State): string | undefined {
	const { nflog, way, screen } = state
	if (nflog.messages === 0)
		return way?.source === 'nflog'
			? english.noPacketCameFromNflog
			: way?.source === 'probe'
				? english.probesHaveNoWholePackets
				: english.theKernelLogHasNo
	if (screen !== 'watch') return undefined
	return chosenReasons(state).length > 0 ? undefined : english.noReasonIsSelected
}

type Accepts = (message: NflogMessage, reason: Reason) => boolean

/**
 * Of the packets that are kept those of the marked reasons or of the selected one, or on the log those that pass its filter, with what is to
 * stand beside each. The lines are read again: keeping what was made of each of them would cost more than it spares.
 */
export function capturedPackets(state: State, kept: readonly NflogMessage[]): readonly CapturedPacket[] {
	const accepts = state.screen === 'watch' ? ofChosenReasons(state) : throughFilter(state)
	const reasoning = createReasoning({ traits: state.traits })
	return kept.flatMap((message): CapturedPacket[] => {
		const line = parsePacketLine(message.text)
		if (line === undefined || message.packet.length === 0) return []
		const reason = reasoning.reasonOf(line, message.at)
		return accepts(message, reason) ? [{ message, comment: packetComment(line, reason) }] : []
	})
}

/** Keys of the marked reasons, or of the selected one. */
function chosenReasons(state: State): readonly string[] {
	const { rows, selected } = watchPane(state)
	const { marks } = state.panes.watch
	const chosen = marks.length === 0 ? rows.slice(Math.max(0, selected), selected + 1) : rows
	return chosen.flatMap(({ key, item }) =>
		item.kind === 'reason' && (marks.length === 0 || marks.includes(key)) ? [key] : [],
	)
}

function ofChosenReasons(state: State): Accepts {
	const keys = new Set(chosenReasons(state))
	const known = new Set(state.reasons.map((row) => row.key))
	return (_message, reason) => {
		const own = keyOf(reason)
		return keys.has(own) || (keys.has(OTHERS) && !known.has(own))
	}
}

function throughFilter({ panes }: State): Accepts {
	const filter = filterFor(panes.log.filter, panes.log.inverted)
	return ({ text }, reason) => filter.empty || filter.accepts(entryWords({ text, reason }))
}

/** `ctscope-web-07-20261123-140612.pcapng`, in local time: it is to sort beside the logs of this host. */
export function captureName({ facts, wall }: Pick<State, 'facts' | 'wall'>): string {
	const host = (facts?.hostname ?? 'host').replaceAll(/[^\w.-]/g, '_').slice(0, 64)
	const date = new Date(wall)
	const two = (value: number) => String(value).padStart(2, '0')
	const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
	const time = `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
	return `ctscope-${host}-${day}-${time}.pcapng`
}
