import { explain } from '../../reasons/explain/explain.ts'
import { nearestIds, reasonById } from '../../reasons/find.ts'
import { pathOfName } from '../../reasons/silent-names.ts'
import * as english from '../../words/english/commands/run.ts'
import { visible } from '../../words/visible.ts'
import type { RunReport } from './types.ts'

/** What `--expect ID=N` asks for. */
export type Expected = { readonly id: string; readonly count: number }

export type Judged = {
	readonly id: string
	readonly expected: number
	readonly came: number
	/** False where lines were lost, or it is not known of which packets they are: then it may be more or less. */
	readonly isSure: boolean
	readonly isMet: boolean
}

/** Parts of the account. */
const PARTS = ['counted', 'explained', 'named', 'silent', 'lost'] as const
type Part = (typeof PARTS)[number]
const isPart = (id: string): id is Part => (PARTS as readonly string[]).includes(id)

/** Why there can be no such reason, with ids that look like it; undefined where there can. */
export function problemOf(expected: readonly Expected[]): string | undefined {
	for (const { id } of expected) {
		if (isPart(id) || id === 'unknown' || reasonById(id) !== undefined) continue
		if (pathOfName(id) !== undefined || explain(id) !== undefined) continue
		const hints = nearestIds(id, 3)
		return english.noReasonHasThisId(visible(id), hints.join(', '))
	}
	const twice = expected.find(({ id }, at) => expected.findIndex((one) => one.id === id) !== at)
	return twice === undefined ? undefined : english.expectedTwice(visible(twice.id))
}

/** What was expected, held against what came: packets by the id of their reason or name, or a part of the account. */
export function judged(
	{ reasons, named, accounting, missed, elsewhere }: RunReport,
	expected: readonly Expected[],
): readonly Judged[] {
	const followed = elsewhere.filter(({ isNew }) => isNew === true)
	const all = [reasons, named, ...followed.flatMap((one) => [one.reasons, one.named])].flat()
	const { lost, silent, silentAtMost, explained, explainedAtLeast } = accounting
	const isWhole = lost === 0 && missed.length === 0
	return expected.map(({ id, count }): Judged => {
		const came = isPart(id)
			? accounting[id]
			: all.reduce((sum, one) => (one.id === id ? sum + one.count : sum), 0)
		const isCounted = id === 'counted' || id === 'lost'
		const isExact =
			id !== 'silent' && id !== 'explained' ? true : silent === silentAtMost && explained === explainedAtLeast
		const isSure = isCounted || (isWhole && isExact)
		return { id, expected: count, came, isSure, isMet: isSure && came === count }
	})
}

export const expectedText = ({ id, expected, came, isSure, isMet }: Judged): string =>
	isMet
		? english.asExpected(id, came)
		: isSure || came !== expected
			? english.notAsExpected(id, expected, came)
			: english.notSure(id, expected)
