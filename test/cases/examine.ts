import { type Answer, askCtscope } from './ask.ts'
import type { Case } from './case.ts'
import { type Judgement, judge, VERDICTS, type Verdict } from './judge.ts'
import { type Played, playCase } from './play.ts'

/** What ctscope said of a case, whether that is true, and whether the case was what it says. */
export type Examined = {
	readonly one: Case
	readonly played: Played<Answer> | undefined
	readonly judgement: Judgement
	/** Of the case itself: ctscope has no part in them. */
	readonly faults: readonly string[]
}

export async function examine(one: Case): Promise<Examined> {
	try {
		const played = await playCase(one, askCtscope)
		const judgement =
			played.answer === undefined
				? { verdict: 'wrong' as const, notes: ['no answer'] }
				: judge(one, played.answer)
		return { one, played, judgement, faults: played.faults }
	} catch (error) {
		return {
			one,
			played: undefined,
			judgement: { verdict: 'cannot-tell', notes: [] },
			faults: [error instanceof Error ? error.message : `${error}`],
		}
	}
}

const TITLES: Readonly<Record<Verdict, string>> = {
	right: 'right',
	less: 'right, less confidence',
	'cannot-tell': 'cannot tell',
	wrong: 'wrong',
	'wrong-high': 'WRONG, HIGH',
}

/** One row of the table: verdict, case, causes with their confidence, seconds. */
export function rowOf({ one, played, judgement, faults }: Examined): readonly string[] {
	const named = (played?.answer?.causes ?? []).map(({ id, confidence }) => `${id} ${confidence}`)
	return [
		faults.length > 0 ? 'NO CASE' : TITLES[judgement.verdict],
		one.name,
		(played?.tookS ?? 0).toFixed(0),
		named.length === 0 ? '-' : named.join(', '),
	]
}

/** What is below a row: why it is not right, and what would tell. */
export function notesOf({ played, judgement, faults }: Examined): readonly string[] {
	const would = judgement.verdict === 'cannot-tell' ? (played?.answer?.notChecked ?? []).slice(0, 2) : []
	return [
		...faults.map((fault) => `the case: ${fault}`),
		...judgement.notes,
		...would.map((text) => `would tell: ${text}`),
	]
}

export function summaryOf(examined: readonly Examined[]): readonly string[] {
	const good = examined.filter(({ faults }) => faults.length === 0)
	const counts = VERDICTS.map(
		(verdict) => [verdict, good.filter(({ judgement }) => judgement.verdict === verdict).length] as const,
	)
	const share = shareRight(examined)
	return [
		`${counts.map(([verdict, count]) => `${count} ${TITLES[verdict]}`).join(', ')}; ${examined.length - good.length} were no case`,
		`${(share * 100).toFixed(0)} % of ${good.length} right, at least 95 wanted`,
	]
}

/** Of the cases that were what they say, those answered rightly, with whatever confidence. */
export function shareRight(examined: readonly Examined[]): number {
	const good = examined.filter(({ faults }) => faults.length === 0)
	const right = good.filter(({ judgement }) => judgement.verdict === 'right' || judgement.verdict === 'less')
	return good.length === 0 ? 0 : right.length / good.length
}
