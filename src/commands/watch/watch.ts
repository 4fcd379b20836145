import { tableFillOf } from '../../app/log/table.ts'
import { FLOOD_LINES, type State } from '../../app/state/state.ts'
import { createClock } from '../../host/clock.ts'
import { drawProbes } from '../../host/trace/tracefs.ts'
import { isPressed } from '../../investigation/table/fill.ts'
import type { Clock } from '../../model/clock.ts'
import type { LogFollower, Observer } from '../../ports/observer.ts'
import { isPiped } from '../../words/fact.ts'
import { columnsAsked, TEXT_COLUMNS } from '../../words/paragraph.ts'
import { changeWith } from '../common/change-with.ts'
import { refused } from '../common/failure-exit.ts'
import { createHeadless, type Headless } from '../common/headless.ts'
import { lookAt } from '../common/look-at.ts'
import { EXIT, type WatchOptions } from '../common/options.ts'
import { sayBeside } from '../common/output.ts'
import { catchSignals, exitOfSignal } from '../common/signals.ts'
import { type ProbingPorts, startProbing } from './probing.ts'
import { watchBanner, watchHead, watchJson, watchPrinted, watchText } from './watch-line.ts'

const HEADER_EVERY = 20

type Out = { readonly columns?: number; write(text: string): unknown }

/** Prints a reading an interval until `count` are printed or a signal comes. Changes nothing but for the probes that are asked for. */
export async function runWatch(options: WatchOptions): Promise<number> {
	const signals = catchSignals()
	const ended = new AbortController()
	const killed = signals.first.then((signal) => {
		ended.abort()
		return exitOfSignal(signal)
	})
	// A reader that went away (head) wants no more; any other trouble with the output is told at the end.
	process.stdout.once('error', () => ended.abort())
	const clock = createClock()
	const observer = lookAt(options)
	const probe =
		options.source === undefined
			? undefined
			: {
					changer: changeWith({ ...options, maxRate: FLOOD_LINES }),
					drawProbes,
					warn: sayBeside,
				}
	const watched = watchHost(options, { observer, clock, out: process.stdout, probe }, ended.signal)
	const code = await Promise.race([watched, killed])
	const own = await watched
	signals.release()
	return own === EXIT.ok ? code : own
}

export type WatchPorts = {
	readonly observer: Observer
	readonly clock: Clock
	readonly out: Out
	/** Sets kernel probes meanwhile; undefined: nothing is changed. */
	readonly probe?: Pick<ProbingPorts, 'changer' | 'drawProbes' | 'warn'> | undefined
}

export async function watchHost(
	options: Pick<WatchOptions, 'json' | 'intervalMs' | 'count'>,
	{ observer, clock, out, probe }: WatchPorts,
	signal: AbortSignal,
): Promise<number> {
	const headless = createHeadless(clock, 0)
	const follower = await observeAll(headless, observer)
	const probing = probe && (await startProbing(headless, { observer, clock, ...probe }))
	if (probing?.ok === false) {
		await follower?.stop()
		return refused(probing.failure)
	}
	let before = headless.state()
	const started = clock.monotonic()
	for (let done = 0; options.count === undefined || done < options.count; done += 1) {
		await waitUntil(clock, started + (done + 1) * options.intervalMs, signal)
		if (signal.aborted) break
		await readOnce(headless, observer, clock)
		const interval = { before, after: headless.state() }
		before = interval.after
		if (options.json) out.write(`${JSON.stringify(watchJson(interval))}\n`)
		else {
			// Nothing is cut for a file or a pipe.
			const columns = isPiped(out)
				? Number.POSITIVE_INFINITY
				: (columnsAsked() ?? Math.max(60, out.columns ?? TEXT_COLUMNS))
			const text = [
				...(done % HEADER_EVERY === 0 ? watchHead(columns) : []),
				...watchText(interval, columns),
				...watchBanner(interval, columns),
				...watchPrinted(interval, columns),
			]
			out.write(`${text.join('\n')}\n`)
		}
	}
	const over = probing?.ok === true ? await probing.value.stop() : undefined
	await follower?.stop()
	if (over === undefined || over.undo === EXIT.ok) return EXIT.ok
	for (const line of over.text(LONGEST)) probe?.warn(line)
	return over.undo
}

/** A line of a file or a pipe. */
const LONGEST = 200

async function observeAll(headless: Headless, observer: Observer): Promise<LogFollower | undefined> {
	const log = await observer.followLog((events) => headless.take({ type: 'log', events }))
	headless.take(log.ok ? { type: 'log-started' } : { type: 'log-failed', failure: log.failure })
	headless.take({ type: 'facts', facts: await observer.facts() })
	headless.take({ type: 'counters', result: await observer.counters() })
	headless.take({ type: 'settings', result: await observer.settings() })
	headless.take({ type: 'printk', result: await observer.printk() })
	return log.ok ? log.value : undefined
}

async function readOnce(headless: Headless, observer: Observer, clock: Clock): Promise<void> {
	// The lines of the reading before have come by now: it is a part of the account.
	headless.take({ type: 'tick', wall: clock.wall() })
	headless.take({ type: 'settings', result: await observer.settings() })
	headless.take({ type: 'counters', result: await observer.counters() })
	if (asksWho(headless.state())) headless.take({ type: 'holders', result: await observer.holders() })
	if (isOld(headless.state())) headless.take({ type: 'printk', result: await observer.printk() })
}

function waitUntil(clock: Clock, at: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const cancel = clock.after(Math.max(0, at - clock.monotonic()), resolve)
		signal.addEventListener('abort', () => {
			cancel()
			resolve()
		})
	})
}

const WHO_EVERY_MS = 10_000

/** Who has the entries is worth a child where there is no room for more. */
function asksWho(state: State): boolean {
	const fill = tableFillOf(state)
	return fill !== undefined && isPressed(fill) && state.now - (state.holders.at ?? 0) >= WHO_EVERY_MS
}

/** The control file is large: it is read again now and then, since anybody may switch a call site on. */
const PRINTK_EVERY_MS = 15_000

const isOld = ({ printk, now }: State): boolean => now - (printk.at ?? 0) >= PRINTK_EVERY_MS
