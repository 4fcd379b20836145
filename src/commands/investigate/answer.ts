import { exitCodeOf, isLeftover } from '../../app/changing/changes-in-force.ts'
import { NO_LINES } from '../../app/log/tally.ts'
import { stepEvidence } from '../../app/screens/steps/evidence.ts'
import type { State } from '../../app/state/state.ts'
import { reducer } from '../../app/store/reducer.ts'
import { type Accounting, account, errorIsWithin } from '../../investigation/accounting/accounting.ts'
import { type Cause, findCauses } from '../../investigation/causes/causes.ts'
import { type Evidence, invalidReasons, type SeenReason } from '../../investigation/evidence.ts'
import { gapWarnings } from '../../investigation/join/rule-warnings.ts'
import { surroundingRows } from '../../investigation/proof/surroundings.ts'
import { STEPS } from '../../investigation/steps/steps.ts'
import { type Forecast, forecastOf } from '../../investigation/trial/forecast.ts'
import { gapsOf } from '../../kernel/rules/matching.ts'
import type { LeaseView } from '../../model/change.ts'
import type { HostFacts, Netns } from '../../model/host-facts.ts'
import * as english from '../../words/english/commands/investigate.ts'
import { otherNetworkNamespaces, packetsOfOtherNamespaces } from '../../words/english/investigation/steps.ts'
import { describe, type Failure } from '../../words/failure.ts'
import { rate } from '../../words/numbers.ts'
import { changesOf, type DoneChange, type Undo } from '../common/done-changes.ts'
import { exitOf } from '../common/failure-exit.ts'
import { EXIT } from '../common/options.ts'
import { inShort } from '../run/sources.ts'
import type { Looked } from './session.ts'

/** What an investigation came to, from one moment. */
export type Answer = {
	readonly host: Pick<HostFacts, 'hostname' | 'kernel'>
	readonly netns: Netns
	/** How long it was looked. */
	readonly seconds: number
	/** Null where the counters could not be read. */
	readonly account: AnswerAccount | null
	/** Packets in it that were judged twice, and count twice. */
	readonly again: number
	readonly causes: readonly Cause[]
	/** INVALID packets by what the kernel says, and those without a line by what they are, most frequent first. */
	readonly reasons: readonly SeenReason[]
	/** What each setting would do to them; undefined where there are none. */
	readonly forecast: Forecast | undefined
	/** What decides over packets here beside conntrack and the rules. */
	readonly surroundings: ReturnType<typeof surroundingRows>
	/** What was not looked at, the things of this host first. */
	readonly notChecked: readonly string[]
	/** Everything that was written, with what it reads now. */
	readonly changes: readonly DoneChange[]
	/** 0, or the exit status that an undo asks for. */
	readonly undo: Undo
	/** Why it is not known whether something is wrong; undefined where that is known. */
	readonly blind: Failure | undefined
	/** Lines a second of the flood that ended the log. */
	readonly flood: number | undefined
	/** Somebody has ended it before its time. */
	readonly isEnded: boolean
}

/** counted = explained + silent + lost; null where the kernel was not asked, or its words do not reach us. */
export type AnswerAccount = {
	/** Wall clock, ms since 1970. */
	readonly at: number
	readonly counted: number
	readonly explained: number | null
	readonly silent: number | null
	readonly lost: number | null
	readonly sentence: string
}

/** The state at the end with what the undo has come to: nothing else in it moves. */
export const withUndone = (state: State, view: LeaseView | undefined): State =>
	view === undefined ? state : reducer(state, { type: 'lease', view, at: state.now })

export function answerOf(looked: Looked, view: LeaseView | undefined): Answer {
	const { state } = looked
	const evidence = stepEvidence(state)
	const causes = findCauses(evidence)
	return {
		host: { hostname: state.facts?.hostname ?? '', kernel: state.facts?.kernel ?? '' },
		netns: state.facts?.netns ?? { inode: 0, name: '', initial: false },
		seconds: looked.seconds,
		account: accountOf(looked, evidence),
		again: evidence.accounting?.aside.again ?? 0,
		causes,
		reasons: [...invalidReasons(evidence), ...invalidReasons({ reasons: evidence.unlined ?? [] })].toSorted(
			(one, other) => other.count - one.count,
		),
		forecast: forecastOf(evidence),
		surroundings: surroundingRows(evidence.surroundings),
		notChecked: [...new Set([...ofThisHost(looked, evidence), ...ofSteps(evidence)])],
		changes: changesOf(view),
		undo: exitCodeOf(view, withUndone(state, view).history),
		blind: causes.length > 0 ? undefined : blindness(looked, evidence),
		flood: looked.flood,
		isEnded: looked.isEnded,
	}
}

function accountOf({ state, accountAt }: Looked, evidence: Evidence): AnswerAccount | null {
	const { accounting } = evidence
	if (accounting !== undefined && accountAt !== undefined) return { at: accountAt, ...whole(accounting) }
	const { value, at } = state.counters
	if (value === undefined || at === undefined) return null
	const { invalid = 0, error = 0, drop = 0 } = value.since
	const asked = state.settings.value?.values.log_invalid
	const all = account({
		counted: { invalid, error, drop },
		lines: NO_LINES,
		lost: { ring: 0, socket: 0 },
		source: 'kmsg',
		asked,
		shared: false,
		errorWithin: errorIsWithin((value.proc ?? value.cli)?.columns ?? [], state.facts?.kernel ?? ''),
	})
	const wall = state.wall - state.now + at
	// Asked for nothing, the kernel is silent. Asked, it may have told somebody else.
	if (asked === '0' || all.counted === 0) return { at: wall, ...whole(all) }
	return {
		at: wall,
		counted: all.counted,
		explained: null,
		silent: null,
		lost: null,
		sentence: english.countedAndNotTold(all.counted),
	}
}

const whole = ({ counted, explained, silent, lost, sentence }: Accounting) => ({
	counted,
	explained,
	silent,
	lost,
	sentence,
})

/** What could not be looked at here and now. */
function ofThisHost(looked: Looked, evidence: Evidence): readonly string[] {
	const { state, notLogged, notCounted, notCopied, cut } = looked
	const { facts, rules, others } = state
	const leftovers = others.filter(isLeftover)
	const flows = evidence.sampled.flatMap(({ facts: { missing } }) => missing)
	return [
		...(evidence.countsProblem === '' ? [] : [english.whatTheCountersSay(evidence.countsProblem)]),
		...(notLogged === undefined ? [] : [english.whyPacketsAreInvalid(inShort(notLogged))]),
		...(cut === '' ? [] : [english.whatIsSaidAfter(cut)]),
		...(notCounted === undefined ? [] : [english.bothDirectionsCounted(notCounted)]),
		...(notCopied === undefined ? [] : [english.packetsWithoutALine(notCopied)]),
		...(rules.value === undefined
			? rules.failure === undefined
				? []
				: [english.rulesThatCouldNot(describe(rules.failure).detail)]
			: [
					...rules.value.failures.map((one) => english.rulesThatCouldNot(inShort(one))),
					...gapWarnings(gapsOf(rules.value.ruleset)),
				]),
		...flows,
		...(facts?.missing ?? []).map(({ what, why }) => english.missingThing(what, why)),
		...evidence.elsewhere.map((one) => english.packetsThatCame(one.name, rate(one.rate))),
		...leftovers.map(({ leaseId }) => english.changesOfAnother(leaseId)),
	]
}

/** Said by others of them in other words. */
const SAID: ReadonlySet<string> = new Set([otherNetworkNamespaces, packetsOfOtherNamespaces])

/** What no step looks at on any host. */
const ofSteps = (evidence: Evidence): readonly string[] => [
	...STEPS.filter(({ id }) => id !== 'report' && id !== 'setting')
		.flatMap((step) => step.answer(evidence).notChecked)
		.filter((text) => !SAID.has(text)),
	english.settingsTriedForA,
]

/** A host has late packets and scans all the time: fewer a second, or a smaller part of all packets, are no trouble by themselves. */
const TRICKLE_RATE = 1
const TRICKLE_SHARE = 0.01

/** No cause was found. Where more than a trickle is INVALID, "nothing is wrong" would be a guess. */
function blindness({ state, notLogged, seconds }: Looked, evidence: Evidence): Failure | undefined {
	const { counts, accounting } = evidence
	if (counts === undefined)
		return (
			state.counters.failure ?? {
				kind: 'unsupported',
				what: english.countersWhat,
				why: english.theyCouldNotBeRead,
			}
		)
	if (accounting === undefined) return counts.since > 0 ? notLogged : undefined
	const perSecond = accounting.counted / Math.max(1, seconds)
	const all = state.counters.value?.packets?.rate
	const isTrickle = perSecond < TRICKLE_RATE || (all !== undefined && perSecond < TRICKLE_SHARE * all)
	if (isTrickle) return undefined
	const why = accounting.silent > accounting.explained ? english.mostHaveNoLine : english.noKnownCauseFits
	return { kind: 'unsupported', what: english.whyTheyAreInvalid, why }
}

/**
 * 0 when nothing is wrong, 7 when causes were found; what an undo has to say comes first, and a late one has the same
 * number, since somebody has to look at both.
 */
export function exitStatusOf({ undo, causes, blind, flood }: Answer): number {
	if (undo === EXIT.undoFailed || undo === EXIT.conflict) return undo
	if (causes.length > 0) return EXIT.causes
	if (undo !== EXIT.ok) return undo
	if (flood !== undefined) return EXIT.flood
	return blind === undefined ? EXIT.ok : exitOf(blind) === EXIT.held ? EXIT.held : EXIT.refused
}
