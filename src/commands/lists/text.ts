import {
	duration,
	heldSays,
	holdersOf,
	type ListName,
	listSays,
	notKnownOf,
	tookRows,
	tookSays,
} from '../../investigation/table/lives-words.ts'
import type { LivesReading } from '../../kernel/lives/lives.ts'
import type { Took } from '../../kernel/lives/took.ts'
import type { ListReading } from '../../model/table-readings.ts'
import * as english from '../../words/english/commands/lists.ts'
import { describe } from '../../words/failure.ts'
import { grouped } from '../../words/numbers.ts'
import { beside } from '../../words/paragraph.ts'
import { changesOf, changesText } from '../common/done-changes.ts'
import type { ListsReport } from './session.ts'

/** Both lists for people: what is in them, what is in them longest, how long it takes, what may hold them. */
export function listsText(report: ListsReport, columns: number): string[] {
	const { netns, lives, failure, kernel } = report
	const place = english.ofNetns(netns.name === '' ? `net:[${netns.inode}]` : netns.name)
	const title =
		lives === undefined
			? english.listsOfTheKernel(place)
			: english.entriesFollowed(place, (lives.micros / 1e6).toFixed(1))
	return [
		...beside('', title, columns),
		...(failure === undefined ? [] : beside('', describe(failure).detail, columns)),
		...section('unconfirmed', report, columns),
		...section('dying', report, columns),
		...(lives === undefined ? [] : ['', ...restLines(lives, columns)]),
		...(kernel.ok ? [] : beside(english.kernelsOwnList, describe(kernel.failure).detail, columns)),
		...changesText({ changes: changesOf(report.view), undo: report.undo }, columns),
	]
}

function section(list: ListName, { kernel, lives }: ListsReport, columns: number): string[] {
	const live = lives?.[list]
	const isKnown = live !== undefined && (list === 'dying' || lives?.unconfirmed.isKnown === true)
	const queues = kernel.ok ? kernel.value.queues : undefined
	const own = kernel.ok ? kernel.value[list] : undefined
	return [
		'',
		...beside(`${list.padEnd(13)} `, isKnown ? english.byProbes(listSays(live)) : english.notKnown, columns),
		...(own === undefined ? [] : beside(`  ${english.kernelsOwnList}`, ownSays(own), columns)),
		...(isKnown
			? [
					...live.oldest.flatMap((held) =>
						beside(`  ${duration(held.micros).padStart(8)}  `, heldSays(held), columns),
					),
					...(lives === undefined ? [] : tookOf(list, lives).flatMap((one) => tookLines(one, columns))),
					...holdersOf(list, live, queues).flatMap((text) => beside('  > ', text, columns)),
				]
			: []),
	]
}

function ownSays({ kept, size, meaning }: ListReading): string {
	if (kept === 'no') return english.noSuchList
	return `${size === 0 ? english.none : grouped(size)}. ${meaning}`
}

type Said = readonly [title: string, took: Took]

const tookOf = (list: ListName, { unconfirmed, dying }: LivesReading): readonly Said[] =>
	list === 'dying'
		? [[english.untilFreed, dying.freed]]
		: [
				[english.untilConfirmed, unconfirmed.confirmed],
				[english.untilDropped, unconfirmed.dropped],
			]

function tookLines([title, took]: Said, columns: number): string[] {
	return [
		...beside(`  ${title}: `, tookSays(took), columns),
		...tookRows(took).map(({ range, count }) => `    ${range.padEnd(18)} ${grouped(count).padStart(11)}`),
	]
}

function restLines(lives: LivesReading, columns: number): string[] {
	const { unconfirmed, dying } = lives.elsewhere
	return [
		...(unconfirmed + dying === 0
			? []
			: beside('', english.inOtherNamespaces(grouped(unconfirmed), grouped(dying)), columns)),
		...notKnownOf(lives).flatMap((text) => beside('', text, columns)),
	]
}
