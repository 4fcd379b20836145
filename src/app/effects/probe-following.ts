import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import { type ProbesInForce, probesInForce } from '../changing/probing.ts'
import type { ActionBody } from '../state/actions.ts'
import type { DrawnForPlan } from '../state/probes-state.ts'
import type { State } from '../state/state.ts'

/** Ends of entries a second that are read: more are of no more use, and cost something for each connection. */
export const MOST_ENDS_A_SECOND = 2_000

export type ProbeFollowing = {
	/** Draws the first names. */
	start(): void
	/** Called after each action: reads the probes that are in force, and draws names for the next ones. */
	heard(state: State): void
	/** What they hold still comes before it is over. */
	stop(): Promise<void>
}

type Followed = { readonly probes: FollowedProbes; readonly follower: Promise<LogFollower | undefined> }

/** Reads kernel probes of ours while they are in force, and hands on each batch of what they tell. */
export function createProbeFollowing(
	observer: Pick<Observer, 'followProbes'>,
	clock: Clock,
	draw: () => DrawnProbes,
	dispatch: (body: ActionBody) => void,
): ProbeFollowing {
	const followed = new Map<string, Followed>()
	let drawn: DrawnForPlan | undefined
	let stopped = false

	const redraw = (): void => {
		drawn = { reasons: draw(), ends: draw(), invalid: draw() }
		dispatch({ type: 'probes-drawn', drawn })
	}

	const take = ({ seq, probes }: ProbesInForce, tooMany: (count: number) => boolean) => {
		return (events: readonly LogEvent[]): void => {
			const read = events.filter(({ kind }) => kind !== 'ended')
			if (read.length > 0) dispatch({ type: 'log', events: read })
			if (probes.set === 'ends' && tooMany(read.length)) dispatch({ type: 'ends-too-many', seq })
			const ended = events.find((event) => event.kind === 'ended')
			if (ended === undefined || probes.set !== 'reasons' || !followed.has(probes.group)) return
			dispatch({ type: 'probes-failed', failure: ended.failure })
		}
	}

	const begin = async (one: ProbesInForce): Promise<LogFollower | undefined> => {
		const { probes } = one
		const isTeller = probes.set === 'reasons'
		/** Events can come before the answer does: the start is told first. */
		let answered = !isTeller
		const early: LogEvent[] = []
		const pass = take(one, rateAbove(MOST_ENDS_A_SECOND, clock))
		const result = await observer.followProbes(probes, (events) => {
			if (answered) pass(events)
			else early.push(...events)
		})
		answered = true
		if (!result.ok) {
			if (isTeller && followed.has(probes.group)) dispatch({ type: 'probes-failed', failure: result.failure })
			return undefined
		}
		if (isTeller && followed.has(probes.group)) dispatch({ type: 'probes-started' })
		if (early.length > 0) pass(early)
		return result.value
	}

	const end = async ({ probes, follower }: Followed): Promise<void> => {
		followed.delete(probes.group)
		if (probes.set === 'reasons') dispatch({ type: 'probes-stopped' })
		await (await follower)?.stop()
	}

	return {
		start: redraw,
		heard(state) {
			if (stopped) return
			// Those that follow entries have a reader of their own.
			const inForce = (state.leaving === undefined ? probesInForce(state) : []).filter(
				({ probes }) => probes.set !== 'lists',
			)
			const wanted = new Set(inForce.map(({ probes }) => probes.group))
			const gone = [...followed.values()].filter(({ probes }) => !wanted.has(probes.group))
			const fresh = inForce.filter(({ probes }) => !followed.has(probes.group))
			// In place before anything is told: what is told asks again.
			const begun = fresh.map((one) => {
				let answer: (follower: Promise<LogFollower | undefined>) => void = () => {}
				const follower = new Promise<LogFollower | undefined>((resolve) => {
					answer = resolve
				})
				followed.set(one.probes.group, { probes: one.probes, follower })
				return () => answer(begin(one))
			})
			for (const one of gone) void end(one)
			for (const start of begun) start()
			if (drawn !== undefined && fresh.some(({ probes }) => isDrawn(drawn, probes))) redraw()
		},
		async stop() {
			stopped = true
			const all = [...followed.values()]
			followed.clear()
			await Promise.all(all.map(async ({ follower }) => (await follower)?.stop()))
		},
	}
}

const isDrawn = (drawn: DrawnForPlan | undefined, { secret }: FollowedProbes): boolean =>
	drawn !== undefined && Object.values(drawn).some((one) => one.secret === secret)

/** Says once that more than that came within a second. */
export function rateAbove(most: number, clock: Pick<Clock, 'monotonic'>): (count: number) => boolean {
	let since = clock.monotonic()
	let came = 0
	let isTold = false
	return (count) => {
		const now = clock.monotonic()
		if (now - since >= 1_000) {
			since = now
			came = 0
		}
		came += count
		if (came <= most || isTold) return false
		isTold = true
		return true
	}
}
