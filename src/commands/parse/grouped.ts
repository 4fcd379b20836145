import { NOT_KNOWN } from '../../investigation/who/grouping.ts'
import { NOBODY, type SeenPacket, type WhoLimits, whoWith, within } from '../../investigation/who/tally.ts'
import type { Grouping } from '../../model/grouping.ts'
import { visible } from '../../words/visible.ts'
import { JSON_VERSION } from '../common/version.ts'
import { type Groups, groupsOf } from '../who/groups.ts'
import type { ReadLine } from './reader.ts'

/** More than a live host keeps: a log of months is read once. */
const LIMITS: WhoLimits = { groups: 2_000, distinct: 20_000, kept: 500_000, reasons: 8, flows: 12 }
/** Packets that are taken at once. */
const BATCH = 2_000

/** The packet lines of a log by who they are of, in bounded memory: those of conntrack, of helpers and of rules. */
export class ParseGroups {
	#who = NOBODY
	#batch: SeenPacket[] = []
	#count = 0
	readonly #by: Grouping

	constructor(by: Grouping) {
		this.#by = by
	}

	add({ log, reason, of }: ReadLine): void {
		const told = of ?? { log, reason }
		if (!('line' in told.log)) return
		const { packet, prefix } = told.log.line
		const what = told.reason === undefined ? prefix : `${told.reason.protocol} ${told.reason.title}`
		const times = log.times ?? 1
		// No line says of which network namespace it is.
		this.#batch.push({ packet, what: visible(what), isSilent: false, netns: NOT_KNOWN, times })
		this.#count += times
		if (this.#batch.length >= BATCH) this.#take()
	}

	#take(): void {
		this.#who = whoWith(this.#who, this.#batch, 0, LIMITS)
		this.#batch = []
	}

	groups(): Groups {
		this.#take()
		const parts = within(this.#who[this.#by], { told: this.#count, silent: 0 })
		return groupsOf([parts], this.#by, LIMITS.groups)
	}
}

/** One object for the whole log. */
export const groupsJson = (groups: Groups): string => JSON.stringify({ v: JSON_VERSION, ...groups })
