import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, sumOf } from '../evidence.ts'
import type { Suspicion } from './cause.ts'
import { endsOf } from './ends.ts'
import { MANY } from './packets.ts'
import { unless } from './proof.ts'
import { entriesOf, namesOf, packetsOf, type Seen, type View } from './view.ts'

/** So many packets without a repetition say that nobody waits. */
const ENOUGH = 10

export function late(flows: readonly Seen[], view: View, evidence: Evidence): readonly Suspicion[] {
	const over = flows.filter(
		(flow) =>
			flow.segments.fin + flow.segments.rst > 0 &&
			(entriesOf(flow) ?? []).length === 0 &&
			flow.way !== 'sent',
	)
	if (over.length === 0) return []
	const looked = over.filter(({ facts }) => facts?.sockets !== undefined).length
	const packets = packetsOf(view, over)
	const deleted = (evidence.ended ?? []).filter(({ portId }) => portId !== null).length
	const { closed } = endsOf(over, evidence)
	const ends = new Set(over.map(({ query }) => `${query?.destination} ${query?.destinationPort}`)).size
	const fins = sumOf(over.map(({ segments }) => segments.fin))
	const services = new Set(
		over.map(({ query }) => Math.min(query?.sourcePort ?? 0, query?.destinationPort ?? 0)),
	).size
	return [
		{
			id: 'late',
			title: english.latePacketsOfConnectionsThat,
			sentence: english.rstAndFinPacketsOf,
			remedies: [english.mostlyHarmlessTheEndsHave],
			packets,
			flows: namesOf(over),
			isUsual: true,
			signs: [
				{ says: english.lookedAtNoEntryNo(counted(looked, 'flow')), isSeen: looked > 0 ? true : undefined },
				{ says: english.nothingCameAgain(grouped(packets)), isSeen: packets >= ENOUGH ? true : undefined },
				{
					says: english.entriesEndedClosed(grouped(closed.length)),
					isSeen: closed.length >= over.length / 2 ? true : undefined,
				},
			],
			lookAlikes: [
				{
					title: english.entriesAreDeleted,
					ruledOut:
						closed.length >= over.length / 2
							? english.entriesEndedClosed(grouped(closed.length))
							: unless(evidence.ended !== undefined && deleted === 0, english.noEntryWasDeleted),
					tells: english.whoDeletesTells,
				},
				{
					title: english.strangersOrForgotten,
					ruledOut: unless(
						closed.length >= over.length / 2,
						english.entriesEndedClosed(grouped(closed.length)),
					),
					tells: english.whoDeletesTells,
				},
				{
					title: english.backscatterOfAnAttack,
					ruledOut: unless(ends < MANY || fins > 0, english.fewTargets(ends)),
					tells: english.howManyTargets,
				},
				{
					title: english.aPortScan,
					ruledOut: unless(services < 5 && view.packets > 0, english.fewPorts),
					tells: english.howManyTargets,
				},
			],
		},
	]
}
