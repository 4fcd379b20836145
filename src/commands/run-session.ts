import { exitCodeOf } from '../app/changes-in-force.ts'
import type { LeaseView } from '../changes/change.ts'
import { planToLog } from '../changes/plan.ts'
import { type Failure, fail, ok, type Result } from '../failure.ts'
import type { Changer, Clock, LogFollower, Netns, Observer } from '../host/ports.ts'
import { visible } from '../kernel/visible.ts'
import { createHeadless } from './headless.ts'

/** Logging is over when no record came for this long, and at the latest after the other time. */
const SILENCE_MS = 300
const LONGEST_WAIT_MS = 2_000

export type RunReason = {
	readonly id: string
	readonly text: string
	readonly protocol: string
	readonly verdict: string
	readonly count: number
	readonly detail: string
	readonly flow: string | null
	readonly sample: string
}

export type RunChange = {
	readonly knob: string
	readonly was: string
	readonly set: string
	/** What it reads after the undo; null when it cannot be read. */
	readonly after: string | null
	readonly state: string
	readonly note: string
	readonly byHand: string
}

/** What happened between switching the log on and off. Plain data: it travels between two processes. */
export type RunReport = {
	readonly kernel: string
	readonly netns: Netns
	readonly reasons: readonly RunReason[]
	/** Sums over all CPUs before and after; `delta` is right also when a counter wrapped. */
	readonly counters: Readonly<Record<string, { before: number; after: number; delta: number }>>
	readonly log: { readonly records: number; readonly lines: number; readonly lost: number }
	readonly changes: readonly RunChange[]
	/** 0, 3 or 4: see the exit statuses. */
	readonly undo: 0 | 3 | 4
	/** What the reader should know beside the numbers, one sentence each. */
	readonly notes: readonly string[]
}

export interface RunSession {
	/** Switches logging on. After a failure nothing is in force. */
	start(): Promise<Result<void>>
	/** Waits for the last lines, puts everything back, tells what was seen. */
	finish(): Promise<Result<RunReport>>
	/** Puts everything back without waiting for lines or telling. */
	abandon(): Promise<void>
	/** Resolves when logging has ended in a way that `finish` cannot put right. */
	readonly lost: Promise<string>
}

export type RunSessionOptions = {
	readonly observer: Observer
	readonly changer: Changer
	readonly clock: Clock
	readonly protocol: number
	readonly ttlMs: number
}

export function createRunSession({
	observer,
	changer,
	clock,
	protocol,
	ttlMs,
}: RunSessionOptions): RunSession {
	const headless = createHeadless(clock, ttlMs)
	const notes: string[] = []
	let follower: LogFollower | undefined
	let lastRecord = 0
	let isOn = false
	let endedEarly = ''

	changer.subscribe((view) => {
		if (isOn && view.phase !== 'starting' && view.phase !== 'holding' && endedEarly === '') {
			endedEarly = view.why === '' ? 'the changes were undone' : view.why
		}
	})

	const follow = async (): Promise<Failure | undefined> => {
		const log = await observer.followLog((events) => {
			if (!isOn) return
			if (events.some((event) => event.kind === 'record')) lastRecord = clock.monotonic()
			headless.take({ type: 'log', events })
		})
		if (!log.ok) return log.failure
		follower = log.value
		headless.take({ type: 'log-started' })
		return undefined
	}

	const switchOn = async (): Promise<Failure | undefined> => {
		const facts = await observer.facts()
		headless.take({ type: 'facts', facts })
		const settings = await observer.settings('fresh')
		if (!settings.ok) return settings.failure
		const {
			plan,
			blockers,
			notes: planNotes,
		} = planToLog({
			settings: settings.value,
			netns: facts.netns,
			protocol,
		})
		if (blockers.length > 0) {
			return { kind: 'unsupported', what: 'switching logging on', why: blockers.join('; ') }
		}
		notes.push(...planNotes)
		if (plan.changes.length === 0) {
			notes.push('logging was on already: nothing was changed')
			return undefined
		}
		const applied = await changer.apply(plan)
		return applied.ok ? undefined : applied.failure
	}

	/** What logging needs and no longer has, though we did not take it away. */
	const takenAway = async (): Promise<string> => {
		const settings = await observer.settings('fresh')
		const netns = headless.state().facts?.netns
		if (!settings.ok || netns === undefined) return ''
		const { plan } = planToLog({ settings: settings.value, netns, protocol })
		return plan.changes.map(({ knob, from }) => `${knob} is ${from}`).join(', ')
	}

	const close = async (): Promise<LeaseView | undefined> => {
		isOn = false
		await follower?.stop()
		follower = undefined
		return changer.close()
	}

	const waitForLastLines = async (): Promise<void> => {
		const began = clock.monotonic()
		for (;;) {
			const now = clock.monotonic()
			if (now - Math.max(began, lastRecord) >= SILENCE_MS || now - began >= LONGEST_WAIT_MS) return
			await new Promise<void>((resolve) => clock.after(25, resolve))
		}
	}

	return {
		lost: new Promise<string>(() => {}),
		async start() {
			const failure = (await follow()) ?? (await switchOn())
			if (failure !== undefined) {
				await close()
				return fail(failure)
			}
			isOn = true
			headless.take({ type: 'counters', result: await observer.counters() })
			return ok(undefined)
		},
		async finish() {
			const { totals: before = {} } = headless.state().counters.value ?? {}
			await waitForLastLines()
			headless.take({ type: 'counters', result: await observer.counters() })
			const stopped = endedEarly
			const gone = stopped === '' ? await takenAway() : ''
			const view = await close()
			if (stopped !== '') notes.push(`logging ended while the command was still running: ${stopped}`)
			if (gone !== '')
				notes.push(`someone else switched logging off meanwhile, so lines may be missing: ${gone}`)
			const { facts, log, reasons, counters } = headless.state()
			if (log.failure !== undefined) notes.push('the kernel log could not be read to the end')
			const after = counters.value?.totals ?? {}
			return ok({
				kernel: facts?.kernel ?? '',
				netns: facts?.netns ?? { inode: 0, name: '', initial: false },
				reasons: reasons.map(({ reason, count, lastDetail, flows, sample }) => ({
					id: reason.id,
					text: reason.title,
					protocol: reason.protocol,
					verdict: reason.verdict,
					count,
					detail: lastDetail,
					flow: flows[0]?.flow ?? null,
					sample: visible(sample),
				})),
				counters: Object.fromEntries(
					Object.keys(after)
						.filter((name) => name !== 'entries')
						.map((name) => [
							name,
							{
								before: before[name] ?? 0,
								after: after[name] ?? 0,
								delta: counters.value?.since[name] ?? 0,
							},
						]),
				),
				log: { records: log.records, lines: log.packetLines, lost: log.lost },
				changes: (view?.changes ?? []).map(({ knob, was, set, now, state, note, byHand }) => ({
					knob,
					was,
					set,
					after: now,
					state,
					note,
					byHand,
				})),
				undo: exitCodeOf(view, []),
				notes,
			})
		},
		async abandon() {
			await close()
		},
	}
}
