import { MOST_ENDS_A_SECOND, rateAbove } from '../../app/effects/probe-following.ts'
import { recordLine } from '../../kernel/log/record-line.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogEvent } from '../../model/log-event.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import { describe, type Failure, fail, ok, type Result } from '../../words/failure.ts'

/** Logging is over when nothing came for this long, and at the latest after the other time. */
const SILENCE_MS = 300
/** Whoever sends packets decides when lines end, and the undo comes after them: it is promised within 2 s. */
const LONGEST_WAIT_MS = 700

export type RunSources = {
	/** The kernel log: conntrack's lines when they go there, and always its neighbours and the lines of LOG rules. */
	followLog(): Promise<Result<void>>
	/** Netlink group 0, once conntrack's messages go there. */
	followNflog(): Promise<Result<void>>
	/** Kernel probes of ours, once they are in force. `onTooMany`: they tell more than can be read for nothing; once. */
	followProbes(probes: FollowedProbes, onTooMany?: () => void): Promise<Result<void>>
	/** From here on what comes is counted. */
	begin(): void
	/** Waits for what is still on its way. */
	settle(): Promise<void>
	/** Ends the readers of NFLOG and of probes, with what they still hold. To be called before what they read is undone; `isUndone`: it is already. */
	stopReaders(isUndone?: boolean): Promise<void>
	stop(): Promise<void>
	/** Packets from NFLOG and those that did not fit into its socket; null when it was not read. */
	nflog(): { readonly packets: number; readonly lost: number } | null
	/** Packets that probes have told of, in all network namespaces, and events that were lost; null when there were none. */
	probed(): { readonly packets: number; readonly lost: number } | null
	/**
	 * Lines of conntrack in the kernel log while ours came from NFLOG: of other network namespaces, which nf_log_all_netns
	 * lets write there. They are no part of what is told.
	 */
	readonly elsewhere: () => number
	/** Why the reader of NFLOG ended before it was told to. */
	readonly readerEnd: () => Failure | undefined
	readonly kernelLogEnd: () => Failure | undefined
	/** Somebody has stopped or frozen the reader of NFLOG for a while. */
	readonly stoodStill: () => boolean
}

type Options = {
	readonly observer: Pick<Observer, 'followLog' | 'followNflog' | 'followProbes'>
	readonly clock: Clock
	readonly take: (events: readonly LogEvent[]) => void
	/** The reader of NFLOG is gone though nobody has asked it to go. */
	readonly onReaderEnd: () => void
	/** It takes no packets though they wait for it; told once. */
	readonly onStall: (unread: number) => void
	/** The kernel log cannot be read any more. */
	readonly onKernelLogEnd: () => void
}

/** All ways in which reasons come, as one stream of events that can be waited for. */
export function createRunSources({
	observer,
	clock,
	take,
	onReaderEnd,
	onStall,
	onKernelLogEnd,
}: Options): RunSources {
	let kernelLog: LogFollower | undefined
	let readers: LogFollower[] = []
	let areUndone = false
	let isOn = false
	let last = 0
	let nflog: { packets: number; lost: number } | null = null
	let probed: { packets: number; lost: number } | null = null
	let readerEnd: Failure | undefined
	let kernelLogEnd: Failure | undefined
	let elsewhere = 0
	let stoodStill = false

	const passOn = (events: readonly LogEvent[]): void => {
		if (events.length === 0) return
		last = clock.monotonic()
		take(events)
	}

	/** The end of the reader is no end of the kernel log: it is kept apart, and told in the report. */
	const fromNflog = (events: readonly LogEvent[]): void => {
		const ended = events.find((event) => event.kind === 'ended')
		if (ended !== undefined && readerEnd === undefined) {
			readerEnd = ended.failure
			onReaderEnd()
		}
		const stall = events.find((event) => event.kind === 'nflog-unread' && event.stalled === true)
		if (stall?.kind === 'nflog-unread' && !stoodStill) {
			stoodStill = true
			onStall(stall.unread)
		}
		if (!isOn || nflog === null) return
		for (const event of events) {
			if (event.kind === 'nflog') nflog.packets += 1
			else if (event.kind === 'nflog-lost') nflog.lost += event.lost
		}
		passOn(events.filter((event) => event.kind !== 'ended'))
	}

	const fromLog = (events: readonly LogEvent[]): void => {
		const ended = events.find((event) => event.kind === 'ended')
		if (ended !== undefined && kernelLogEnd === undefined) {
			kernelLogEnd = ended.failure
			onKernelLogEnd()
		}
		if (!isOn) return
		// What probes tell of, they tell of once.
		const ours = nflog === null && probed === null ? events : events.filter((event) => !isOfConntrack(event))
		if (nflog !== null) elsewhere += events.length - ours.length
		passOn(ours)
	}

	const fromProbes = (events: readonly LogEvent[]): void => {
		if (!isOn || probed === null) return
		for (const event of events) {
			if (event.kind === 'probe-lost') probed.lost += event.lost
			else if (event.kind !== 'probe-end') probed.packets += 1
		}
		passOn(events)
	}

	const stopReaders = async (isUndone = false): Promise<void> => {
		areUndone ||= isUndone
		await Promise.all(readers.map((one) => one.stop()))
		readers = []
	}

	return {
		nflog: () => nflog && { ...nflog },
		probed: () => probed && { ...probed },
		elsewhere: () => elsewhere,
		readerEnd: () => readerEnd,
		kernelLogEnd: () => kernelLogEnd,
		stoodStill: () => stoodStill,
		begin() {
			isOn = true
		},
		async followLog() {
			const log = await observer.followLog(fromLog)
			if (!log.ok) return log
			kernelLog = log.value
			return ok(undefined)
		},
		async followNflog() {
			const followed = await observer.followNflog(fromNflog)
			if (!followed.ok) return followed
			if (readerEnd !== undefined) {
				// It ended within its start: that is none.
				const failure = readerEnd
				readerEnd = undefined
				return fail(failure)
			}
			readers.push(followed.value)
			nflog = { packets: 0, lost: 0 }
			return ok(undefined)
		},
		async followProbes(probes, onTooMany) {
			probed ??= { packets: 0, lost: 0 }
			const isTooMuch = rateAbove(MOST_ENDS_A_SECOND, clock)
			const followed = await observer.followProbes(probes, (events) => {
				if (onTooMany !== undefined && isTooMuch(events.length)) onTooMany()
				const ended = events.find((event) => event.kind === 'ended')
				// The others are undone before, when their time is over.
				if (ended !== undefined && probes.set === 'reasons' && !areUndone && readerEnd === undefined) {
					readerEnd = ended.failure
					onReaderEnd()
				}
				fromProbes(events.filter((event) => event.kind !== 'ended'))
			})
			if (!followed.ok) return followed
			readers.push(followed.value)
			return ok(undefined)
		},
		async settle() {
			const began = clock.monotonic()
			for (;;) {
				const now = clock.monotonic()
				if (now - Math.max(began, last) >= SILENCE_MS || now - began >= LONGEST_WAIT_MS) return
				await new Promise<void>((resolve) => clock.after(25, resolve))
			}
		},
		stopReaders,
		async stop() {
			await stopReaders()
			// What was printed before counts.
			await kernelLog?.stop()
			isOn = false
			kernelLog = undefined
		},
	}
}

function isOfConntrack(event: LogEvent): boolean {
	if (event.kind !== 'record') return false
	const kind = recordLine(event.record)?.kind
	return kind === 'conntrack' || kind === 'helper'
}

/** A failure as half a sentence. */
export function inShort(failure: Failure): string {
	const { title, detail } = describe(failure)
	return failure.kind === 'usage' || failure.kind === 'unsupported' ? detail : `${title}: ${detail}`
}
