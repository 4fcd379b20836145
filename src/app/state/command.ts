import type { ActionBody } from './actions.ts'
import { type CommandId, keysOf, type ScreenId } from './bindings.ts'
import type { State } from './state.ts'

/** Something that can be asked for with a key, in the command list, or by both. */
export type Command = {
	readonly id: CommandId
	/** See bindings.ts. The first one is shown. */
	readonly keys: readonly string[]
	/** A full plain sentence without its full stop, for help, the command list and docs/screens.md. */
	readonly title: string
	/** The word of the footer; undefined keeps the command out of it. */
	readonly short: string | undefined
	/** The word instead of it, where what the key does depends on where one is. */
	shortNow(state: State): string | undefined
	/** Further words that people look for it with. */
	readonly also: string
	/** Order in the footer, smallest first. */
	readonly rank: number
	/** What stays when the footer is too long: smallest first. The way out stays longest. */
	importance(screen: ScreenId): number
	readonly on: 'all' | readonly ScreenId[]
	/** Writes to the kernel, so it needs read-write. */
	readonly changes: boolean
	/** Why it cannot run now, in words; undefined when it can. Read-only mode is among the reasons. */
	disabledReason(state: State): string | undefined
	action(state: State): ActionBody | undefined
}

export type Rule = {
	readonly title: string
	readonly short?: string
	readonly shortNow?: (state: State) => string | undefined
	readonly also?: string
	readonly rank?: number
	readonly importance?: number | ((screen: ScreenId) => number)
	readonly on?: readonly ScreenId[]
	readonly changes?: boolean
	readonly unless?: (state: State) => string | undefined
	readonly does: ActionBody | ((state: State) => ActionBody | undefined)
}

export function command(id: CommandId, rule: Rule): Command {
	const { does, unless, shortNow, rank = 99, importance = rank } = rule
	return {
		id,
		keys: keysOf(id),
		title: rule.title,
		short: rule.short,
		shortNow: (state) => shortNow?.(state) ?? rule.short,
		also: rule.also ?? '',
		rank,
		importance: typeof importance === 'function' ? importance : () => importance,
		on: rule.on ?? 'all',
		changes: rule.changes ?? false,
		disabledReason: (state) => unless?.(state),
		action: typeof does === 'function' ? does : () => does,
	}
}
