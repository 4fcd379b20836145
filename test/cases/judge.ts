import type { Answer, NamedCause } from './ask.ts'
import type { Case, TrueCause, Truth } from './case.ts'

export const VERDICTS = ['right', 'less', 'cannot-tell', 'wrong', 'wrong-high'] as const
/**
 * `less`: right with less confidence than high, or with a name that says less than could be known. `cannot-tell`: no cause was named
 * for what is there, and that was said. `wrong-high`: a cause that is not there, with confidence high.
 */
export type Verdict = (typeof VERDICTS)[number]

export type Judgement = { readonly verdict: Verdict; readonly notes: readonly string[] }

/** Exit statuses of `ctscope investigate`. */
const NOTHING_WRONG = 0
const CAUSES_FOUND = 7
const CANNOT_TELL = 2
const FLOOD = 6

export function judge(one: Case, answer: Answer): Judgement {
	const { truth } = one
	const { causes, exitCode } = answer
	if (
		exitCode !== NOTHING_WRONG &&
		exitCode !== CAUSES_FOUND &&
		exitCode !== CANNOT_TELL &&
		exitCode !== FLOOD
	)
		return { verdict: 'wrong', notes: [`exit status ${exitCode}: ${answer.stderr.slice(-300)}`] }
	const foreign = causes.filter(({ id }) => !isTrue(id, truth))
	const strangers = foreign.map(({ id, confidence }) => `${id} (${confidence}) is not there`)
	if (foreign.some(({ confidence }) => confidence === 'high'))
		return { verdict: 'wrong-high', notes: strangers }
	if (foreign.some(({ confidence }) => confidence === 'medium')) return { verdict: 'wrong', notes: strangers }
	const harm = offeredInVain(one, causes)
	if (harm.length > 0) return { verdict: 'wrong', notes: harm }
	if (truth.causes.length === 0) return judgeHealthy(answer, strangers)
	return judgeCauses(one, answer, strangers)
}

const isTrue = (id: string, { causes, may = [] }: Truth): boolean =>
	[...causes.flatMap(({ anyOf, less = [] }) => [...anyOf, ...less]), ...may].some((one) => one === id)

function judgeHealthy({ exitCode, notChecked }: Answer, strangers: readonly string[]): Judgement {
	if (strangers.length > 0) return { verdict: 'less', notes: strangers }
	if (exitCode === CANNOT_TELL)
		return { verdict: 'cannot-tell', notes: ['nothing is wrong', ...notChecked.slice(0, 2)] }
	return { verdict: 'right', notes: [] }
}

function judgeCauses({ truth, remedy }: Case, answer: Answer, strangers: readonly string[]): Judgement {
	const found = truth.causes.map((cause) => levelOf(cause, answer.causes))
	const missing = truth.causes
		.filter((_, index) => found[index] === 'none')
		.map(({ anyOf }) => `not named: ${anyOf.join(' or ')}`)
	if (missing.length > 0) {
		const isSilent = answer.causes.every(({ confidence }) => confidence === 'low')
		const says = isSilent && answer.exitCode !== NOTHING_WRONG
		return { verdict: says ? 'cannot-tell' : 'wrong', notes: [...missing, ...strangers] }
	}
	const others = truth.causes.flatMap((cause) => flowsOfOthers(cause, answer.causes))
	if (others.length > 0) return { verdict: 'wrong', notes: others }
	const words = answer.causes
		.filter(({ id }) => isTrue(id, truth))
		.flatMap(({ remedies, sentence }) => [...remedies, sentence])
	const mute =
		remedy === undefined || words.some((text) => remedy.says.test(text))
			? []
			: ['the remedy that works is not named']
	const vague = truth.causes
		.filter((_, index) => found[index] === 'less')
		.map(({ anyOf }) => `less than high: ${anyOf.join(' or ')}`)
	const notes = [...vague, ...mute, ...strangers]
	return { verdict: vague.length + mute.length > 0 ? 'less' : 'right', notes }
}

function levelOf({ anyOf, less = [] }: TrueCause, named: readonly NamedCause[]): 'full' | 'less' | 'none' {
	const isOne = (ids: readonly string[]) => named.filter(({ id }) => ids.includes(id))
	if (isOne(anyOf).some(({ confidence }) => confidence === 'high')) return 'full'
	return isOne([...anyOf, ...less]).length > 0 ? 'less' : 'none'
}

/** Flows that an answer lists for a cause, and that have another. */
function flowsOfOthers({ anyOf, flows }: TrueCause, named: readonly NamedCause[]): readonly string[] {
	if (flows === undefined) return []
	return named
		.filter(({ id }) => anyOf.some((one) => one === id))
		.flatMap((cause) =>
			cause.flows.filter((flow) => !flows.test(flow)).map((flow) => `${flow} is no flow of ${cause.id}`),
		)
		.slice(0, 3)
}

/** What is advised against may be named. */
const ADVISES_AGAINST = /\b(?:not|never|nothing|hides?|no use|instead)\b/i

function offeredInVain({ neverOffered = [] }: Case, named: readonly NamedCause[]): readonly string[] {
	return named
		.filter(({ confidence }) => confidence !== 'low')
		.flatMap(({ id, remedies }) =>
			remedies
				.filter((text) => !ADVISES_AGAINST.test(text) && neverOffered.some((bad) => bad.test(text)))
				.map((text) => `${id} offers what does not help: ${text.slice(0, 90)}`),
		)
}
