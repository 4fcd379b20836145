import { sameByHand } from '../../../changes/tap/tap-commands.ts'
import type { TapReading } from '../../../changes/tap/tap-listing.ts'
import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import { countedBytes, countedPackets, type Policy } from '../../../investigation/join/rule-rows.ts'
import { ruleWarnings } from '../../../investigation/join/rule-warnings.ts'
import * as english from '../../../words/english/app/rules.ts'
import type { Line } from '../../../words/line.ts'
import { capital, counted, grouped, rate } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import { mayOffer } from '../../changing/may-write.ts'
import { keyOf } from '../../state/bindings.ts'
import { shown } from '../../state/shown.ts'
import type { State } from '../../state/state.ts'
import { failureLines, paragraph, titled } from '../parts/failure-lines.ts'
import { flowsOfReason, reasonsSoFar, relatedParts } from '../parts/related.ts'
import { type RuleItem, rulesPane } from './rows.ts'
import { ruleLines } from './rule-detail.ts'
import { tapCountKey } from './slice.ts'
import { packetLines, wayLines } from './way-detail.ts'

/** What the selected rule does, where it stands, what it has counted; with nothing selected, what is to be known of all. */
export function rulesDetail(state: State, columns: number): readonly Line[] {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	const warnings = warningLines(state, columns)
	return [...(item === undefined ? emptyLines(state, columns) : itemLines(item, state, columns)), ...warnings]
}

/** Which packets the rules that act on INVALID get. */
export function rulesRelated(state: State, columns: number): readonly Line[] {
	const view = shown(state)
	return relatedParts(reasonsSoFar(view, columns), flowsOfReason(view.reasons[0], columns))
}

function warningLines(state: State, columns: number): readonly Line[] {
	const { value } = state.rules
	if (value === undefined) return []
	return [
		...ruleWarnings(value.backends, value.ruleset, value.failures).flatMap((text) =>
			paragraph(`${capital(visible(text))}.`, columns, 'attention'),
		),
		...value.failures.flatMap((failure) => failureLines(failure, columns)),
	]
}

function emptyLines(state: State, columns: number): readonly Line[] {
	const { value, failure } = state.rules
	if (failure !== undefined) return failureLines(failure, columns)
	if (value === undefined) return paragraph(english.theRulesAreBeingRead, columns, 'dim')
	if (state.panes.rules.filter !== '') return paragraph(english.noRuleFitsTheFilter, columns, 'dim')
	// Those that could not be read are told below.
	if (value.failures.length > 0) return []
	return paragraph(
		offering(english.thereAreNoRulesHere, english.addsRulesOfOurOwn(keyOf('tap')), state),
		columns,
	)
}

const offering = (text: string, offer: string, state: State): string =>
	mayOffer(state) ? `${text} ${offer}` : text

function itemLines(item: RuleItem, state: State, columns: number): readonly Line[] {
	switch (item.kind) {
		case 'head':
			return paragraph(
				offering(english.rulesStandInTheOrder, english.followsOrLogs(keyOf('trace'), keyOf('tap')), state),
				columns,
				'dim',
			)
		case 'tap':
			return tapLines(item.reading, state, columns)
		case 'traced':
			return packetLines(item.way, columns)
		case 'way':
			return wayLines(item, state, columns)
		case 'rule':
			return ruleLines(item.row, state, columns)
		case 'policy':
			return policyLines(item.policy, columns)
	}
}

function policyLines({ chain, hook, priority, policy }: Policy, columns: number): readonly Line[] {
	const { counter, family, table, name, backend, size } = chain
	const numbers =
		counter === null
			? english.notCounted
			: english.packetsBytes(countedPackets(counter), countedBytes(counter))
	return [
		...titled(english.policy(policy), `of ${visible(`${family} ${table} ${name}`)}: ${numbers}`, columns),
		...paragraph(
			english.hookPriorityRulesWhatNone(hook, priority, counted(size, 'rule'), backend),
			columns,
			'dim',
		),
	]
}

function tapLines({ tap, table, counts }: TapReading, state: State, columns: number): readonly Line[] {
	const rates = state.taps.value?.rates
	const numbers = counts
		.filter(({ packets, state: of }) => of === null || packets > 0)
		.map(
			(one) =>
				`${one.hook}${one.state === null ? '' : ` ${one.state.toUpperCase()}`} ${grouped(one.packets)} (${rate(rates?.get(tapCountKey(table, one)) ?? 0)}/s)`,
		)
	return [
		...titled(`${tap.kind} ${tap.name} `, tappedInWords(tap), columns),
		...paragraph(numbers.length === 0 ? english.noPacketSoFar : numbers.join(', '), columns),
		...(tap.kind === 'tap' || tap.kind === 'preview'
			? paragraph(
					english.itsLinesAreOnLog(tap.name, tap.rate.packets, tap.rate.per, tap.rate.burst),
					columns,
					'dim',
				)
			: []),
		...(tap.kind === 'trace' ? paragraph(english.packetsThatItHasMarked, columns, 'dim') : []),
		...paragraph(
			english.inTableInetTakesIt(table, keyOf('undo-selected'), sameByHand(tap).join(' ; ')),
			columns,
			'dim',
		),
	]
}
