import type { EndedEntry } from '../../kernel/conntrack/ended-entry.ts'
import { sameAddress } from '../../kernel/packet/address.ts'
import { withoutWords } from '../../kernel/rules/shaping.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted, grouped } from '../../words/numbers.ts'
import { type Evidence, type SeenFlow, type SeenReason, sumOf } from '../evidence.ts'
import type { CauseRule, Suspicion } from '../proof/cause.ts'
import { type LookAlike, unless } from '../proof/proof.ts'
import { countOf, namesOf, type View } from '../proof/view.ts'
import { allEnded, likeEvicted } from './ends.ts'

type Way = {
	/** Of the silent path, and of the packets that were looked at. */
	readonly path: string
	readonly seen: readonly string[]
	readonly says: (some: string, all: string) => string
	readonly cause: Pick<Suspicion, 'id' | 'title' | 'sentence' | 'remedies'>
	/** What looks the same beside entries that were evicted. */
	readonly alike: (flows: readonly SeenFlow[], view: View, evidence: Evidence) => readonly LookAlike[]
}

const TOO_BIG = 'unlined-icmp-too-big'
/** One or two of them are no stalled connection: its long packets come again and again, and are refused by the same router. */
const SOME_TOO_BIG = 3
/** Who has sent what is too big sends it again until one of these errors arrives: no trickle of them is usual. */
const AWAITED = {
	sentence: english.errorsThatPacketsAreTooBig,
	remedies: [english.letTooBigPass, english.findWhyTheirConnectionIsUnknown, english.captureIcmp],
}

/** Ways of being INVALID without a line that are causes by themselves. */
const WAYS: readonly Way[] = [
	{
		path: 'silent-icmp-error',
		seen: ['unlined-icmp-error', TOO_BIG],
		says: english.wereIcmpErrors,
		cause: {
			id: 'icmp-unrelated',
			title: english.icmpErrorsAboutUnknownConnections,
			sentence: english.icmpErrorsQuoteConnections,
			remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
		},
		alike: (_flows, _view, evidence) => [
			{
				title: english.connectionsThatAProgramHasEnded,
				ruledOut: unless(
					allEnded(evidence)?.every(({ portId }) => portId === null) === true,
					english.noEntryWasDeleted,
				),
				tells: english.whoDeletesTells,
			},
		],
	},
	{
		path: 'silent-icmp-reply',
		seen: ['unlined-icmp-reply'],
		says: english.wereEchoReplies,
		cause: {
			id: 'icmp-unasked',
			title: english.echoRepliesNobodyAskedFor,
			sentence: english.echoRepliesComeWithoutARequest,
			remedies: [english.oftenNothingIsToBeDone, english.captureIcmp],
		},
		alike: (flows, view, evidence) => [
			{
				title: english.requestsWhoseEntryHasEnded,
				ruledOut: unless(
					allEnded(evidence)?.some((one) => isRequestOf(one, flows, view.shaping('nat')?.length !== 0)) ===
						false,
					english.noEntryBetweenThemHasEnded,
				),
				tells: english.whoDeletesTells,
			},
			{
				title: english.asymmetricRouting,
				// What this host itself has asked has gone out through its own conntrack.
				ruledOut: unless(
					flows.every(({ where }) => where !== '' && !where.includes('>')),
					english.theyAreForThisHost,
				),
				tells: english.countBothDirectionsTells,
			},
			{
				title: english.requestsThatAreNotTracked,
				ruledOut: unless(
					!view.isPart &&
						(['notrack', 'zone'] as const).every(
							(kind) => view.shaping(kind)?.every(({ text }) => isOfOthers(text)) === true,
						),
					english.noRuleTakesThemOut,
				),
				tells: english.listTheRawRules,
			},
		],
	},
]

/** A rule that is about no ICMP, as its tool prints it. */
function isOfOthers(text: string): boolean {
	const bare = withoutWords(text)
	return /\b(?:tcp|udp|sctp|dccp|[sd]port)\b/.test(bare) && !/!|icmp/.test(bare)
}

/**
 * An entry of ICMP between the two ends of one of these flows, before NAT or behind it; beyond those that are kept apart it may
 * be any.
 */
function isRequestOf(
	{ protocol, original, reply }: EndedEntry,
	flows: readonly SeenFlow[],
	isNat: boolean,
): boolean {
	if (!protocol.startsWith('icmp')) return false
	const is = (one: string | null, other: string) => one !== null && sameAddress(one, other)
	return flows.some(({ flow }) => {
		const [from, to] = flow.split(' > ')
		if (from === undefined || to === undefined) return true
		// Kernel probes tell the first direction alone: behind NAT the asker may have had any address.
		if (reply === null && isNat && is(original.dst, from)) return true
		return [original, reply ?? original].some(
			({ src, dst }) => (is(src, from) && is(dst, to)) || (is(src, to) && is(dst, from)),
		)
	})
}

/** So many of them, or this part of all, stand for the rest. */
const ENOUGH = 10
const MOST = 0.5

/** Packets without a line: those that were seen, or else only those ways that nothing has ruled out. */
export const silentCauses: CauseRule = (view, evidence) => {
	const { silent } = view
	const { silent: paths, unlined = [] } = evidence
	if (silent === 0) return []
	const all = sumOf(unlined.map(({ count }) => count))
	return all > 0
		? WAYS.flatMap((way) => seen(way, unlined, all, view, evidence))
		: WAYS.flatMap((way) => guessed(way, paths, silent))
}

/** The packets themselves were looked at. */
function seen(
	{ seen: ids, says, cause, alike }: Way,
	unlined: readonly SeenReason[],
	all: number,
	view: View,
	evidence: Evidence,
): readonly Suspicion[] {
	const flowsOf = (names: readonly string[]) =>
		unlined
			.filter(({ reason }) => names.includes(reason.id) && reason.answer !== true)
			.flatMap((row) => row.flows)
			.filter((flow) => !isOwn(flow))
	const flows = flowsOf(ids)
	const count = countOf(flows)
	const tooBig = ids.includes(TOO_BIG) ? flowsOf([TOO_BIG]) : []
	const isAwaited = tooBig.some(({ flow, count: its }) => flow.includes(' > ') && its >= SOME_TOO_BIG)
	const { silent } = view
	if (count === 0) return []
	return [
		{
			...cause,
			...(isAwaited ? AWAITED : { isUsual: true as const }),
			packets: Math.round((silent * count) / all),
			flows: namesOf(flows),
			signs: [
				{ says: says(grouped(count), counted(all, 'packet')), isSeen: true },
				...(isAwaited ? [{ says: english.saidTooBig(grouped(countOf(tooBig))), isSeen: true }] : []),
			],
			lookAlikes: [
				{
					title: english.packetsNobodyLookedAt,
					ruledOut: unless(all >= ENOUGH || all >= MOST * silent, english.enoughWereLookedAt(grouped(all))),
					tells: english.tapInvalid,
				},
				likeEvicted(evidence),
				...alike(flows, view, evidence),
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
