import { whyNotWrite } from '../../app/changing/may-write.ts'
import { planForProbes } from '../../app/changing/probing.ts'
import { whyNotSwitch } from '../../app/changing/switching.ts'
import { tapStep } from '../../app/changing/tapping.ts'
import { accountOf } from '../../app/log/account.ts'
import { tellsAll } from '../../app/log/unlined.ts'
import { planFor, prefersProbes, readerStarts } from '../../app/log/why.ts'
import { offerNow } from '../../app/screens/steps/commands.ts'
import type { State } from '../../app/state/state.ts'
import type { Store } from '../../app/store/store.ts'
import { consoleRisk } from '../../changes/console-risk.ts'
import { knobById } from '../../changes/knobs.ts'
import { foreignListener, type Source } from '../../changes/log-source.ts'
import { copiesTap } from '../../changes/tap/copies.ts'
import type { Plan } from '../../model/change.ts'
import * as english from '../../words/english/commands/investigate.ts'
import type { Failure } from '../../words/failure.ts'
import { inShort } from '../run/sources.ts'
import type { Waiting } from './waiting.ts'

/** All protocols. */
const ALL = 255
/** The guard has to be started, and looks at what there is first. */
const LONGEST_ANSWER_MS = 15_000
/** What is written is read again within this, and a reader starts. */
const READER_MS = 5_000
/** A reader that starts on a busy host, or says in the end that it cannot. */
const SLOW_READER_MS = 20_000
const TOLD_MS = 100

export type Switching = {
	/** Makes the kernel say why; why it does not, undefined when it does. */
	logOn(): Promise<Failure | undefined>
	/** Counts packets of both directions, as the step that is in view offers it; why not, undefined when it does. */
	countWays(): Promise<string | undefined>
	/** Copies INVALID packets to us, so that those without a line are seen; why not, undefined when it does. */
	copyInvalid(): Promise<string | undefined>
}

/** What an investigation without a screen writes: proposals of the screens, answered with yes where they only log more. */
export function createSwitching(store: Store, { until, isEnded }: Waiting): Switching {
	const state = (): State => store.getState()

	/** Answers the open proposal; the failure that the guard answered with. */
	const yes = async (plan: Plan, what = english.switchingTheLogOn): Promise<Failure | undefined> => {
		if (!logsMoreOnly(plan)) {
			store.run('no')
			return { kind: 'unsupported', what, why: english.thePlanIsMoreThan }
		}
		store.run('yes')
		const isDone = await until(({ inFlight }) => inFlight === 0, LONGEST_ANSWER_MS)
		const dialog = state().dialog?.dialog
		if (dialog?.kind === 'failure') {
			store.run('no')
			return dialog.failure
		}
		if (isDone) return undefined
		const why = isEnded() ? english.itWasEndedBefore : english.theGuardHasNotAnswered
		return { kind: 'unsupported', what, why }
	}

	/** The plan that is proposed, with what keeps the consoles quiet where its lines would hold up the host. */
	const keptQuiet = (plan: Plan): Plan => {
		const settings = state().settings.value
		if (settings !== undefined && consoleRisk(plan, settings) !== undefined) store.run('console-off')
		const dialog = state().dialog?.dialog
		return dialog?.kind === 'confirm-change' ? dialog.plan : plan
	}

	const takesProbes = (): boolean => prefersProbes(state())

	/** `best`: by kernel probes where they come first; `lines`: by lines of conntrack, wherever they can be read. */
	const logThrough = async (wish: Source | 'best' | 'lines'): Promise<Failure | undefined> => {
		const what = english.switchingTheLogOn
		const byProbes = wish === 'best' && takesProbes()
		const way = byProbes
			? planForProbes(state())
			: planFor(state(), ALL, wish === 'kmsg' || wish === 'nflog' ? wish : undefined)
		const settings = state().settings.value
		const refusal = byProbes ? whyNotWrite(state()) : whyNotSwitch(state(), 'log_invalid')
		if (way === undefined || settings === undefined)
			return { kind: 'unsupported', what, why: english.theSettingsWereNotRead }
		const { plan, blockers, notes } = way
		// What another session or somebody else has switched on needs no right to write.
		if (plan.changes.length === 0 && blockers.length === 0) return undefined
		if (refusal !== undefined) return notAllowed(state(), what, refusal)
		if (blockers.length > 0) return { kind: 'unsupported', what, why: blockers.join('; ') }
		store.dispatch({ type: 'propose', plan, blockers, notes })
		return yes(keptQuiet(plan))
	}

	/** The log is on, and its lines do not come here. */
	const notReaching = (): Failure | undefined => {
		const { way, nflog, log, probes } = state()
		if (way !== undefined || isEnded()) return undefined
		const why = accountOf(state()).verdict.says
		return (
			probes.failure ??
			nflog.failure ??
			log.failure ?? { kind: 'unsupported', what: english.readingTheLog, why }
		)
	}

	const undoAll = async (): Promise<void> => {
		store.run('undo-all')
		await until(({ inFlight }) => inFlight === 0, LONGEST_ANSWER_MS)
		// The next plan is made of values that were read after it.
		const { value } = state().settings
		await until(
			({ settings, leaseAt }) => settings.value !== value && (settings.at ?? 0) >= leaseAt,
			READER_MS,
		)
	}

	/** One that is late has not failed: what is put in its place is dearer, and less is known of it. */
	const readerBegins = async (isOver: (state: State) => boolean): Promise<void> => {
		await until(isOver, READER_MS)
		// First the settings are read again. Its start is told a moment after they ask for it.
		for (let turn = 0; turn < 2; turn++) {
			await until((now) => isOver(now) || !readerStarts(now), SLOW_READER_MS)
			await until((now) => isOver(now) || readerStarts(now), TOLD_MS)
		}
	}

	return {
		async logOn() {
			const byProbes = takesProbes()
			const failure = await logThrough('best')
			if (failure === undefined)
				await readerBegins(
					({ way, nflog, probes }) =>
						way !== undefined || nflog.status === 'failed' || probes.status === 'failed',
				)
			if (byProbes) {
				if (failure === undefined && state().way !== undefined) return undefined
				if (state().modes.source !== 'auto' || isEnded()) return failure ?? notReaching()
				await undoAll()
				const lines = await logThrough('lines')
				if (lines !== undefined) return lines
				await readerBegins(({ way, nflog }) => way !== undefined || nflog.status === 'failed')
			} else if (failure !== undefined) return failure
			const { nflog, modes, settings } = state()
			// Somebody else was faster: there can be one reader.
			const isTaken =
				nflog.status === 'off' && foreignListener(settings.value?.listeners ?? [], {}) !== undefined
			if (!(nflog.status === 'failed' || isTaken) || modes.source !== 'auto') return notReaching()
			await undoAll()
			const again = await logThrough('kmsg')
			if (again !== undefined) return again
			await until(({ way }) => way !== undefined, READER_MS)
			return notReaching()
		},
		async countWays() {
			const action = offerNow(state())?.action
			if (action?.type !== 'count-ways') return undefined
			store.run('step-do')
			const dialog = state().dialog?.dialog
			if (dialog?.kind !== 'confirm-change') return state().notice?.text ?? english.noRulesToCountWith
			const { plan, blockers, warning } = dialog
			if (blockers.length > 0 || warning !== undefined) {
				store.run('no')
				return blockers.length > 0 ? blockers.join('; ') : english.countingThemWouldSwitch
			}
			const failure = await yes(plan, english.countingBothDirections)
			return failure === undefined ? undefined : inShort(failure)
		},
		async copyInvalid() {
			const { way, modes, facts, lease } = state()
			if (!tellsAll(way)) return english.notEveryPacketIsToldOf
			// Probes see these packets themselves.
			if (way.source === 'probe') return undefined
			// Copies of other namespaces and sessions may come by the same way.
			const of = [facts?.netns.inode ?? 0, ...(lease === undefined ? [] : [lease.leaseId])].join(' ')
			const step = tapStep(state(), [copiesTap(way.source, of, modes.maxRate)])
			if ('reason' in step) return step.reason
			if (step.dialog.kind !== 'confirm-change') return english.noRulesToCountWith
			const { plan, blockers, notes, warning } = step.dialog
			if (blockers.length > 0) return blockers.join('; ')
			if (warning !== undefined) return english.countingThemWouldSwitch
			store.dispatch({ type: 'propose', plan, blockers, notes })
			const failure = await yes(keptQuiet(plan), english.copyingInvalidPackets)
			return failure === undefined ? undefined : inShort(failure)
		},
	}
}

const logsMoreOnly = ({ changes }: Plan): boolean =>
	changes.every(({ knob }) => knobById(knob)?.class === 'logs-more')

const notAllowed = ({ facts }: State, what: string, why: string): Failure =>
	facts?.capNetAdmin === false
		? { kind: 'not-permitted', what, need: english.rootCapNetAdmin }
		: { kind: 'unsupported', what, why }
