import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import type { Tap } from '../../changes/tap/tap.ts'
import type { TapReading } from '../../changes/tap/tap-listing.ts'
import { tapText } from '../../changes/tap/tap-text.ts'
import { tapOfText } from '../../changes/tap/tap-words.ts'
import { isTracking, planTaps, SWITCHES_ON } from '../../changes/tap-plan.ts'
import { type PacketLine, parsePacketLine } from '../../kernel/packet/packet-line.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { Changer } from '../../ports/changer.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import * as english from '../../words/english/commands/tap.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { readerFirst } from '../common/reader-first.ts'

/** A line that one of the taps wrote. */
export type TapLine = { readonly tap: Tap; readonly line: PacketLine; readonly text: string }

export type TapSession = {
	/** Adds the tables. After a failure nothing is in force. */
	start(): Promise<Result<readonly string[]>>
	/** What the rules have counted so far, in the order of the taps. */
	counted(): Promise<Result<readonly TapReading[]>>
	/** Takes the tables away, and answers the exit status and what is left. */
	finish(): Promise<{
		readonly undo: 0 | 3 | 4 | 7
		readonly view: LeaseView | undefined
		readonly lost: number
	}>
	/** Resolves when the tables went before that: the deadline, a flood, the guard. */
	readonly ended: Promise<string>
}

type Options = {
	readonly observer: Pick<
		Observer,
		'facts' | 'settings' | 'counters' | 'rules' | 'taps' | 'followLog' | 'followNflog' | 'modules'
	>
	readonly changer: Changer
	readonly clock: Clock
	readonly taps: readonly Tap[]
	/** Asked before a rule switches something on that is off now: whether to go on. */
	readonly maySwitchOn: (what: string) => Promise<boolean>
	readonly onLine: (line: TapLine) => void
}

const SETTLE_MS = 150

function textOf(event: LogEvent): string | undefined {
	// Facility 0 is the kernel: a program may write the same words to /dev/kmsg.
	if (event.kind === 'record') return event.record.facility === 0 ? event.record.text : undefined
	return event.kind === 'nflog' ? event.message.text : undefined
}

/** Taps without a screen: added, followed, taken away. */
export function createTapSession({
	observer,
	changer,
	clock,
	taps,
	maySwitchOn,
	onLine,
}: Options): TapSession {
	const ended = Promise.withResolvers<string>()
	const wanted = new Set(taps.map(tapText))
	let follower: LogFollower | undefined
	let reader: LogFollower | undefined
	let isOn = false
	let lost = 0

	changer.subscribe((view) => {
		if (isOn && !['starting', 'holding'].includes(view.phase)) ended.resolve(view.why)
	})

	const take = (events: readonly LogEvent[]): void => {
		for (const event of events) {
			if (event.kind === 'gap' || event.kind === 'nflog-lost') lost += event.lost
			const said = textOf(event)
			if (said === undefined) continue
			// A prefix may end with a blank that the line keeps: what was logged is compared, not what was read of it.
			const tap = tapOfText(said, taps)
			const line = tap === undefined ? undefined : parsePacketLine(said)
			if (tap !== undefined && line !== undefined) onLine({ tap, line, text: said })
		}
	}

	const add = async (): Promise<Failure | readonly string[]> => {
		const facts = await observer.facts()
		const settings = await observer.settings('fresh')
		if (!settings.ok) return settings.failure
		const there = await observer.taps()
		if (!there.ok) return there.failure
		const counters = await observer.counters()
		const rules = await observer.rules()
		const modules = await observer.modules()
		const { plan, blockers, notes } = planTaps({
			modules: modules.ok ? modules.value : undefined,
			taps,
			settings: settings.value,
			netns: facts.netns,
			tables: there.value.tables,
			others: there.value.taps.map(({ tap }) => tap),
			isTracking: isTracking(
				settings.value.count,
				counters.ok ? counters.value.proc?.cpus : undefined,
				rules.ok ? rules.value.ruleset.rules : [],
			),
			nft: facts.tools.nft,
		})
		if (blockers.length > 0)
			return { kind: 'unsupported', what: english.addingTheRules, why: blockers.join('; ') }
		if (notes.includes(SWITCHES_ON) && !(await maySwitchOn(SWITCHES_ON)))
			return {
				kind: 'usage',
				message: english.nothingWasChanged(SWITCHES_ON),
				next: english.toGoOnAllThe,
			}
		const logs = taps.filter(({ kind }) => kind === 'tap' || kind === 'preview')
		if (logs.some(({ to }) => to.kind === 'kmsg')) {
			const followed = await observer.followLog(take)
			if (!followed.ok) return followed.failure
			follower = followed.value
		}
		const applied = await changer.apply(plan)
		if (!applied.ok) return applied.failure
		if (logs.some(({ to }) => to.kind === 'nflog' && to.group === 0)) {
			// It binds the logger for IPv4 itself, which the plan has put on record.
			const reading = await observer.followNflog(take)
			if (!reading.ok) return reading.failure
			reader = reading.value
		}
		return notes
	}

	const close = async (): Promise<LeaseView | undefined> => {
		isOn = false
		const readerStopped = reader?.stop() ?? Promise.resolve()
		await readerFirst(clock, readerStopped)
		const view = await changer.close()
		await readerStopped
		// The last lines are on their way.
		if (follower !== undefined) await new Promise<void>((resolve) => clock.after(SETTLE_MS, resolve))
		await follower?.stop()
		return view
	}

	return {
		ended: ended.promise,
		async start() {
			const added = await add()
			if (!Array.isArray(added)) {
				await close()
				return fail(added as Failure)
			}
			isOn = true
			return ok(added as readonly string[])
		},
		async counted() {
			const read = await observer.taps()
			if (!read.ok) return read
			return ok(read.value.taps.filter(({ tap }) => wanted.has(tapText(tap))))
		},
		async finish() {
			const view = await close()
			return { undo: exitCodeOf(view, []), view, lost }
		},
	}
}
