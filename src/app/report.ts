import { siteOfKnob } from '../changes/site-name.ts'
import { tapName } from '../changes/tap-words.ts'
import { createAnonymiser } from '../investigation/report/anonymous.ts'
import { markdownOf } from '../investigation/report/markdown.ts'
import { type ReportChange, type ReportInput, reportOf } from '../investigation/report/report.ts'
import { captureName } from './capture.ts'
import { practiceResult } from './practice-result.ts'
import { changeName } from './selectors/change-name.ts'
import type { PastChange, State } from './state.ts'
import { stepEvidence } from './step-evidence.ts'

/** Everything the report is made of. */
function reportInput(state: State, version: string): ReportInput {
	const { facts, counters, settings, steps, wall, now } = state
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
		changes: changesOf(state),
		settings: { before: steps.settingsBefore, after: settings.value?.values ?? {} },
		counters: value?.totals ?? {},
		invalidByCpu: value?.invalidByCpu ?? [],
		entries: { count: settings.value?.count ?? null, max: settings.value?.max ?? null },
		practice: practiceResult(state) ?? null,
	}
}

function changesOf(state: State): readonly ReportChange[] {
	const { lease, history } = state
	const all: readonly PastChange[] = [
		...(lease?.changes.map((change) => ({ ...change, leaseId: lease.leaseId })) ?? []),
		...history,
	]
	const distinct = new Map(all.map((change) => [`${change.leaseId} ${change.seq}`, change]))
	return [...distinct.values()]
		.toSorted((one, other) => one.appliedAt - other.appliedAt)
		.map((change) => ({
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
			byHand: change.byHand,
		}))
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
		{ name: `${base}.json`, text: hide(`${JSON.stringify(report, null, '\t')}\n`) },
	]
}
