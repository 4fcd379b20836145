import { sameByHand } from '../../../changes/tap/tap-commands.ts'
import type { TapReading } from '../../../changes/tap/tap-listing.ts'
import { tappedInWords } from '../../../changes/tap/tap-words.ts'
import {
	actionOf,
	countedBytes,
	countedPackets,
	type Policy,
	type RuleRow,
	reachedFrom,
	seeByHand,
} from '../../../investigation/join/rule-rows.ts'
import { ruleWarnings, showsStates } from '../../../investigation/join/rule-warnings.ts'
import { decisionText, type Path, stepLines } from '../../../investigation/join/traced.ts'
import * as english from '../../../words/english/app/rules.ts'
import type { Line } from '../../../words/line.ts'
import { capital, counted, grouped, rate } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import { mayOffer } from '../../changing/may-write.ts'
import { keyOf } from '../../state/bindings.ts'
import type { State } from '../../state/state.ts'
import { failureLines, headline, paragraph, titled } from '../parts/failure-lines.ts'
import { type RuleItem, rulesPane } from './rows.ts'
import { tapCountKey } from './slice.ts'

/** What the selected rule does, where it stands, what it has counted; with nothing selected, what is to be known of all. */
export function rulesDetail(state: State, columns: number): readonly Line[] {
	const { rows, selected } = rulesPane(state)
	const item = rows[selected]?.item
	const warnings = warningLines(state, columns)
	return [...(item === undefined ? emptyLines(state, columns) : itemLines(item, state, columns)), ...warnings]
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
			return tracedLines(item.path, columns)
		case 'rule':
			return ruleLines(item.row, state, columns)
		case 'policy':
			return policyLines(item.policy, columns)
	}
}

/** Sets and maps that the rule looks into. */
function setsOf({ rule }: RuleRow, { rules }: State): readonly string[] {
	const prefix = `${rule.family} ${rule.table} `
	return Object.entries(rules.value?.ruleset.sets ?? {}).flatMap(([key, text]) => {
		const name = key.slice(prefix.length)
		return key.startsWith(prefix) && rule.text.includes(`@${name}`) ? [`@${name}: ${text}`] : []
	})
}

function ruleLines(row: RuleRow, state: State, columns: number): readonly Line[] {
	const { rule, path, hook, priority, owner, counter, difference, isBeforeConntrack, isInvalid } = row
	const reached = reachedFrom(row)
	const place = english.ruleOf(
		rule.number,
		rule.handle === null ? '' : ` (handle ${rule.handle})`,
		rule.family,
		rule.table,
		path.join(' > '),
		hook === '' ? english.noHookLeadsThere : english.hookPriority(hook, priority),
		rule.backend,
	)
	const numbers =
		counter === null
			? english.itHasNoCounterSo
			: english.packetsBytesInAll(
					countedPackets(counter),
					countedBytes(counter),
					difference?.wasZeroed === true ? english.somebodyHasZeroedTheCounter : '',
					rule.sharedCounter === null ? '' : english.theCounterMayBeShared(visible(rule.sharedCounter)),
				)
	const since =
		counter === null
			? english.withoutACounter
			: english.sinceWatchingBegan(
					counted(difference?.since.packets ?? 0, 'packet'),
					rate(difference?.rate ?? 0),
				)
	return [
		...headline(`${capital(visible(actionOf(rule)))}: ${since}.`, columns),
		...paragraph(visible(rule.text), columns, 'strong'),
		...paragraph(numbers, columns),
		...paragraph(
			`${capital(visible(place))}.${owner === null ? '' : english.madeBy(owner)}${rule.comment === '' ? '' : english.comment(visible(rule.comment))}`,
			columns,
			'dim',
		),
		...(reached === '' ? [] : paragraph(`${capital(visible(reached))}.`, columns, 'dim')),
		...(row.mayBeInvalid
			? paragraph(
					english.itsStateIsNotShown(visible(rule.hidden ?? ''), visible(showsStates(rule))),
					columns,
					'attention',
				)
			: []),
		...knownLines(row, columns),
		...(isInvalid && isBeforeConntrack
			? paragraph(english.itStandsBeforeConntrackWhere, columns, 'attention')
			: []),
		...setsOf(row, state).flatMap((text) => paragraph(visible(text), columns, 'dim')),
		...paragraph(
			[
				...(mayOffer(state) ? [english.tracesAFewPacketsThrough(keyOf('trace'), keyOf('preview'))] : []),
				english.seeItByHand(visible(seeByHand(rule))),
			].join(' '),
			columns,
			'dim',
		),
	]
}

/** What is known of a rule that many hosts have. */
const knownLines = ({ known }: RuleRow, columns: number): readonly Line[] =>
	known === undefined
		? []
		: [
				...titled(`${capital(known.title)}: `, known.purpose, columns),
				...paragraph(known.hurts, columns),
				...paragraph(known.instead, columns),
			]

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

/** The way of a packet, hook by hook. */
function tracedLines(path: Path, columns: number): readonly Line[] {
	return [
		...titled(`${visible(path.flow)} `, path.reason === undefined ? '' : visible(path.reason.body), columns),
		...paragraph(`${capital(visible(decisionText(path)))}.`, columns, 'attention'),
		...stepLines(path).flatMap((line) => paragraph(visible(line), columns, 'dim')),
	]
}
