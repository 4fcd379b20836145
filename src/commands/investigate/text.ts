import type { Cause } from '../../investigation/causes/causes.ts'
import { forecastSays } from '../../investigation/trial/forecast.ts'
import * as english from '../../words/english/commands/investigate.ts'
import { countTwice } from '../../words/english/investigation/accounting.ts'
import { clock, counted, grouped, percent } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { visible } from '../../words/visible.ts'
import { changesText } from '../common/done-changes.ts'
import { inShort } from '../run/sources.ts'
import { floodInWords } from '../run/types.ts'
import type { Answer } from './answer.ts'

/** So many flows of a cause, and reasons where no cause was found, are printed; JSON and the report have all. */
const FLOWS = 3
const REASONS = 3

/** The answer in lines of at most `columns`. */
export function investigateText(answer: Answer, columns: number): string {
	const { causes, surroundings, notChecked, account, flood, changes, forecast } = answer
	return [
		...beside('ctscope: ', headline(answer), columns),
		...(flood === undefined
			? []
			: beside('  ', `${floodInWords({ rate: flood, changes: changes.length })}.`, columns)),
		...(answer.isEnded ? [`  ${english.foundUntilThen}`] : []),
		...causes.flatMap((cause, index) => causeText(cause, index + 1, columns)),
		...(causes.length > 0 ? [] : reasonsText(answer, columns)),
		...(account === null
			? []
			: beside(`  ${english.accountAt(clock(account.at))}`, account.sentence, columns)),
		...(answer.again === 0 ? [] : beside('  ', countTwice(counted(answer.again, 'packet')), columns)),
		...(forecast === undefined ? [] : beside(`  ${english.withASetting}`, forecastSays(forecast), columns)),
		...(surroundings.length === 0
			? []
			: beside(
					`  ${english.surroundings}`,
					surroundings.map(({ name, is }) => `${name}: ${visible(is)}`).join('. '),
					columns,
				)),
		...beside(`  ${english.notChecked}`, notChecked.join('; '), columns),
		...(changes.length === 0 ? [`  ${english.nothingWasChanged}`] : changesText(answer, columns)),
	].join('\n')
}

function headline({ causes, account, seconds, netns, blind }: Answer): string {
	const time = `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
	const packets = counted(account?.counted ?? 0, english.invalidPacket)
	if (causes.length > 0)
		return english.causesFound(counted(causes.length, 'cause'), packets, time, netns.name)
	if (blind !== undefined)
		return account === null
			? english.countersUnread(netns.name, inShort(blind))
			: english.cannotTell(packets, time, netns.name, inShort(blind))
	return (account?.counted ?? 0) === 0
		? english.nothingToDoNone(time, netns.name)
		: english.nothingToDoBut(packets, time, netns.name)
}

/** A cause of this host, or as the ctscope of another one has told it: with an id that may not be known here. */
export type ToldCause = Omit<Cause, 'id' | 'headline' | 'lasting'> & { readonly id: string }

/** A cause with its evidence, and what is left open. */
export function causeText(cause: ToldCause, number: number, columns: number): string[] {
	const { title, id, confidence, share, sentence, evidence, excluded, open, remedies, flows } = cause
	const list = (head: string, texts: readonly string[]): string[] =>
		texts.flatMap((text, index) =>
			beside(`     ${index === 0 ? head : ' '.repeat(head.length)}`, text, columns),
		)
	return [
		...beside(
			`  ${number}. `,
			`${title} (${id}): ${english.confidenceAndShare(confidence, percent(share, 1))}`,
			columns,
		),
		...beside('     ', sentence, columns),
		...list(english.seen, evidence),
		...list(english.notThisInstead, excluded),
		...list(english.notExcluded, open),
		...list(english.flows, flows.slice(0, FLOWS)),
		...list(english.todo, remedies),
	]
}

/** What there was, where no cause is known. */
const reasonsText = ({ reasons }: Answer, columns: number): string[] =>
	reasons
		.slice(0, REASONS)
		.flatMap(({ reason, count, flows: [first] }) =>
			beside(
				`  ${english.mostFrequent}`,
				english.linesOf(
					grouped(count),
					reason.protocol,
					reason.title,
					first === undefined ? '' : `, ${first.flow}`,
				),
				columns,
			),
		)
