import { createClock } from '../../host/clock.ts'
import type { Clock } from '../../model/clock.ts'
import type { Observer } from '../../ports/observer.ts'
import { isPiped } from '../../words/fact.ts'
import { columnsOf } from '../../words/paragraph.ts'
import { lookAt } from '../common/look-at.ts'
import { EXIT, type StatusOptions } from '../common/options.ts'
import { changesAreKnown, changesFound, takeSnapshot } from './data.ts'
import { statusFacts } from './facts.ts'
import { statusJson } from './json.ts'
import { statusText } from './text.ts'

/** Prints one snapshot. 0, 10 when changes are in force, whoever made them, or 11 when that could not be read. */
export async function runStatus(options: StatusOptions): Promise<number> {
	return printStatus(options, lookAt(options), createClock(), process.stdout)
}

export async function printStatus(
	{ json }: Pick<StatusOptions, 'json'>,
	observer: Observer,
	clock: Clock,
	out: { readonly columns?: number; write(text: string): unknown },
): Promise<number> {
	const snapshot = await takeSnapshot(observer, clock)
	const text = json
		? JSON.stringify(statusJson(snapshot), null, 2)
		: isPiped(out)
			? statusFacts(snapshot).join('\n')
			: statusText(snapshot, columnsOf(out))
	out.write(`${text}\n`)
	if (changesFound(snapshot).length > 0) return EXIT.inForce
	return changesAreKnown(snapshot.leases) ? EXIT.ok : EXIT.notKnown
}
