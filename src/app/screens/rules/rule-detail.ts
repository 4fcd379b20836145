import {
	actionOf,
	countedBytes,
	countedPackets,
	type RuleRow,
	reachedFrom,
	seeByHand,
} from '../../../investigation/join/rule-rows.ts'
import { showsStates } from '../../../investigation/join/rule-warnings.ts'
import * as english from '../../../words/english/app/rules.ts'
import type { Line } from '../../../words/line.ts'
import { capital, counted, rate } from '../../../words/numbers.ts'
import { visible } from '../../../words/visible.ts'
import { mayOffer } from '../../changing/may-write.ts'
import { keyOf } from '../../state/bindings.ts'
import type { State } from '../../state/state.ts'
import { headline, paragraph, titled } from '../parts/failure-lines.ts'

/** Sets and maps that the rule looks into. */
function setsOf({ rule }: RuleRow, { rules }: State): readonly string[] {
	const prefix = `${rule.family} ${rule.table} `
	return Object.entries(rules.value?.ruleset.sets ?? {}).flatMap(([key, text]) => {
		const name = key.slice(prefix.length)
		return key.startsWith(prefix) && rule.text.includes(`@${name}`) ? [`@${name}: ${text}`] : []
	})
}

/** What a rule does, where it stands, what it has counted. */
export function ruleLines(row: RuleRow, state: State, columns: number): readonly Line[] {
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
