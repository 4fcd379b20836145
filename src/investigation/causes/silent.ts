import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type SeenFlow, type SeenReason, sumOf } from '../evidence.ts'
import type { CauseRule, Suspicion } from './cause.ts'
import { unless } from './proof.ts'
import { countOf, namesOf } from './view.ts'

type Way = {
	/** Of the silent path, and of the packets that were looked at. */
	readonly path: string
	readonly seen: string
	readonly says: (some: string, all: string) => string
	readonly cause: Pick<Suspicion, 'id' | 'title' | 'sentence' | 'remedies'>
}

/** Ways of being INVALID without a line that are causes by themselves. */
const WAYS: readonly Way[] = [
	{
		path: 'silent-icmp-error',
		seen: 'unlined-icmp-error',
		says: english.wereIcmpErrors,
		cause: {
			id: 'icmp-unrelated',
			title: english.icmpErrorsAboutUnknownConnections,
			sentence: english.icmpErrorsQuoteConnections,
			remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
		},
	},
	{
		path: 'silent-icmp-reply',
		seen: 'unlined-icmp-reply',
		says: english.wereEchoReplies,
		cause: {
			id: 'icmp-unasked',
			title: english.echoRepliesNobodyAskedFor,
			sentence: english.echoRepliesComeWithoutARequest,
			remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
		},
	},
]

/** So many of them, or this part of all, stand for the rest. */
const ENOUGH = 10
const MOST = 0.5

/** Packets without a line: those that were seen, or else only those ways that nothing has ruled out. */
export const silentCauses: CauseRule = ({ silent }, { silent: paths, unlined = [] }) => {
	if (silent === 0) return []
	const all = sumOf(unlined.map(({ count }) => count))
	return all > 0
		? WAYS.flatMap((way) => seen(way, unlined, all, silent))
		: WAYS.flatMap((way) => guessed(way, paths, silent))
}

/** The packets themselves were looked at. */
function seen(
	{ seen: id, says, cause }: Way,
	unlined: readonly SeenReason[],
	all: number,
	silent: number,
): readonly Suspicion[] {
	const flows = unlined
		.filter(({ reason }) => reason.id === id && reason.answer !== true)
		.flatMap((row) => row.flows)
		.filter((flow) => !isOwn(flow))
	const count = countOf(flows)
	if (count === 0) return []
	return [
		{
			...cause,
			packets: Math.round((silent * count) / all),
			flows: namesOf(flows),
			isUsual: true,
			signs: [{ says: says(grouped(count), counted(all, 'packet')), isSeen: true }],
			lookAlikes: [
				{
					title: english.packetsNobodyLookedAt,
					ruledOut: unless(all >= ENOUGH || all >= MOST * silent, english.enoughWereLookedAt(grouped(all))),
					tells: english.tapInvalid,
				},
			],
		},
	]
}

/** What this host sends, an error about an INVALID packet among it, comes from nobody else; on loopback it comes in too. */
const isOwn = ({ where }: SeenFlow): boolean => where.startsWith('>') || where === 'lo'

/** Nobody has looked: the ways that are left, and what nobody thought of. */
function guessed(
	{ path: id, cause }: Way,
	paths: Parameters<CauseRule>[1]['silent'],
	silent: number,
): readonly Suspicion[] {
	const open = paths.filter(({ standing }) => standing !== 'ruled-out')
	const path = open.find((one) => one.id === id)
	if (path === undefined) return []
	return [
		{
			...cause,
			packets: silent,
			flows: [],
			isUsual: true,
			signs: [
				{ says: english.packetsWithoutALine(grouped(silent)), isSeen: true },
				{ says: path.because, isSeen: path.standing === 'likely' ? true : undefined },
			],
			lookAlikes: [
				...open
					.filter((other) => other !== path)
					.map((other) => ({ title: other.title, ruledOut: undefined, tells: other.tellApart })),
				{ title: english.packetsOfAnotherKind, ruledOut: undefined, tells: english.tapInvalid },
			],
		},
	]
}
