import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import type { Clock } from '../../model/clock.ts'
import type { Changer } from '../../ports/changer.ts'
import type { Observer } from '../../ports/observer.ts'
import type { Recorder } from '../../ports/recorder.ts'
import * as english from '../../words/english/app/effects.ts'
import { clock, counted } from '../../words/numbers.ts'
import { changesInForce } from '../changing/changes-in-force.ts'
import { isTrialOver } from '../screens/steps/trial.ts'
import type { Action, ActionBody } from '../state/actions.ts'
import type { State } from '../state/state.ts'
import type { Describe, TerminalPort } from '../state/terminal-port.ts'
import type { Effects, Store } from '../store/store.ts'
import { createEnds } from './ends.ts'
import { createJoining } from './joining.ts'
import { createLivesFollowing, proposeLives } from './lives-following.ts'
import { createLogFollowing } from './log-following.ts'
import { createNaming } from './naming.ts'
import { createNflogFollowing } from './nflog-following.ts'
import { createObserving } from './observing.ts'
import { createProbeFollowing } from './probe-following.ts'
import { send } from './requesting.ts'
import { createSampling } from './sampling.ts'
import { captureToFile, createPacketRing } from './saving/capturing.ts'
import { copyToFile, copyToTerminal } from './saving/copying.ts'
import { createTracing } from './tracing.ts'

export type Outside = {
	readonly observer: Observer
	readonly changer: Changer
	readonly clock: Clock
	readonly recorder: Pick<Recorder, 'save' | 'saveText'>
	readonly terminal: TerminalPort
	readonly describe: Describe
	/** Names that nobody can guess, for probes to come. */
	readonly drawProbes: () => DrawnProbes
	/** Takes every action as it was stamped; says why it takes no more, empty while it does. */
	readonly record?: (action: Action) => string
	/** Of this program, for its reports. */
	readonly version: string
}

/**
 * Everything with a timer or with input and output: looking at fixed times, following the log, asking the guard,
 * and what the terminal is asked for. An error that a port throws is a programming error and is not caught here:
 * it ends the program, and the guard then undoes everything.
 */
export function createEffects({
	observer,
	changer,
	clock,
	recorder,
	terminal,
	describe,
	version,
	drawProbes,
	record,
}: Outside): Effects {
	let store: Store | undefined
	let title = ''
	let notRecorded = ''
	let unsubscribe = (): void => {}
	const dispatch = (body: ActionBody): void => store?.dispatch(body)
	const observing = createObserving(observer, changer, clock, dispatch, () => store?.getState())
	const log = createLogFollowing(observer, clock, dispatch)
	const ring = createPacketRing()
	const joining = createJoining(observer, clock, dispatch)
	const sampling = createSampling(observer, clock, dispatch)
	const naming = createNaming(observer, dispatch)
	const ends = createEnds(observer, clock, dispatch)
	const tracing = createTracing(observer, clock, dispatch)
	const lives = createLivesFollowing(observer, clock, dispatch)
	const nflog = createNflogFollowing(observer, clock, ring, dispatch)
	const probes = createProbeFollowing(observer, clock, drawProbes, dispatch)

	const stop = async (): Promise<void> => {
		unsubscribe()
		unsubscribe = () => {}
		observing.stop()
		joining.stop()
		sampling.stop()
		naming.stop()
		await Promise.all([log.stop(), nflog.stop(), probes.stop(), tracing.stop(), lives.stop(), ends.stop()])
	}

	/** Loaded when it is asked for: nobody waits for it at the start. */
	const writeReport = async (state: State, anonymous: boolean): Promise<void> => {
		const { reportToFile } = await import('./saving/reporting.ts')
		await reportToFile(recorder, state, anonymous, version, dispatch)
	}

	const onTerminal = (action: Action, state: State): void => {
		switch (action.type) {
			case 'copy':
				dispatch({ type: 'say', notice: copyToTerminal(terminal, describe, state) })
				return
			case 'copy-to-file':
				void copyToFile(recorder, describe, state, dispatch)
				return
			case 'capture':
				void captureToFile(recorder, state, ring.kept(), dispatch)
				return
			case 'report':
				void writeReport(state, action.anonymous)
				return
			case 'suspend':
				void terminal.suspend(suspendLines(state))
				return
			case 'lo-fi':
				void terminal.lofi(describe.lofi(state))
		}
	}

	return {
		now: () => clock.monotonic(),
		start(started) {
			store = started
			unsubscribe = changer.subscribe((view) => dispatch({ type: 'lease', view }))
			observing.start()
			log.start()
			probes.start()
		},
		perform(action, before, after, request) {
			const lost = record?.(action) ?? ''
			if (lost !== '' && lost !== notRecorded) {
				notRecorded = lost
				dispatch({ type: 'say', notice: { text: lost, tone: 'bad' } })
			}
			if (request !== undefined) {
				const wait = nflog.beingStarted()
				if (wait === undefined) void send(changer, request, dispatch)
				else void wait.then(() => send(changer, request, dispatch))
			}
			onTerminal(action, after)
			observing.heard(action, before, after)
			nflog.heard(after)
			probes.heard(after)
			tracing.heard(after)
			lives.heard(after)
			if (action.type === 'follow-lists') dispatch(proposeLives(drawProbes()))
			joining.heard(after)
			sampling.heard(after)
			naming.heard(before, after)
			ends.heard(after)
			if (action.type === 'tick' && isTrialOver(after, action.at)) dispatch({ type: 'trial-over' })
			const wanted = describe.title(after)
			if (wanted !== title) {
				title = wanted
				terminal.title(wanted)
			}
			if (action.type === 'left') void stop()
		},
		beforeUndo: async () => nflog.beingStarted(),
		stop,
	}
}

/** Printed before the program is stopped: the guard goes on counting. */
export function suspendLines({ lease, now, wall }: State): readonly string[] {
	const on = changesInForce(lease)
	if (lease === undefined || on.length === 0) return []
	const until = clock(wall + lease.deadline - now, 'minutes')
	return [english.onUntilFgToReturn(counted(on.length, english.changeStays, english.changesStay), until)]
}
