import { siteOfKnob } from '../../changes/kinds/call-site.ts'
import { knobById } from '../../changes/knobs.ts'
import { tapName } from '../../changes/tap/tap-words.ts'
import { createAnonymiser } from '../../investigation/report/anonymous.ts'
import { markdownOf } from '../../investigation/report/markdown.ts'
import { outputsOf } from '../../investigation/report/outputs.ts'
import {
	type ReportChange,
	type ReportCommand,
	type ReportInput,
	reportOf,
} from '../../investigation/report/report.ts'
import { shellLineHere } from '../changing/by-hand.ts'
import { changeName } from '../changing/change-name.ts'
import { obituariesTold } from '../changing/ends-told.ts'
import { captureName } from '../commands/capture.ts'
import { accountOf } from '../log/account.ts'
import { countsElsewhere, nameOfNetns } from '../log/elsewhere.ts'
import { toNamed } from '../log/named.ts'
import { stepEvidence } from '../screens/steps/evidence.ts'
import type { PastChange, State } from '../state/state.ts'
import { practiceResult } from './practice-result.ts'

/** Everything the report is made of. */
function reportInput(state: State, version: string): ReportInput {
	const { facts, counters, modules, rules, settings, steps, wall, now } = state
	const { value } = counters
	return {
		version,
		host: facts?.hostname ?? '',
		kernel: facts?.kernel ?? '',
		netns: facts?.netns.name ?? '',
		startedAt: wall - now + (value?.startedAt ?? now),
		writtenAt: wall,
		evidence: stepEvidence(state),
		done: steps.done,
		skipped: steps.skipped,
		changes: allChanges(state).map((change) => reportChange(change, state)),
		commands: allChanges(state).flatMap((change) => commandsOf(change, state)),
		outputs: outputsOf({
			tools: facts?.tools ?? {},
			proc: value?.proc ?? null,
			cli: value?.cli ?? null,
			rules: (rules.value?.rows ?? []).filter(({ owner }) => owner !== 'ctscope'),
			modules: modules.value?.list ?? [],
		}),
		settings: { before: steps.settingsBefore, after: settings.value?.values ?? {} },
		counters: value?.totals ?? {},
		invalidByCpu: value?.invalidByCpu ?? [],
		entries: { count: settings.value?.count ?? null, max: settings.value?.max ?? null },
		named: accountOf(state).named.map(toNamed),
		obituaries: obituariesTold(state),
		probes: probesReport(state),
		practice: practiceResult(state) ?? null,
	}
}

/** What probes told is kept when they are gone. */
function probesReport(state: State): ReportInput['probes'] {
	const { packets, told, elsewhere } = state.probes
	if (packets === 0) return null
	const titles = new Map(state.reasons.map(({ key, reason }) => [key, reason.title]))
	return {
		ledgers: [...told.ledgers].flatMap(([key, { flow, says }]) =>
			says.length === 0 ? [] : [{ reason: titles.get(key) ?? key, flow, says }],
		),
		elsewhere: [...elsewhere.values()]
			.map((one) => {
				const { count, reasons } = countsElsewhere(one)
				return {
					netns: nameOfNetns(state, one.netns),
					count,
					reasons: reasons.map((row) => ({ text: row.text, count: row.count })),
				}
			})
			.toSorted((one, other) => other.count - one.count),
	}
}

/** Those of this session, in force or over, in the order in which they were written. */
function allChanges({ lease, history }: State): readonly PastChange[] {
	const all: readonly PastChange[] = [
		...(lease?.changes.map((change) => ({ ...change, leaseId: lease.leaseId })) ?? []),
		...history,
	]
	const distinct = new Map(all.map((change) => [`${change.leaseId} ${change.seq}`, change]))
	return [...distinct.values()].toSorted((one, other) => one.appliedAt - other.appliedAt)
}

const reportChange = (change: PastChange, state: State): ReportChange => ({
	setting:
		siteOfKnob(change.knob) === undefined
			? (tapName(change.set) ?? change.sysctl)
			: changeName(change, state),
	was: change.was,
	set: change.set,
	now: change.now,
	state: change.state,
	appliedAt: change.appliedAt,
	endedAt: change.endedAt,
	note: change.note,
})

/** The write, and its undo once that has happened. */
function commandsOf(change: PastChange, state: State): readonly ReportCommand[] {
	const knob = knobById(change.knob)
	const write = knob === undefined ? undefined : shellLineHere(knob, change.set, state)
	return [
		...(write === undefined ? [] : [{ at: change.appliedAt, command: write }]),
		...(change.state === 'undone' && change.endedAt !== null
			? [{ at: change.endedAt, command: change.byHand }]
			: []),
	]
}

export type ReportFile = { readonly name: string; readonly text: string }

/** Markdown and JSON of what was found so far; `anonymous`: addresses and the host by names that tell nothing. */
export function reportFiles(state: State, anonymous: boolean, version: string): readonly ReportFile[] {
	const report = reportOf(reportInput(state, version))
	const name = captureName(state).replace(/\.pcapng$/, '')
	const hide = anonymous ? createAnonymiser({ [report.host.name]: 'host' }) : (text: string) => text
	const base = anonymous ? name.replace(/^ctscope-.*-(\d{8}-\d{6})$/, 'ctscope-host-$1') : name
	return [
		{ name: `${base}.md`, text: hide(markdownOf(report)) },
		// Value by value: a name of a field is nobody's.
		{
			name: `${base}.json`,
			text: `${JSON.stringify(report, (_, value) => (typeof value === 'string' ? hide(value) : value), '\t')}\n`,
		},
	]
}
