import type { HeldChange, Owner } from '../model/change.ts'
import * as english from '../words/english/changes/changes.ts'
import { visible } from '../words/visible.ts'
import { kindOfId } from './knobs.ts'
import type { Lease } from './lease.ts'
import { heldChanges, type Readings } from './lease-view.ts'

/** What became of one change. The last two are answers of a dry run. */
export type UndoResult =
	| 'restored'
	| 'already'
	| 'left alone'
	/** A module, or a mount, that somebody uses meanwhile: a note, not a failure. */
	| 'stays loaded'
	| 'stays mounted'
	| 'vanished'
	| 'failed'
	| 'would restore'
	| 'can be undone'

export type ReportedChange = HeldChange & { readonly result: UndoResult }

/** The answer of `ctscope revert` for one lease; the JSON form has the same names. */
export type LeaseReport = {
	readonly leaseId: string
	readonly owner: Owner | null
	/**
	 * `undone`: all that could be. `not-due`: a timer came before the deadline, which had been moved. `held`: the answer
	 * to a question was no. `unreadable`: cannot be judged. For the last three `note` says why.
	 */
	readonly kind: 'undone' | 'dry-run' | 'earlier-boot' | 'not-due' | 'held' | 'unreadable'
	readonly why: string
	readonly note: string
	readonly changes: readonly ReportedChange[]
}

const EXIT_CLEAN = 0
const EXIT_CONFLICT = 3
const EXIT_UNDO_FAILED = 4
const EXIT_HELD = 5

/** The worst of all reports: 4 before 5 before 3 before 0. */
export function exitCodeOf(reports: readonly LeaseReport[]): number {
	const results = reports.flatMap((report) => report.changes.map((change) => change.result))
	if (reports.some((report) => report.kind === 'unreadable') || results.includes('failed'))
		return EXIT_UNDO_FAILED
	if (reports.some((report) => report.kind === 'held')) return EXIT_HELD
	return results.includes('left alone') ? EXIT_CONFLICT : EXIT_CLEAN
}

const RESULT_OF_STATE = {
	'in-force': 'failed',
	confirm: 'failed',
	conflict: english.leftAlone,
	vanished: 'vanished',
	failed: 'failed',
} as const

/** The report of a lease after an undo; `before` lists changes that had ended earlier and are not told again. */
export function reportOf(
	lease: Lease,
	readings: Readings,
	before: ReadonlySet<number> = new Set(),
): LeaseReport {
	const changes = heldChanges(lease, readings).filter((change) => !before.has(change.seq))
	return { ...emptyReport(lease), why: lease.why, changes: reported(changes) }
}

export const emptyReport = ({ id, owner }: Lease): LeaseReport => ({
	leaseId: id,
	owner,
	kind: 'undone',
	why: '',
	note: '',
	changes: [],
})

export const reported = (changes: readonly HeldChange[]): readonly ReportedChange[] =>
	changes.map((change) => ({ ...change, result: resultOf(change) }))

/** Changes that were over before and are old news; a conflict has not been told to anybody yet. */
export const toldBefore = ({ entries }: Lease): ReadonlySet<number> =>
	new Set(entries.filter(({ end }) => end !== null && end.how !== 'conflict').map(({ seq }) => seq))

/** What is said of a change that somebody else has undone. */
export const ELSEWHERE = english.undoneByAnotherProcess

/** An undo of ours leaves no note; one by somebody else does. */
export function resultOf({ state, note, knob, now }: HeldChange): UndoResult {
	if (state !== 'undone') return RESULT_OF_STATE[state]
	const stayed = kindOfId(knob)?.stayed
	if (stayed !== undefined && now === stayed.value) return stayed.result
	return note === '' ? 'restored' : 'already'
}

export function ownerInWords(owner: Owner | null): string {
	if (owner === null) return 'someone'
	const name = owner.sudoUser ?? owner.user
	return owner.tty === null ? `${name} (pid ${owner.pid})` : `${name} on ${owner.tty}`
}

function changeLines(change: ReportedChange): string[] {
	const head = `  ${change.result.padEnd(13)} ${change.sysctl}`
	const byHand = english.byHand(change.byHand)
	switch (change.result) {
		case 'restored':
			return [`${head}  ${change.set} -> ${change.now ?? change.was}${lateOf(change)}`]
		case 'already':
			return [`${head}  ${change.now === null ? change.note : english.reads(change.now)}${lateOf(change)}`]
		case 'left alone':
			return [`${head}  ${change.note}`, byHand]
		case 'stays loaded':
		case 'stays mounted':
		case 'vanished':
			return [`${head}  ${change.note}`]
		case 'failed':
			return [
				`${head}  ${change.note === '' ? english.still(change.now ?? change.set) : change.note}`,
				byHand,
			]
		case 'would restore':
			return [`${head}  ${change.now ?? change.set} -> ${change.was}`]
		case 'can be undone':
			return [head]
	}
}

/** What was promised for a time and came later is said, with the time. */
const lateOf = ({ lateMs }: ReportedChange): string => (lateMs === undefined ? '' : `  ${lateWords(lateMs)}`)

/** `LATE: 12.3 s after its time`, from ms. */
export const lateWords = (ms: number): string => english.lateSAfterItsTime((ms / 1000).toFixed(1))

const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`

/** The report as lines of text for people and for logs. */
export function reportLines(report: LeaseReport): string[] {
	const name = english.leaseOf(report.leaseId, ownerInWords(report.owner))
	switch (report.kind) {
		case 'earlier-boot':
			return [english.fromBeforeTheLastBoot(name)]
		case 'unreadable':
			return [english.leaseNotUndone(report.leaseId, report.note)]
		case 'not-due':
		case 'held':
			return [english.nothingUndone(name, report.note)]
		case 'dry-run':
			return [
				english.nothingWasWritten(
					name,
					report.changes.length === 0 ? english.nothingInForce : count(report.changes.length, 'change'),
				),
				...report.changes.flatMap(changeLines),
				...(report.note === '' ? [] : [`  ${report.note}`]),
			]
		case 'undone': {
			const left = report.changes.filter(({ result }) => result === 'left alone' || result === 'failed')
			const state =
				report.changes.length === 0
					? english.nothingWasInForce
					: report.changes.every(({ result }) => result === 'vanished')
						? english.nothingLeftToUndoGone(count(report.changes.length, 'change'))
						: left.length === 0
							? english.undone(count(report.changes.length, 'change'))
							: english.ofNotPutBack(left.length, count(report.changes.length, 'change'))
			return [
				`${name}: ${state}${report.why === '' ? '' : ` (${report.why})`}`,
				...report.changes.flatMap(changeLines),
				...(report.note === '' ? [] : [`  ${report.note}`]),
			]
		}
	}
}

/** All reports of one `ctscope revert`, of one lease or of all. */
export function reportText(reports: readonly LeaseReport[], stateDir: string, lease?: string): string {
	if (reports.length === 0)
		return english.nothingToUndoNoLease(lease === undefined ? '' : `${lease} `, stateDir)
	return reports.flatMap(reportLines).map(visible).join('\n')
}
