import { createReasoning } from '../../app/log/classifying.ts'
import { keyOf } from '../../app/log/reasons.ts'
import { type LedgerStory, ledgerStory } from '../../investigation/join/window-ledger.ts'
import { parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { Reason } from '../../reasons/classify.ts'
import { NO_TRAITS } from '../../reasons/traits.ts'

export type Ledgers = {
	take(events: readonly LogEvent[]): void
	of(reason: Reason): LedgerStory | null
}

/** Of each reason the last ledger, and one that says something rather than one that does not. */
export function createLedgers(): Ledgers {
	const reasoning = createReasoning({ traits: NO_TRAITS })
	const byReason = new Map<string, LedgerStory>()
	return {
		take(events) {
			for (const event of events) {
				if (event.kind !== 'probe' || event.message.entry === null) continue
				const story = ledgerStory(event.message.entry)
				const line = story && parsePacketLine(event.message.text)
				if (story === undefined || line === undefined) continue
				const key = keyOf(reasoning.reasonOf(line, event.message.at))
				const before = byReason.get(key)
				if (before === undefined || story.says.length >= before.says.length) byReason.set(key, story)
			}
		},
		of: (reason) => byReason.get(keyOf(reason)) ?? null,
	}
}
