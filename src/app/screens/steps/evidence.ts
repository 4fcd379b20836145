import type { Accounting } from '../../../investigation/accounting/accounting.ts'
import type { Evidence, SeenReason } from '../../../investigation/evidence.ts'
import { actingRules } from '../../../investigation/join/acting-rules.ts'
import { ruleWarnings } from '../../../investigation/join/rule-warnings.ts'
import type { Step, StepId } from '../../../investigation/step.ts'
import { stepById } from '../../../investigation/steps/steps.ts'
import { isWhole } from '../../../kernel/rules/matching.ts'
import { shapingRules } from '../../../kernel/rules/shaping.ts'
import { describe } from '../../../words/failure.ts'
import { changesInForce } from '../../changing/changes-in-force.ts'
import { endsTold } from '../../changing/ends-told.ts'
import { whyNotWrite } from '../../changing/may-write.ts'
import { risingElsewhere } from '../../changing/netns-choice.ts'
import { netfilterSites, prints } from '../../changing/printk-sites.ts'
import { whyNotSwitch } from '../../changing/switching.ts'
import { accountOf } from '../../log/account.ts'
import { isAsked } from '../../log/path.ts'
import { OTHERS, reasonRate } from '../../log/reasons.ts'
import { tableFillOf, trackingNow } from '../../log/table.ts'
import { notTold } from '../../log/why.ts'
import type { ReasonTally } from '../../state/log-state.ts'
import { onceAState } from '../../state/once-a-state.ts'
import type { ReasonRow, State } from '../../state/state.ts'
import { stepsPane } from './rows.ts'

/** The step that is being looked at. */
export function presentStep(state: State): StepId {
	const { rows, selected } = stepsPane(state)
	return rows[selected]?.item.id ?? 'rising'
}

export const presentStepOf = (state: State): Step => stepById(presentStep(state))

/** What the steps of the investigation look at, from all that was observed. */
export const stepEvidence = onceAState((state): Evidence => {
	const { facts, counters, settings, steps, log, now } = state
	const begun = steps.begun[presentStep(state)] ?? now
	const values = settings.value?.values ?? {}
	const ids = state.printk.value?.ids
	const { accounting: present, lines, meantSilent, checks, paths, proposed, shared } = accountOf(state)
	const accounting = withoutLine(present ?? steps.account?.accounting)
	// Without such a packet nothing is to be said of how it came about.
	const silent =
		present === undefined ? (steps.account?.silent ?? []) : meantSilent + present.named > 0 ? paths : []
	return {
		kernel: facts?.kernel ?? '',
		seconds: Math.max(0, (now - begun) / 1000),
		counts: countsOf(state),
		elsewhere: risingElsewhere(state),
		countsProblem:
			counters.value === undefined && counters.failure !== undefined ? describe(counters.failure).detail : '',
		rules: rulesOf(state),
		rulesProblem:
			state.rules.value === undefined && state.rules.failure !== undefined
				? describe(state.rules.failure).detail
				: '',
		rungs: settings.value === undefined ? [] : checks,
		isTold:
			state.way?.source === 'probe' ||
			(settings.value !== undefined && isAsked(settings.value) && !notTold(state)),
		whyNotTell: whyNotSwitch(state, 'log_invalid'),
		reasons: reasonsOf(state, present === undefined ? steps.account?.lines : lines),
		shared,
		unlined: state.unlined?.rows.filter(({ key }) => key !== OTHERS).map(seenReason),
		accounting,
		isShared: log.sharedLines > 0,
		meantSilent: present === undefined ? (accounting?.silent ?? 0) : meantSilent + present.named,
		// Lines of the kernel log that others have lost are none of ours while reasons come through NFLOG.
		lost: lostOnTheWay(state),
		notUnderstood: state.reasons
			.filter(({ reason }) => reason.id === 'unknown')
			.reduce((sum, { count }) => sum + count, 0),
		sampled: steps.sampled,
		bothWays: steps.bothWays,
		...endsTold(state),
		silent,
		sites: {
			proposed: proposed.length,
			printing: ids === undefined ? 0 : netfilterSites(ids).filter(({ site }) => prints(site)).length,
			lines: log.printkLines,
		},
		conntrackBuiltIn:
			state.modules.value?.list.some(
				({ name, state: is }) => name === 'nf_conntrack' && is === 'built-in',
			) === true,
		surroundings: state.surroundings.value,
		table: tableFillOf(state),
		levels: counters.value?.levels ?? [],
		tracking: trackingNow(state),
		values,
		experiments: steps.experiments,
		trying: tryingOf(steps.trial),
		report: steps.report,
		changes: changesOf(state),
		whyNotWrite: whyNotWrite(state),
	}
})

/** Causes look at each packet without a line, whether it has a name or not. */
const withoutLine = (accounting: Accounting | undefined): Accounting | undefined =>
	accounting === undefined || accounting.named === 0
		? accounting
		: {
				...accounting,
				named: 0,
				silent: accounting.silent + accounting.named,
				silentAtMost: accounting.silentAtMost + accounting.named,
			}

/** The same for a step that is not in view: only the time since it was begun differs. */
export const evidenceOfStep = (state: State, id: StepId): Evidence => ({
	...stepEvidence(state),
	seconds: Math.max(0, (state.now - (state.steps.begun[id] ?? state.now)) / 1000),
})

const lostOnTheWay = ({ way, log, nflog, probes }: State): number =>
	way?.source === 'probe' ? probes.lost : way?.source === 'nflog' ? nflog.lost : log.lost

const tryingOf = (trial: State['steps']['trial']): Evidence['trying'] =>
	trial === undefined || trial.phase === 'asked'
		? undefined
		: { knob: trial.knob, to: trial.to, phase: trial.phase }

function countsOf({ counters: { value }, now }: State): Evidence['counts'] {
	if (value === undefined) return undefined
	return {
		total: value.totals.invalid ?? 0,
		since: value.since.invalid ?? 0,
		watched: Math.max(0, (now - value.startedAt) / 1000),
		rate: value.rates.invalid ?? 0,
		history: value.invalidHistory,
		byCpu: value.invalidByCpu,
	}
}

function rulesOf({ rules: { value } }: State): Evidence['rules'] {
	if (value === undefined) return undefined
	const { rows, ruleset, backends, failures } = value
	return {
		rows,
		ruleset,
		failures,
		acting: actingRules(rows),
		shaping: shapingRules(ruleset),
		translates: ruleset.chains.some(
			({ base, table, size }) => size > 0 && (base?.type === 'nat' || table === 'nat'),
		),
		warnings: ruleWarnings(backends, ruleset, failures),
		...(failures.length > 0 || !isWhole(ruleset) ? { isPart: true as const } : {}),
	}
}

/**
 * Reasons with the lines that the account counts, so that no number says more or less than it; all of their lines where
 * there is no account yet.
 */
function reasonsOf({ reasons }: State, lines: ReasonTally = {}): readonly SeenReason[] {
	const seen = reasons.filter(({ key }) => key !== OTHERS)
	if (!seen.some(({ key }) => (lines[key] ?? 0) > 0)) return seen.map(seenReason)
	return seen
		.flatMap((row) => {
			const count = lines[row.key] ?? 0
			return count > 0 ? [{ ...seenReason(row), count, listed: row.count }] : []
		})
		.toSorted((one, other) => other.count - one.count)
}

function seenReason(row: ReasonRow): SeenReason {
	const { reason, count, sample, lastDetail } = row
	const flows = row.flows.map(({ firstAt, lastAt, ...flow }) => ({
		...flow,
		came: { first: firstAt, last: lastAt },
	}))
	return { reason, count, rate: reasonRate(row), flows, sample, detail: lastDetail }
}

function changesOf({ lease, history }: State): Evidence['changes'] {
	const over = (state: string) => history.filter((change) => change.state === state).length
	return {
		inForce: changesInForce(lease).length,
		undone: over('undone') + over('vanished'),
		left: over('conflict'),
	}
}
