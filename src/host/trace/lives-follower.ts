import { readFileSync } from 'node:fs'
import { createLives } from '../../kernel/lives/lives.ts'
import { createLivesStream } from '../../kernel/lives/lives-stream.ts'
import type { FollowedProbes } from '../../kernel/probes/probe-sets.ts'
import { parseProbeProfile } from '../../kernel/trace/tracefs-files.ts'
import type { Clock } from '../../model/clock.ts'
import type { LivesListener, LogFollower } from '../../ports/observer.ts'
import * as english from '../../words/english/host/trace.ts'
import { fail, ok, type Result } from '../../words/failure.ts'
import { exists } from '../tools/proc-fs.ts'
import { kernelBtf } from './kernel-btf.ts'
import { switchedOff } from './probe-follower.ts'
import { followPipe } from './trace-pipe.ts'
import { tracefsFolder } from './tracefs.ts'

const EVERY_MS = 500
/** Reading more than this costs a tenth of a core, and each event costs something for the connection that it is of. */
const MOST_A_SECOND = 20_000
const OURS: ReadonlySet<string> = new Set(['made', 'confirm', 'insert', 'out', 'free'])

/** Follows entries by probes of the set `lists`: what is unconfirmed and dying, of the namespace with this inode number. */
export function followLives(
	{ group, secret }: FollowedProbes,
	netns: number,
	clock: Clock,
	{ onReading, onTrouble }: LivesListener,
	{ folder = tracefsFolder(), btf = kernelBtf(), most = MOST_A_SECOND } = {},
): Result<LogFollower> {
	if (folder === undefined)
		return fail({ kind: 'unsupported', what: english.kernelProbes, why: english.tracefsIsNotMounted })
	const instance = `${folder}/instances/${group}`
	const micros = () => clock.monotonic() * 1000
	const lives = createLives(micros(), { seesMade: exists(`${instance}/events/${group}/made`) })
	let came = 0
	let lost = 0
	let missed = 0
	let toldAt = clock.monotonic()
	const rate = createRate()
	const stream = createLivesStream(
		{ secret },
		{ btf, architecture: process.arch },
		{
			take(event) {
				came += 1
				rate.take(event.micros)
				lives.take(event)
			},
			lose(events) {
				lost += events
				lives.lose(events)
			},
		},
	)
	/** Calls that no probe has seen: the kernel does not let one come in between another. */
	const lookForMissed = (): void => {
		const all = missedIn(folder)
		lives.lose(all - missed)
		missed = Math.max(missed, all)
	}
	const tell = (): void => {
		lookForMissed()
		const at = clock.monotonic()
		toldAt = at
		onReading({ ...lives.reading(micros(), netns), at })
		const perSecond = rate.since()
		if (perSecond > most)
			onTrouble({
				kind: 'unsupported',
				what: english.kernelProbes,
				why: english.tooManyConnections(perSecond),
			})
	}
	/** What was missed before is not ours to tell of. */
	missed = missedIn(folder)
	let seen = 0
	let isOver = false
	const follower = followPipe({ instance, group }, clock, stream, {
		deliver() {
			const isAny = came > seen
			seen = came
			if (isOver || clock.monotonic() - toldAt >= EVERY_MS) tell()
			return isAny
		},
		lost(total) {
			isOver = true
			lives.lose(total - lost)
		},
		switchedOff: () => onTrouble(switchedOff),
	})
	return ok(follower)
}

/** Events a second by their own times: what has waited to be read is not more for that. */
function createRate() {
	let count = 0
	let first = Number.POSITIVE_INFINITY
	let last = 0
	return {
		take(micros: number): void {
			count += 1
			first = Math.min(first, micros)
			last = Math.max(last, micros)
		},
		/** Since it was asked last. */
		since(): number {
			const perSecond = Math.round((count * 1e6) / Math.max(EVERY_MS * 1000, last - first))
			count = 0
			first = Number.POSITIVE_INFINITY
			last = 0
			return perSecond
		},
	}
}

/** Of probes with such names. Where somebody else has some they count too: rather some doubt too many than too little. */
function missedIn(folder: string): number {
	try {
		return parseProbeProfile(readFileSync(`${folder}/kprobe_profile`, 'latin1'))
			.filter(({ name }) => OURS.has(name))
			.reduce((sum, one) => sum + one.missed, 0)
	} catch {
		return 0
	}
}
