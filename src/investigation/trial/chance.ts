import * as english from '../../words/english/investigation/trial.ts'
import { percent } from '../../words/numbers.ts'
/** What three measurements of the same length say about a setting. */
export type Judgement = {
	/** Packets a second. */
	readonly before: number
	readonly during: number
	readonly after: number
	/** How often chance alone makes such a difference between before and during, 0 to 1. */
	readonly chance: number
	readonly verdict: /** The rate changed with the setting, and came back after it. */
		| 'explains'
		/** It fell by less than half, or is not back, so something else may have moved too. */
		| 'part'
		| 'drifts'
		| 'worse'
		| 'nothing'
		| 'too-few'
	readonly sentence: string
}

/** A difference that chance makes more often than this is no difference. */
const CHANCE = 0.01
/** Fewer seconds, or packets, decide nothing. */
const LEAST_SECONDS = 5
const LEAST_PACKETS = 10

/**
 * Compares seconds before, during and after. Packets come in bursts (retransmissions, several at once), so their counts
 * are no Poisson numbers: seconds are ranked (Mann and Whitney's U with ties, normal approximation).
 */
export function judge(
	before: readonly number[],
	during: readonly number[],
	after: readonly number[],
): Judgement {
	const rates = { before: mean(before), during: mean(during), after: mean(after) }
	const chance = chanceOf(before, during)
	const numbers = english.sBeforeSWithIt(text(rates.before), text(rates.during), text(rates.after))
	const say = (verdict: Judgement['verdict'], what: string): Judgement => ({
		...rates,
		chance,
		verdict,
		sentence: `${numbers}: ${what}.`,
	})
	const packets = [...before, ...during, ...after].reduce((sum, one) => sum + one, 0)
	if (Math.min(before.length, during.length) < LEAST_SECONDS || packets < LEAST_PACKETS)
		return say('too-few', english.tooFewPacketsOrSeconds)
	if (chance >= CHANCE) return say('nothing', english.noMoreThanChanceThis(p(chance)))
	if (rates.during > rates.before) return say('worse', english.moreThanChanceButUpwards(p(chance)))
	if (after.length < LEAST_SECONDS) return say('part', english.lowerByMoreThanChance(p(chance)))
	const isBack = rates.after > rates.during && chanceOf(during, after) < CHANCE
	if (!isBack) return say('drifts', english.lowerButItDidNot)
	const share = 1 - rates.during / rates.before
	const fall = english.fellByAndCameBack(percent(share, 1), p(chance))
	return share >= 0.5
		? say('explains', english.thisSettingExplainsIt(fall))
		: say('part', english.thisExplainsAPart(fall))
}

/** How probable it is that two rows of counts differ so much by chance, two-sided. */
export function chanceOf(one: readonly number[], other: readonly number[]): number {
	const [n, m] = [one.length, other.length]
	if (n === 0 || m === 0) return 1
	const all = [
		...one.map((value) => ({ value, first: true })),
		...other.map((value) => ({ value, first: false })),
	].sort((a, b) => a.value - b.value)
	let rankSum = 0
	let ties = 0
	for (let from = 0; from < all.length; ) {
		let until = from
		while (until < all.length && all[until]?.value === all[from]?.value) until++
		const same = until - from
		const rank = (from + 1 + until) / 2
		rankSum += rank * all.slice(from, until).filter(({ first }) => first).length
		ties += same ** 3 - same
		from = until
	}
	const total = n + m
	const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
	if (!(variance > 0)) return 1
	const distance = Math.max(0, Math.abs(rankSum - (n * (total + 1)) / 2) - 0.5)
	return 2 * (1 - normal(distance / Math.sqrt(variance)))
}

/** The share of a normal distribution below z; Abramowitz and Stegun 26.2.17, off by less than 1e-7. */
function normal(z: number): number {
	const t = 1 / (1 + 0.2316419 * z)
	const tail =
		t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
	return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

const mean = (values: readonly number[]): number =>
	values.length === 0 ? 0 : values.reduce((sum, one) => sum + one, 0) / values.length

const text = (value: number): string =>
	value >= 9.95 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '')

const p = (chance: number): string =>
	chance < 0.001 ? 'p < 0.001' : `p = ${chance.toFixed(chance < 0.1 ? 3 : 2)}`
