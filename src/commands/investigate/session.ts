import { flowToSample } from '../../app/effects/sampling.ts'
import { presentStepOf, stepEvidence } from '../../app/screens/steps/evidence.ts'
import type { State } from '../../app/state/state.ts'
import type { Store } from '../../app/store/store.ts'
import { type Cause, findCauses } from '../../investigation/causes/causes.ts'
import { invalidReasons, sumOf } from '../../investigation/evidence.ts'
import { STEP_IDS, type StepId } from '../../investigation/step.ts'
import { WAIT_MS } from '../../kernel/log/pairing.ts'
import type { Clock } from '../../model/clock.ts'
import * as english from '../../words/english/commands/investigate.ts'
import type { Failure } from '../../words/failure.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { createSwitching } from './switching.ts'
import { createWaiting } from './waiting.ts'

/** What was seen, and what could not be done. */
export type Looked = {
	/** The moment that everything is told of: the last balance of counters and lines, with all that was known then. */
	readonly state: State
	/** How long it was looked, with the log on where that was possible. */
	readonly seconds: number
	/** Wall clock of the account, ms since 1970; undefined where there is none. */
	readonly accountAt: number | undefined
	/** Why the kernel could not be made to say why. */
	readonly notLogged: Failure | undefined
	/** Why packets of both directions were not counted although that would have told something. */
	readonly notCounted: string | undefined
	/** Why packets without a line were not looked at although there were some. */
	readonly notCopied: string | undefined
	/** A flood of the kernel log ended the log, lines a second. */
	readonly flood: number | undefined
	/** Why the log was switched off before the end; empty when it was not. */
	readonly cut: string
	/** Somebody has ended it before its time. */
	readonly isEnded: boolean
}

export type LookOptions = {
	readonly store: Store
	readonly clock: Pick<Clock, 'after' | 'monotonic'>
	readonly forMs: number
	/** Resolves when it is to end at once, with what was found so far. */
	readonly ended: Promise<unknown>
	/** Told what is done now, and how far it is, about once a second. */
	readonly onProgress?: (text: string) => void
}

/** The first readings of a host take some tools and their time: on a busy one much of it, and without them nothing is known. */
const FIRST_READINGS_MS = 30_000
/** The last part of the time is for a second reading of the rules, which tells what they have counted meanwhile. */
const LAST_MS = 2_000
const RULES_MS = 2_500
/** Counters are read once a second, and their last lines come within the next: on a busy host some seconds later. */
const BALANCE_MS = 10_000
/** Not before this, and half of the time, an answer is taken for the last one ... */
const LEAST_MS = 10_000
/** ... when it has stood for so long ... */
const STEADY_MS = 4_000
/** ... and explains so much of so many packets. */
const MOST = 0.9
const ENOUGH_LINES = 30
/** So long after the first flow was looked at, it is seen whether counting would tell more. */
const BEFORE_COUNTING_MS = 3_000
/** Counting for less tells nothing. */
const LEAST_COUNTING_MS = 3_000
/** A table has to be made, some packets have to come, and the time has to pass in which their lines must. */
const LEAST_COPYING_MS = 5_000
/** Before that, what packets without a line are may change the answer. */
const COPYING_MS = WAIT_MS + 4_000

/** Does what somebody would do on Steps who looks for the cause and tries no setting. The store is started by it. */
export async function look({ store, clock, forMs, ended, onProgress }: LookOptions): Promise<Looked> {
	const waiting = createWaiting(store, clock, ended)
	const { until, isEnded } = waiting
	const { logOn, countWays, copyInvalid } = createSwitching(store, waiting)
	const state = (): State => store.getState()
	let flood: number | undefined
	let cut = ''
	let accountAt: number | undefined

	const goTo = (id: StepId): void => {
		store.dispatch({ type: 'move-to', where: 'first' })
		store.dispatch({ type: 'move', by: STEP_IDS.indexOf(id) })
	}

	/** Nobody is there to answer what opens by itself. */
	const answerDialogs = (): void => {
		const dialog = state().dialog?.dialog
		if (dialog === undefined) return
		if (dialog.kind === 'flood') flood = dialog.rate
		store.run('no')
		if (state().screen === 'steps') return
		store.run('go-steps')
		goTo('directions')
	}

	const unsubscribe = store.subscribe(() => {
		const { way, wall, now } = state()
		if (way?.last !== undefined) accountAt = wall - now + way.last.at
	})

	let phase: (state: State) => string = () => english.readingTheHost
	const tellProgress = (): void => onProgress?.(phase(state()))
	const unsubscribeProgress = store.subscribe(tellProgress)

	store.start()
	// Also what nobody sees at first is read at once then.
	store.run('go-steps')
	goTo('directions')
	await until(isRead, FIRST_READINGS_MS)
	answerDialogs()
	phase = () => english.switchingTheLogOn2
	const notLogged = isEnded() ? undefined : await logOn()
	answerDialogs()
	const wasOn = state().way !== undefined

	const began = clock.monotonic()
	const left = (): number => began + forMs - clock.monotonic()
	phase = (now) => lookedSoFar(now, (clock.monotonic() - began) / 1000, forMs / 1000)
	let notCounted: string | undefined
	let isCountingAsked = false
	let notCopied: string | undefined
	let copiedAt: number | undefined
	let sampledAt: number | undefined
	let answer = ''
	let answeredAt = began

	const isOver = (): boolean => {
		const now = clock.monotonic()
		const evidence = stepEvidence(state())
		const causes = findCauses(evidence)
		const text = causes.map(({ id, confidence }) => `${id} ${confidence}`).join(', ')
		if (text !== answer) [answer, answeredAt] = [text, now]
		return (
			now - began >= Math.max(LEAST_MS, forMs / 2) &&
			(copiedAt === undefined || now - copiedAt >= COPYING_MS) &&
			now - answeredAt >= STEADY_MS &&
			isWhole(causes) &&
			sumOf([...invalidReasons(evidence), ...(evidence.unlined ?? [])].map(({ count }) => count)) >=
				ENOUGH_LINES &&
			flowToSample(state()) === undefined &&
			presentStepOf(state()).answer(evidence).state !== 'reading'
		)
	}

	const lastMs = Math.min(LAST_MS, forMs / 2)
	while (!isEnded() && left() > lastMs && flood === undefined) {
		answerDialogs()
		if (sampledAt === undefined && state().steps.sampled.length > 0) sampledAt = clock.monotonic()
		const isSampled =
			sampledAt !== undefined &&
			(clock.monotonic() - sampledAt >= BEFORE_COUNTING_MS || flowToSample(state()) === undefined)
		if (isSampled && !isCountingAsked && left() >= LEAST_COUNTING_MS) {
			const { offer } = presentStepOf(state()).answer(stepEvidence(state()))
			if (offer === 'count-ways') {
				isCountingAsked = true
				notCounted = await countWays()
			}
		}
		const wantsCopies = stepEvidence(state()).meantSilent > 0 && state().way !== undefined
		if (copiedAt === undefined && wantsCopies && left() >= LEAST_COPYING_MS) {
			notCopied = await copyInvalid()
			copiedAt = clock.monotonic()
			answerDialogs()
		}
		if (isOver()) break
		const { now } = state()
		await until(
			(next) => next.now - now >= 500 || next.dialog !== undefined,
			Math.min(1_000, left() - lastMs),
		)
	}

	// What rules have counted is known after a second reading.
	phase = () => english.readingTheRulesAgain
	const rulesAt = state().rules.at
	const isFull = left() <= lastMs
	goTo('acting')
	await until(({ rules }) => rules.at !== rulesAt, RULES_MS)
	goTo('directions')
	if (isFull && flood === undefined) await until(() => false, left())
	const end = clock.monotonic()
	await until(
		({ way, counters }) =>
			(way?.last?.at ?? counters.at ?? 0) >= end || (way === undefined && counters.failure !== undefined),
		BALANCE_MS,
	)
	const seconds = (clock.monotonic() - began) / 1000
	unsubscribe()
	unsubscribeProgress()
	answerDialogs()
	if (copiedAt === undefined && wasOn && stepEvidence(state()).meantSilent > 0)
		notCopied = english.thereWasNoTimeLeft
	if (wasOn && state().way === undefined) cut = state().lease?.why || english.somebodySwitchedIt
	return {
		state: state(),
		seconds,
		accountAt,
		notLogged,
		notCounted,
		notCopied,
		flood,
		cut,
		isEnded: isEnded(),
	}
}

const isRead = ({ facts, settings, counters, modules, rules, leftovers }: State): boolean =>
	facts !== undefined &&
	leftovers !== undefined &&
	[settings, counters, modules, rules].every(({ at, failure }) => at !== undefined || failure !== undefined)

const isWhole = (causes: readonly Cause[]): boolean =>
	causes.length > 0 &&
	causes.every(({ confidence }) => confidence === 'high') &&
	sumOf(causes.map(({ share }) => share)) >= MOST

/** How long it was looked by now, and what came: both of the counters and of the lines. */
function lookedSoFar({ counters, log }: State, seconds: number, all: number): string {
	const invalid = counters.value?.since.invalid ?? 0
	return english.lookedSoFar(
		grouped(seconds),
		grouped(all),
		grouped(invalid),
		counted(log.packetLines, 'line'),
	)
}
