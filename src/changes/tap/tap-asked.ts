import * as english from '../../words/english/changes/tap.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import {
	TAP_HOOKS,
	TAP_LEVELS,
	TAP_OPTIONS,
	TAP_STATES,
	type Tap,
	type TapHook,
	type TapKind,
	type TapMatch,
	tapOf,
	tapProblem,
} from './tap.ts'
import { readTyped } from './tap-typed.ts'

/** What the command line says of the taps that are wanted. */
export type TapAsked = {
	readonly kind: TapKind
	/** Of `--hook`, commas between them; empty: not said. */
	readonly hooks: readonly string[]
	/** Of each `--state`: `new`, or several with commas that one tap has together. */
	readonly states: readonly string[]
	/** `10/second` or `5/minute`. */
	readonly rate?: string | undefined
	readonly burst?: number | undefined
	readonly level?: string | undefined
	/** Of `--log`, commas between them. */
	readonly options: readonly string[]
	readonly prefix?: string | undefined
	/** `kmsg`, `nflog` (group 0, which we read) or `nflog:N`. */
	readonly to?: string | undefined
	/** The rule, as it was typed. */
	readonly rule: string
	/** What was said of the packets besides. */
	readonly match?: TapMatch
}

const usage = (message: string, next = english.ctscopeTapHelpShowsExamples) =>
	fail({ kind: 'usage', message, next })

/** The taps, one for each `--state`; or which word is wrong. */
export function tapsAsked(asked: TapAsked): Result<readonly Tap[]> {
	const typed = asked.rule.trim() === '' ? undefined : readTyped(asked.rule)
	if (typed?.ok === false) return usage(typed.why)
	const rule = typed?.ok === true ? typed.rule : undefined
	const hooks = listed('hook', asked.hooks, TAP_HOOKS)
	if (!hooks.ok) return hooks
	const options = listed('log', asked.options, TAP_OPTIONS)
	if (!options.ok) return options
	const level = asked.level === undefined ? ok([]) : listed('level', [asked.level], TAP_LEVELS)
	if (!level.ok) return level
	const to = placeOf(asked.to)
	if (!to.ok) return to
	const rate = rateOf(asked)
	if (!rate.ok) return rate
	const taps: Tap[] = []
	for (const word of asked.states.length === 0 ? [''] : asked.states) {
		const states = listed('state', word === '' ? [] : word.toLowerCase().split(','), TAP_STATES)
		if (!states.ok) return states
		const given = states.value.length === 0 ? (rule?.states ?? []) : states.value
		const where =
			hooks.value.length > 0 ? hooks.value : rule?.hooks.length ? rule.hooks : usualHooks(asked.kind)
		const tap = tapOf({
			kind: asked.kind,
			hooks: where,
			states: asked.kind === 'trace' && given.length === 0 && rule === undefined ? ['invalid'] : given,
			match: { ...rule?.match, ...asked.match },
			options: options.value,
			...(to.value === undefined ? {} : { to: to.value }),
			...(rate.value === undefined ? {} : { rate: rate.value }),
			...(level.value[0] === undefined ? {} : { level: level.value[0] }),
			...(asked.prefix === undefined ? {} : { prefix: asked.prefix }),
		})
		const problem = tapProblem(tap)
		if (problem !== undefined) return usage(problem)
		taps.push(tap)
	}
	return ok(taps)
}

function placeOf(text: string | undefined): Result<Tap['to'] | undefined> {
	if (text === undefined || text === '') return ok(undefined)
	const [, group] = /^nflog(?::(\d{1,5}))?$/.exec(text) ?? []
	if (text === 'kmsg') return ok({ kind: 'kmsg' })
	if (!text.startsWith('nflog') || (text !== 'nflog' && group === undefined))
		return usage(english.toGiveKmsgNflogOr(text))
	return ok({ kind: 'nflog', group: Number(group ?? 0) })
}

/** Where a rule without a chain would most often stand. A trace begins where packets come in or start. */
function usualHooks(kind: TapKind): readonly TapHook[] {
	if (kind === 'trace') return ['prerouting', 'output']
	return kind === 'count' ? TAP_HOOKS : ['input']
}

function listed<T extends string>(
	name: string,
	words: readonly string[],
	known: readonly T[],
): Result<readonly T[]> {
	const wrong = words.find((word) => !(known as readonly string[]).includes(word))
	if (wrong !== undefined) return usage(english.give(name, wrong, known.join(', ')))
	return ok(known.filter((word) => words.includes(word)))
}

function rateOf({ kind, rate, burst }: TapAsked): Result<Tap['rate'] | undefined> {
	if (rate === undefined && burst === undefined) return ok(undefined)
	const usual = tapOf({ kind, hooks: ['input'] }).rate
	const [, packets, per] =
		/^(\d{1,4})\/(second|minute|s|m|sec|min)$/.exec(rate ?? `${usual.packets}/${usual.per}`) ?? []
	if (packets === undefined) return usage(english.rateGivePacketsPerSecond(rate))
	return ok({
		packets: Number(packets),
		per: per?.startsWith('s') ? 'second' : 'minute',
		burst: burst ?? usual.burst,
	})
}
