import { counterMeaning } from '../../app/screens/parts/counter-words.ts'
import { ownerInWords } from '../../changes/guard-answer.ts'
import { knobById } from '../../changes/knobs.ts'
import { foreignListener, listenerInWords, NFLOG_LOGGER } from '../../changes/log-source.ts'
import { valueInWords } from '../../changes/shell-line.ts'
import { ladderSays } from '../../investigation/ladder/ladder.ts'
import { fillBanner, fillEvidence, roomRemedies } from '../../investigation/table/fill-words.ts'
import { familyName } from '../../kernel/nflog/nf-log.ts'
import type { Settings } from '../../model/settings.ts'
import * as english from '../../words/english/commands/status.ts'
import { describe } from '../../words/failure.ts'
import { clock, countdown, counted, grouped, percent } from '../../words/numbers.ts'
import { beside, TEXT_COLUMNS, unbroken } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import {
	type ChangeOfLease,
	changesAreKnown,
	changesFound,
	failuresOf,
	ladderOf,
	type Snapshot,
	sourceOf,
	statTotals,
} from './data.ts'
import { moduleLines, printkLines } from './printk.ts'

/** Shown by name even when they are 0. */
export const KEY_COUNTERS: readonly string[] = [
	'invalid',
	'error',
	'insert_failed',
	'drop',
	'early_drop',
	'clash_resolve',
	'chaintoolong',
]

/** The snapshot for people: what is counted, whether the reasons can be heard, what is in force, what is missing. */
export function statusText(snapshot: Snapshot, columns: number = TEXT_COLUMNS): string {
	return [
		...hostLines(snapshot, columns),
		'',
		...tableLines(snapshot, columns),
		...countedLines(snapshot, columns),
		'',
		...loggingLines(snapshot, columns),
		'',
		...kernelLines(snapshot, columns),
		...changeLines(snapshot, columns),
		...missingLines(snapshot, columns),
	].join('\n')
}

export function hostLines({ facts, wall }: Snapshot, columns: number): string[] {
	const { netns, user, tools } = facts
	const place = netns.initial ? '' : english.notTheInitialOne
	const inode = `net:[${netns.inode}]`
	const which = netns.name === inode ? `${inode}${place}` : `${netns.name}${place}, ${inode}`
	const name = user.sudoUser === null ? user.name : english.sudoBy(user.name, user.sudoUser)
	const programs = Object.entries(tools).map(([tool, version]) =>
		version === null ? english.notInstalled(tool) : versionWords(tool, version),
	)
	return [
		...beside('', english.linux(facts.hostname, facts.kernel, clock(wall)), columns),
		...beside('netns  ', which, columns),
		...beside(
			'user   ',
			english.uid(name, user.uid, facts.capNetAdmin ? '' : english.withoutCapNetAdmin),
			columns,
		),
		...beside('tools  ', programs.join(', '), columns),
	]
}

/** `conntrack 1.4.7` of whatever the tool prints. */
export function versionWords(tool: string, version: string): string {
	const number = /\bv?(\d[\w.-]*)/.exec(version)?.[1]
	return number === undefined ? english.versionUnknown(tool) : `${tool} ${number}`
}

/** First of all where there is no room: that is what users feel. */
function tableLines({ table, settings }: Snapshot, columns: number): string[] {
	const banner = fillBanner(table)
	if (table === undefined || banner === undefined) return []
	const values = settings.ok ? settings.value.values : {}
	return [
		...beside(
			'',
			banner.replace(/^.*?(?=:)/, (words) => words.toUpperCase()),
			columns,
		),
		...fillEvidence(table).flatMap((text) => beside('  ', text, columns)),
		...roomRemedies(table, values).flatMap((text) => beside('  > ', text, columns)),
		'',
	]
}

function countedLines(snapshot: Snapshot, columns: number): string[] {
	const lines = [english.countedSinceTheNetworkNamespace]
	if (snapshot.counters.ok) {
		const stat = statTotals(snapshot.counters.value)
		const names = [
			...KEY_COUNTERS.filter((name) => stat[name] !== undefined),
			...Object.keys(stat).filter((name) => !KEY_COUNTERS.includes(name) && name !== 'entries'),
		]
		for (const name of names.filter((one) => (stat[one] ?? 0) > 0)) {
			const value = stat[name] ?? 0
			const head = `  ${name.padEnd(14)} ${grouped(value).padStart(11)}  `
			lines.push(...beside(head, counterMeaning(name), columns))
		}
		const zero = names.filter((name) => stat[name] === 0 && KEY_COUNTERS.includes(name))
		if (zero.length > 0) lines.push(...beside('  0              ', zero.join(', '), columns))
	}
	if (snapshot.settings.ok) {
		const { count, max } = snapshot.settings.value
		if (count !== null) {
			const of = max === null ? '' : ` of ${grouped(max)} (${percent(count, max)} full)`
			lines.push(`  ${'entries'.padEnd(14)} ${grouped(count).padStart(11)} ${of}`)
		}
	}
	for (const failure of failuresOf(snapshot)) {
		const { title, detail, next } = describe(failure)
		lines.push(...beside('  ', `${title}: ${detail}${next === '' ? '' : `; ${next}`}`, columns))
	}
	return lines
}

/** Call sites and modules; no title over nothing. */
function kernelLines(snapshot: Snapshot, columns: number): string[] {
	const lines = [...printkLines(snapshot, columns), ...moduleLines(snapshot, columns)]
	return lines.length === 0 ? [] : [english.printkCallSitesAndModules, ...lines, '']
}

function changeLines(snapshot: Snapshot, columns: number): string[] {
	const found = changesFound(snapshot)
	const lines = [changesTitle(snapshot, found.length)]
	for (const one of found) lines.push(...changeLine(one, snapshot, columns))
	for (const { leaseId, problem } of snapshot.leases) {
		const name = leaseId === '' ? '' : english.lease(leaseId)
		if (problem !== '') lines.push(...beside('  ', `${name}${problem}`, columns))
	}
	return lines
}

function changesTitle({ leases }: Snapshot, count: number): string {
	if (count > 0) return english.inForce(counted(count, 'CHANGE', 'CHANGES'))
	return changesAreKnown(leases) ? english.noChangesInForce : english.changesInForceNotKnown
}

function changeLine(
	{ change, lease, isElsewhere }: ChangeOfLease,
	{ wall, now }: Snapshot,
	columns: number,
): string[] {
	const end = undoInWords(change, lease, { wall, now })
	const reads = isElsewhere ? english.inNet(lease.netnsInode) : english.now(change.now ?? 'unknown')
	const values = `${unbroken(`${change.was} -> ${change.set}`)}, ${unbroken(reads)}`
	const state = change.state === 'in-force' ? '' : `, ${change.state.toUpperCase()}`
	const lines = beside(
		`  ${visible(change.knob).padEnd(18)} `,
		`${values}${state}, ${end}, ${unbroken(`by ${ownerInWords(lease.owner)}`)}`,
		columns,
	)
	if (change.note !== '') lines.push(...beside('    ', change.note, columns))
	if (!lease.alive || change.state === 'conflict' || change.state === 'failed') {
		lines.push(...beside(english.byHand, change.byHand, 10_000))
	}
	return lines
}

/** When it goes back by itself, or why it does not. */
export function undoInWords(
	change: ChangeOfLease['change'],
	lease: ChangeOfLease['lease'],
	{ wall, now }: Pick<Snapshot, 'wall' | 'now'>,
): string {
	if (!lease.alive)
		return english.nobodyUndoesItItsSession(unbroken(`ctscope revert --lease ${lease.leaseId}`))
	if (change.state === 'failed') return english.itsUndoWasRefusedAnd
	const left = change.undoAt - now
	return english.undoIn(countdown(left), clock(wall + left))
}

function missingLines({ facts }: Snapshot, columns: number): string[] {
	if (facts.missing.length === 0) return []
	const lines = ['', english.notAvailableHere]
	for (const { what, why, next } of facts.missing) {
		lines.push(...beside('  ', `${what}: ${why}`, columns))
		if (next !== '') lines.push(...beside('    ', next, columns))
	}
	return lines
}

/** Who is asked to say why, and who gets the lines. */
function loggingLines(snapshot: Snapshot, columns: number): string[] {
	const lines = [english.loggingOfTheReasons]
	if (!snapshot.settings.ok) return lines
	const { values, loggers } = snapshot.settings.value
	const row = (id: string, name: string, more = '') => {
		const value = values[id]
		const knob = knobById(id)
		if (value === undefined || knob === undefined) lines.push(english.notThere(name.padEnd(26)))
		else
			lines.push(
				...beside(
					`  ${name.padEnd(26)} ${value.padEnd(14)} `,
					`${valueInWords(knob, value)}${more}`,
					columns,
				),
			)
	}
	row('log_invalid', 'nf_conntrack_log_invalid')
	for (const family of [2, 10]) {
		const available = loggers.find((one) => one.family === family)?.available ?? []
		const more =
			available.length === 0 ? english.nothingCouldBeBound : english.couldBe(available.join(' or '))
		row(`nf_log.${family}`, english.nfLogFor(familyName(family)), more)
	}
	row('nf_log_all_netns', 'nf_log_all_netns')
	row('printk', english.consoleKernelPrintk)
	lines.push(...sourceLines(snapshot, columns))
	const rungs = ladderOf(snapshot)
	const { sentence } = ladderSays(rungs)
	lines.push(...beside('  > ', sentence, columns))
	const named = rungs.filter(
		(one) => one.next !== '' && one.answer !== 'yes' && sentence.includes(one.because),
	)
	for (const { next } of named) lines.push(...beside('    ', next, columns))
	return lines
}

/** Who reads netlink group 0, and where ctscope would read. */
export function sourceLines(snapshot: Snapshot, columns: number): string[] {
	const { settings } = snapshot
	const source = sourceOf(snapshot)
	if (!settings.ok || source === undefined) return []
	const row = (name: string, text: string) => beside(`  ${name.padEnd(26)} `, text, columns)
	return [
		...row(english.netlinkGroup0Nflog, groupInWords(settings.value)),
		...row(english.ctscopeWouldRead, source.why),
		...source.notes.flatMap((note) => row('', note)),
	]
}

export function groupInWords({ listeners, loggers }: Settings): string {
	if (listeners === null) {
		const isLoaded = loggers.some(({ available }) => available.includes(NFLOG_LOGGER))
		return isLoaded ? english.whoReadsItCannotBe : english.notThereIsNotLoaded(NFLOG_LOGGER)
	}
	const reader = foreignListener(listeners, {})
	return reader === undefined ? english.nobodyReadsIt : english.readsIt(listenerInWords(reader))
}
