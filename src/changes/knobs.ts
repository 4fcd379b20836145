import type { Knob, KnobId } from '../model/knob.ts'
import * as english from '../words/english/changes/changes.ts'
import type { Kind, Where } from './kinds/kind.ts'
import { KINDS, kindOf } from './kinds/kinds.ts'
import { LOGGERS } from './kinds/logger.ts'
import { PRINTK_LEVELS } from './kinds/printk-level.ts'
import { ALL_NETNS, BEHAVIOUR, LOG_INVALID } from './kinds/sysctls.ts'

/** Knobs that are in a list, in the order in which people read them. */
export const KNOBS: readonly Knob[] = [
	LOG_INVALID,
	...LOGGERS,
	ALL_NETNS,
	PRINTK_LEVELS,
	...BEHAVIOUR,
	...Object.values(KINDS).flatMap(({ listed = [] }) => listed),
]

const BY_ID: ReadonlyMap<KnobId, Knob> = new Map(KNOBS.map((knob) => [knob.id, knob]))
const NAMED: readonly Kind[] = Object.values(KINDS).filter(({ named }) => named !== undefined)

const kindNamed = (id: KnobId): Kind | undefined =>
	NAMED.find(({ named }) => named !== undefined && id.startsWith(named.prefix))

/** Those in the list, and what a kind knows by name: `printk:SITE`, `module:NAME`, `mount:debugfs`, `table:NAME`. */
export function knobById(id: KnobId): Knob | undefined {
	const listed = BY_ID.get(id)
	if (listed !== undefined) return listed
	const named = kindNamed(id)?.named
	return named?.knob(id.slice(named.prefix.length))
}

/** The kind that an id is of, also when there is no such knob. */
export function kindOfId(id: KnobId): Kind | undefined {
	const knob = BY_ID.get(id)
	return knob === undefined ? kindNamed(id) : kindOf(knob)
}

/**
 * The one spelling of a value: decimal without leading zeros, the name of a logger, four numbers with single blanks.
 * Undefined for text that cannot be such a value. Whether the kernel would take it is another question: see
 * `valueProblem`.
 */
export const canonical = (knob: Knob, text: string): string | undefined => kindOf(knob).canonical(text)

/** Why `value` must not be written to the knob, in words; undefined when it may. `from` is the value it has now. */
export const valueProblem = (knob: Knob, value: string, from: string): string | undefined =>
	canonical(knob, value) === value
		? kindOf(knob).problem(knob, value, from)
		: english.isNotAValueOf(JSON.stringify(value), knob.sysctl)

/** Whether `now` is what the kernel makes of our writing `value`. */
export const isWrittenAs = (knob: Knob, value: string, now: string): boolean =>
	now === value || kindOf(knob).isWrittenAs?.(value, now) === true

/**
 * Whether, in what `value` and `other` differ, the knob reads as `value`. Of a call site that is some of its flags: what
 * else somebody does to it is not looked at.
 */
export const readsAs = (knob: Knob, value: string, other: string, now: string): boolean =>
	(kindOf(knob).withPart?.(now, value, other) ?? value) === now

/** Which reasons do not reach us because of this value, in one or two words; empty when it hides none. */
export function hidesReasons(id: KnobId, value: string, initial: boolean, readsNflog = false): string {
	const where: Where = { initial, readsNflog }
	const knob = knobById(id)
	return knob === undefined ? '' : (kindOf(knob).hides?.(knob, value, where) ?? '')
}
