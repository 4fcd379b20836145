import type { Elsewhere, Rule, Ruleset } from './rule.ts'

/** A packet that is INVALID can match it because of its state, however that is spelled. */
export function matchesInvalid({ state }: Pick<Rule, 'state'>): boolean {
	return state !== null && (state.states.includes('invalid') || state.viaSet !== null)
}

/** What is shown: rules that act on INVALID packets, those that may, and those that log or trace. */
export const isShown = (rule: Pick<Rule, 'state' | 'log' | 'hidden'>): boolean =>
	matchesInvalid(rule) || rule.hidden !== undefined || rule.log !== null

/** What keeps anybody from saying that no other rule matches INVALID. */
export type RuleGaps = {
	/** Rules that ask for a state which is not told. */
	readonly hidden: readonly Rule[]
	/** Lines that could not be understood, and the first of them. */
	readonly unread: number
	readonly firstUnread: string
	/** What is not in the text at all. */
	readonly elsewhere: readonly Elsewhere[]
}

/** Every rule is in the text, and was read; what one of them asks of the state may still be hidden. */
export const isWhole = ({
	unread,
	unreadCount = unread.length,
	elsewhere = [],
}: Pick<Ruleset, 'unread' | 'unreadCount' | 'elsewhere'>): boolean =>
	unreadCount === 0 && elsewhere.length === 0

/** Undefined: all that was there was understood. */
export function gapsOf({
	rules,
	unread,
	unreadCount = unread.length,
	elsewhere = [],
}: Pick<Ruleset, 'rules' | 'unread' | 'unreadCount' | 'elsewhere'>): RuleGaps | undefined {
	const hidden = rules.filter((rule) => rule.hidden !== undefined)
	if (hidden.length === 0 && unreadCount === 0 && elsewhere.length === 0) return undefined
	return { hidden, unread: unreadCount, firstUnread: unread[0] ?? '', elsewhere }
}
