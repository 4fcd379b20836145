import { createClock } from '../../host/clock.ts'
import { createProgress, tellWhile } from '../../host/tools/progress.ts'
import { type NetnsRates, netnsName, ratesBetween, unreadWords } from '../../investigation/netns-words.ts'
import type { NetnsRow } from '../../model/namespaces.ts'
import * as english from '../../words/english/commands/status.ts'
import { grouped } from '../../words/numbers.ts'
import { textTable } from '../../words/text-table.ts'
import { visible } from '../../words/visible.ts'
import { refused } from '../common/failure-exit.ts'
import { lookAt } from '../common/look-at.ts'
import { type CommonOptions, EXIT } from '../common/options.ts'
import { print, printJson, sayBeside } from '../common/output.ts'
import { JSON_VERSION } from '../common/version.ts'

export type NamespacesOptions = CommonOptions & {
	readonly json: boolean
	/** Time between the beginnings of the two readings, ms. */
	readonly intervalMs: number
}

/** Lists all network namespaces with what conntrack counts in each. Changes nothing. */
export async function runNamespaces(options: NamespacesOptions): Promise<number> {
	const observer = lookAt(options)
	const clock = createClock()
	const began = clock.monotonic()
	const progress = createProgress(clock)
	const looked = (done: number, all: number) =>
		progress.tell(english.lookingIntoNamespaces(grouped(done), grouped(all)))
	const before = await observer.namespaces(undefined, looked)
	progress.clear()
	if (!before.ok) return refused(before.failure)
	// Counted from when the first began: with hundreds of namespaces a reading takes a part of the time.
	const wait = Math.max(0, began + options.intervalMs - clock.monotonic())
	const waiting = tellWhile(clock, progress, (seconds) =>
		english.waitingForRates(Math.max(0, Math.round(wait / 1000) - seconds)),
	)
	await new Promise<void>((resolve) => clock.after(wait, resolve))
	waiting.stop()
	const after = await observer.namespaces(undefined, looked)
	progress.end()
	if (!after.ok) return refused(after.failure)
	const { rows, at } = after.value
	const rates = ratesBetween(before.value.rows, rows, (at - before.value.at) / 1000)
	if (options.json) {
		const listed = rows.map((row) => ({
			...row,
			name: netnsName(row),
			invalidPerSecond: rates.get(row.inode) ?? null,
		}))
		// Names of JSON stay: nothing is left out since all are read.
		printJson({ v: JSON_VERSION, namespaces: listed, notLookedAt: 0 })
		return EXIT.ok
	}
	print(table(rows, rates).map(visible).join('\n'))
	unreadWords(rows).forEach(sayBeside)
	return EXIT.ok
}

const HEAD = [
	'',
	'NAMESPACE',
	'INVALID',
	'/s',
	'ENTRIES',
	'MAX',
	'LOG_INVALID',
	'LOGGER',
	'PROCESSES',
	english.enterWith,
]

function table(rows: readonly NetnsRow[], rates: NetnsRates): readonly string[] {
	const text = (value: number | string | null) => (value === null ? '-' : String(value))
	const cells = rows.map((row) => [
		row.here ? '*' : '',
		`${netnsName(row)}${row.container?.pod == null ? '' : english.pod(row.container.pod)}`,
		text(row.invalid),
		text(Math.round((rates.get(row.inode) ?? 0) * 10) / 10),
		text(row.entries),
		text(row.max),
		text(row.logInvalid),
		text(row.logger),
		row.first === null ? '0' : `${row.processes} (${row.first.name})`,
		row.initial ? '' : `--netns ${row.names[0] ?? row.path}`,
	])
	return textTable([HEAD, ...cells])
}
