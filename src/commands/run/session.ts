import { exitCodeOf } from '../../app/changing/changes-in-force.ts'
import { obituariesTold } from '../../app/changing/ends-told.ts'
import { followEnds } from '../../app/effects/ends.ts'
import { countNamed, namedWithin, toNamed } from '../../app/log/named.ts'
import type { DrawnProbes } from '../../changes/kinds/probes.ts'
import type { SourceWish } from '../../changes/log-source.ts'
import { parseProbes } from '../../kernel/probes/probe-sets.ts'
import type { LeaseView } from '../../model/change.ts'
import type { Clock } from '../../model/clock.ts'
import type { Grouping } from '../../model/grouping.ts'
import type { HostFacts } from '../../model/host-facts.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { Settings } from '../../model/settings.ts'
import type { Changer } from '../../ports/changer.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import type { Recorder } from '../../ports/recorder.ts'
import * as english from '../../words/english/commands/run.ts'
import { type Failure, fail, ok, type Result } from '../../words/failure.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { changesOf } from '../common/done-changes.ts'
import { createHeadless } from '../common/headless.ts'
import { readerFirst } from '../common/reader-first.ts'
import { printedSites } from '../printk/lines.ts'
import { groupsOfState } from '../who/of-state.ts'
import { createRunCapture } from './capture.ts'
import { startFollowingNetns, toldElsewhere } from './elsewhere.ts'
import {
	accountingOf,
	type Counts,
	countersOf,
	countsOf,
	type Ended,
	neighboursOf,
	reasonsOf,
	silentOf,
	sumOf,
} from './figures.ts'
import { createRunPackets } from './packets.ts'
import { createSilentNames } from './silent/names.ts'
import { createRunSources, inShort } from './sources.ts'
import { type Chosen, createRunSwitch } from './switch.ts'
import { floodInWords, type RunReport, type RunSession } from './types.ts'

export type RunSessionOptions = {
	readonly observer: Observer
	readonly changer: Changer
	readonly recorder: Recorder
	readonly clock: Clock
	/** Layer 4 protocol number, 255 for all, 0 for none: only call sites are switched then. */
	readonly protocol: number
	/** Words of `--printk`: which call sites are to print. */
	readonly printk: readonly string[]
	readonly consoleLevel: number | undefined
	/** Lines a second that are a flood; 0: none is. */
	readonly maxRate: number
	/** Takes one sentence that cannot wait for the report. */
	readonly warn: (text: string) => void
	readonly ttlMs: number
	readonly source: SourceWish
	/** How packets are to be told apart beside their reason. */
	readonly by?: Grouping | undefined
	/** Tell which of the other network namespaces were made meanwhile, and refuse where that cannot be seen. */
	readonly followsNetns?: boolean
	readonly drawProbes: () => DrawnProbes
	/** Packets a second that connection tracking may look at; undefined where that cannot be told. */
	readonly packetRate: () => Promise<number | undefined>
	/** pcapng file for the packets, absolute. */
	readonly capture: string | undefined
	/** That file may be there already. */
	readonly force: boolean
}

/** What can be done about a flood, by who runs the same again. */
const FLOOD_NEXT = english.loggingEndedWhileTheCommand

const ALL_PROTOCOLS = 255

const NOWHERE: Chosen = { source: 'kmsg', why: '', notes: [] }

const endWords = (source: Chosen['source']) =>
	source === 'probe' ? english.theProbesEnded : english.theReaderOfNflogEnded

/** Reasons come: what is undone meanwhile is something else, as probes on every packet after their half minute. */
function stillTells({ phase, changes }: LeaseView): boolean {
	if (phase !== 'undoing') return phase === 'starting' || phase === 'holding'
	const isAbout = (set: string) => parseProbes(set)?.set === 'reasons'
	return changes.some(({ set, state }) => isAbout(set) && (state === 'in-force' || state === 'confirm'))
}

export function createRunSession(options: RunSessionOptions): RunSession {
	const { observer, changer, clock } = options
	const packets = createRunPackets(clock)
	const headless = createHeadless(clock, options.ttlMs, packets.see)
	const silent = createSilentNames({ observer, changer, headless, maxRate: options.maxRate })
	const capture = createRunCapture(options.recorder, options.capture, options.force)
	let facts: HostFacts | undefined
	/** Network namespaces that were there before COMMAND; undefined where it does not matter. */
	let known: ReadonlySet<number> | undefined
	let chosen = NOWHERE
	let isOn = false
	let endedEarly = ''
	let flood: RunReport['flood'] = null
	/** Containers often have no kernel log; NFLOG needs none. */
	let kernelLogMissing: Failure | undefined
	let ends: LogFollower | undefined
	/** Reasons stopped coming before the command ended: how, and what was counted until then. */
	let ended: { readonly how: Ended['how']; readonly counted: Promise<Counts> } | undefined

	const readCounters = async (): Promise<Counts> => {
		headless.take({ type: 'counters', result: await observer.counters() })
		return countsOf(headless.state())
	}

	const stopsHere = (how: Ended['how']): void => {
		if (isOn) ended ??= { how, counted: readCounters() }
	}

	const isMadeMeanwhile = (inode: number): boolean =>
		inode !== facts?.netns.inode && known?.has(inode) === false

	const take = (events: readonly LogEvent[]): void => {
		headless.take({ type: 'log', events })
		capture.take(events)
		if (known !== undefined) packets.takeElsewhere(events, isMadeMeanwhile)
	}
	const sources = createRunSources({
		observer,
		clock,
		take,
		onReaderEnd: () => stopsHere('unread'),
		onStall: (unread) => options.warn(english.theReaderOfNflogTcpdump(grouped(unread))),
		onKernelLogEnd: () => {
			if (chosen.source === 'kmsg') stopsHere('unread')
		},
	})
	const logging = createRunSwitch({
		observer,
		changer,
		protocol: options.protocol,
		printk: options.printk,
		consoleLevel: options.consoleLevel,
		warn: options.warn,
		wish: options.source,
		wantsPackets: options.capture !== undefined,
		startReader: sources.followNflog,
		drawProbes: options.drawProbes,
		packetRate: options.packetRate,
		startProbes: sources.followProbes,
	})

	changer.subscribe((view) => {
		if (!isOn || endedEarly !== '' || stillTells(view)) return
		endedEarly = view.why === '' ? english.theChangesWereUndone : view.why
		if (view.flood !== null) {
			flood = { rate: view.flood.rate, changes: view.changes.length }
			options.warn(floodInWords(flood))
		}
		stopsHere('off')
		// Its logger is being unbound: nothing more can come.
		void sources.stopReaders(true)
	})

	const switchOn = async (): Promise<Failure | undefined> => {
		const following = await sources.followLog()
		if (following.ok) headless.take({ type: 'log-started' })
		else kernelLogMissing = following.failure
		facts = await observer.facts()
		headless.take({ type: 'facts', facts })
		if (options.followsNetns === true) {
			const before = await startFollowingNetns(facts, observer)
			if (!before.ok) return before.failure
			known = before.value
		}
		const choice = await logging.choose(facts)
		if (!choice.ok) return choice.failure
		const needsKernelLog = choice.value.source === 'kmsg' || options.printk.length > 0
		if (kernelLogMissing !== undefined && needsKernelLog) return kernelLogMissing
		const opened = await capture.open(choice.value)
		if (!opened.ok) return opened.failure
		const switched = await logging.on(facts, choice.value)
		if (!switched.ok) return switched.failure
		if (kernelLogMissing !== undefined && switched.value.source === 'kmsg') return kernelLogMissing
		chosen = switched.value
		return undefined
	}

	/** How entries ended is told beside, as far as it can be. */
	const watchEnds = async (): Promise<void> => {
		if (chosen.source === 'probe') return
		const followed = await followEnds(observer, clock, headless.take)
		if (followed.ok) ends = followed.value
	}

	const undo = async () => {
		await readerFirst(clock, sources.stopReaders())
		isOn = false
		return changer.close()
	}

	const close = async () => {
		const [view] = await Promise.all([undo(), sources.stop(), ends?.stop()])
		return view
	}

	/** Packets that were counted when reasons came no more. */
	const countedAfter = (until: Ended | undefined): number =>
		until === undefined ? 0 : sumOf(countsOf(headless.state())) - sumOf(until.counted)

	const afterThat = (packets: number): string =>
		english.afterThatCounted(counted(packets, english.invalidPacketWas, english.invalidPacketsWere))

	/** Why reasons did not reach us although the kernel gave them. */
	const missing = (until: Ended | undefined): readonly string[] => {
		const since = afterThat(countedAfter(until))
		const end = sources.readerEnd()
		const lost = sources.nflog()?.lost ?? 0
		const logEnd = chosen.source === 'kmsg' ? sources.kernelLogEnd() : undefined
		return [
			...(end === undefined ? [] : [endWords(chosen.source)(inShort(end), since)]),
			...(logEnd === undefined ? [] : [english.theKernelLogCouldNot(inShort(logEnd), since)]),
			...(sources.stoodStill() && lost > 0 ? [english.theReaderOfNflogTcpdumpWas(grouped(lost))] : []),
		]
	}

	const missedBy = (
		settings: Result<Settings>,
		until: Ended | undefined,
		missing: readonly string[],
	): readonly string[] => {
		const notes: string[] = []
		if (flood !== null) notes.push(FLOOD_NEXT)
		else if (endedEarly !== '') notes.push(english.loggingEndedWhileTheCommandWas(endedEarly))
		else if (settings.ok && facts !== undefined) {
			const gone = logging.takenAway(facts, chosen.source, settings.value)
			if (gone !== '') notes.push(english.someoneElseSwitchedLoggingOff(gone))
		}
		const after = countedAfter(until)
		if (until?.how === 'off' && after > 0) notes.push(english.thatNobodyAskedAbout(afterThat(after)))
		if (sources.stoodStill() && missing.length === 0) notes.push(english.theReaderOfNflogStood)
		const lines = sources.elsewhere()
		if (lines > 0) notes.push(english.ofOtherNetworkNamespacesCame(counted(lines, english.reasonLine)))
		notes.push(...neighboursOf(headless.state()))
		if (kernelLogMissing !== undefined) notes.push(english.whatElseTheKernelSays(inShort(kernelLogMissing)))
		if (sources.kernelLogEnd() !== undefined && chosen.source !== 'kmsg')
			notes.push(english.theKernelLogCouldNotBe)
		return notes
	}

	return {
		lost: new Promise<string>(() => {}),
		async start() {
			const failure = await switchOn()
			if (failure !== undefined) {
				await close()
				await capture.abandon()
				return fail(failure)
			}
			await Promise.all([options.protocol === ALL_PROTOCOLS && silent.begin(chosen.source), watchEnds()])
			isOn = true
			// What prints now is known by its text, whoever switched it on.
			headless.take({ type: 'printk', result: await observer.printk() })
			sources.begin()
			await readCounters()
			if (silent.isCopying()) headless.take({ type: 'copies', are: 'followed' })
			if (sources.readerEnd() !== undefined) stopsHere('unread')
			return ok(undefined)
		},
		async finish() {
			const { totals: before = {} } = headless.state().counters.value ?? {}
			await sources.settle()
			await readCounters()
			const settings = await observer.settings('fresh')
			const undone = undo()
			// What the reader still holds comes now.
			await sources.stopReaders()
			const until = ended && { how: ended.how, counted: await ended.counted }
			const missed = missing(until)
			const notes = missedBy(settings, until, missed)
			const [view] = await Promise.all([undone, sources.stop(), ends?.stop()])
			const captured = await capture.close()
			const names = silent.named(settings, endedEarly !== '')
			const state = headless.state()
			const nflog = sources.nflog()
			const probed = sources.probed()
			const socketLost = (nflog?.lost ?? 0) + (probed?.lost ?? 0)
			const unsure = sources.readerEnd() !== undefined
			const input = {
				state,
				source: chosen.source,
				settings,
				socketLost,
				ended: until,
				unsure,
				named: names && countNamed(names),
			}
			const accounting = accountingOf(input)
			const others = await toldElsewhere(state, observer, known)
			const here = facts?.netns ?? { inode: 0, name: '', initial: false }
			return ok({
				kernel: facts?.kernel ?? '',
				netns: here,
				source: { used: chosen.source, why: chosen.why },
				reasons: reasonsOf({ reasons: state.reasons, told: state.probes.told }),
				named: namedWithin(names ?? [], accounting).map(toNamed),
				packets: packets.all(state, silent.steadyValues(settings)),
				...(options.by === undefined
					? {}
					: {
							groups: groupsOfState(
								state,
								options.by,
								accounting,
								here,
								others.map(({ netns }) => netns),
							),
						}),
				counters: countersOf(state, before),
				accounting,
				silent: silentOf(input, accounting),
				printk: printedSites(state.told),
				log: {
					records: state.log.records,
					lines: state.log.packetLines,
					lost: state.log.lost,
					nflog,
					probes: probed,
					copies: silent.isCopying() ? (state.unlined?.copied ?? 0) : null,
				},
				obituaries: obituariesTold(state),
				elsewhere: others,
				capture: captured && { path: captured.path, packets: captured.packets, bytes: captured.bytes },
				changes: changesOf(view),
				flood,
				undo: exitCodeOf(view, []),
				trouble: captured === null || captured.trouble === '' ? [] : [captured.trouble],
				missed,
				notes: [...chosen.notes, ...silent.unnamed(accounting), ...notes],
			} satisfies RunReport)
		},
		async abandon() {
			await close()
			await capture.abandon()
		},
	}
}
