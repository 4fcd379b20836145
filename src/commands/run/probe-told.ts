import { createReasoning } from '../../app/log/classifying.ts'
import { keyOf } from '../../app/log/reasons.ts'
import { createObituaries, type Obituary } from '../../investigation/join/obituary.ts'
import { type LedgerStory, ledgerStory } from '../../investigation/join/window-ledger.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { ProbeMessage } from '../../kernel/probes/probe-message.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { Reason } from '../../reasons/classify.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'

/** What probes tell beyond reasons. */
export type ProbeTold = {
	take(events: readonly LogEvent[]): void
	/** Of each reason the last ledger, and one that says something rather than one that does not. */
	ledgerOf(reason: Reason): LedgerStory | null
	/** Who ended the entries of packets that came without one. */
	obituaries(): readonly Obituary[]
}

export function createProbeTold(): ProbeTold {
	const reasoning = createReasoning({ traits: NO_TRAITS })
	const ledgers = new Map<string, LedgerStory>()
	const obituaries = createObituaries()

	const takeMessage = ({ text, at, entry }: ProbeMessage): void => {
		const line = parsePacketLine(text)
		if (line === undefined) return
		if (entry?.isConfirmed !== true) obituaries.came(line.packet, at * 1000)
		const story = entry === null ? undefined : ledgerStory(entry)
		if (story === undefined) return
		const key = keyOf(reasoning.reasonOf(line, at))
		const before = ledgers.get(key)
		if (before === undefined || story.says.length >= before.says.length) ledgers.set(key, story)
	}

	return {
		take(events) {
			for (const event of events) {
				if (event.kind === 'probe-end') obituaries.ended(event.ended)
				else if (event.kind === 'probe' || event.kind === 'silent') takeMessage(event.message)
			}
		},
		ledgerOf: (reason) => ledgers.get(keyOf(reason)) ?? null,
		obituaries: obituaries.all,
	}
}
