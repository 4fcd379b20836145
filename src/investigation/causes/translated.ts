import { isPrivate, sameAddress } from '../../kernel/packet/address.ts'
import type { ShapingRule } from '../../kernel/rules/rule.ts'
import * as english from '../../words/english/investigation/causes.ts'
import { counted } from '../../words/numbers.ts'
import type { Evidence } from '../evidence.ts'
import type { Suspicion } from '../proof/cause.ts'
import { type LookAlike, unless } from '../proof/proof.ts'
import { mayBeAbout, namesPort, namesSources } from '../proof/rule-text.ts'
import { countOf, entriesOf, namesOf, packetsOf, type Seen, type View } from '../proof/view.ts'
import { endedBefore, isTranslated } from './ends.ts'

/** What NAT does with connections it no longer knows: their packets go out as they came in. */
export function leaks(
	view: View,
	evidence: Evidence,
	flows: readonly Seen[],
	/** Those of which somebody waits, or whose entry was seen to end while it was open. */
	waiting: ReadonlySet<Seen>,
): { readonly causes: readonly Suspicion[]; readonly flows: readonly Seen[] } {
	const rules = view.shaping('nat')
	if (rules === undefined || rules.length === 0) return { causes: [], flows: [] }
	// A rule's text does not say what an earlier rule keeps from it; the entry did.
	const left = flows.filter(
		(flow) =>
			(entriesOf(flow) ?? []).length === 0 &&
			!endedBefore([flow], evidence).some((one) => isTranslated(one) === false),
	)
	const passing = left.filter(({ way }) => way === 'passing' || way === undefined)
	const isDropped = (hooks: readonly string[]) =>
		evidence.rules?.acting.some(
			({ hook, action }) => hooks.includes(hook) && /(?:drop|reject)$/.test(action),
		) === true
	const answering = passing.filter((flow) => rules.some((rule) => isTargetOf(rule, flow)))
	// Without its entry the client's packet is for this host itself.
	const published = left.filter(
		(flow) => flow.way === 'received' && rules.some((rule) => publishes(rule, flow)),
	)
	const ofDnat = [...answering, ...published]
	const answered = inUse(ofDnat, waiting)
	const ofSource = passing.filter(
		(flow) => !ofDnat.includes(flow) && rules.some((rule) => translatesSource(rule, flow)),
	)
	const leaving = inUse(ofSource, waiting)
	const found: Suspicion[] = []
	const proven: Seen[] = []
	// A rule that was not read may drop them all the same.
	const unread =
		evidence.rules?.isPart === true ? [{ says: english.noOtherRuleDropsThem, isSeen: undefined }] : []
	if (answered.length > 0 && !isDropped(['prerouting', 'forward', 'postrouting'])) {
		const [first] = answered
		const [rule] = rules.filter(
			(one) => first !== undefined && (isTargetOf(one, first) || publishes(one, first)),
		)
		found.push({
			id: 'reply-not-translated',
			title: english.repliesThatAreNotTranslated,
			sentence: english.theServerAnswersUnderItsOwnAddress(answering[0]?.query?.source),
			remedies: [english.findWhyTheEntryIs, english.dropInvalidInInputAndForward],
			packets: packetsOf(view, answered),
			flows: namesOf(answered),
			signs: [
				{
					says: english.ofFlowsAreOfADnatRule(counted(answered.length, 'flow')),
					isSeen: true,
				},
				{ says: english.ruleSays(rule?.text ?? ''), isSeen: true },
				...unread,
				...(view.resets.length > 0
					? [{ says: english.thisHostAnswersWithRst(counted(countOf(view.resets), 'packet')), isSeen: true }]
					: []),
			],
			...likeStrangers(answered, waiting, evidence),
		})
		if (answered.some((flow) => waiting.has(flow))) proven.push(...answered)
	}
	if (leaving.length > 0 && !isDropped(['prerouting', 'forward', 'postrouting'])) {
		const [first] = leaving
		const [rule] = rules.filter((one) => first !== undefined && translatesSource(one, first))
		found.push({
			id: 'leak-without-nat',
			title: english.packetsThatLeaveUntranslated,
			sentence: english.thisHostTranslatesAddressesNat(first?.query?.source ?? '?'),
			remedies: [english.dropInvalidPacketsInForward, english.findWhyTheEntryIs],
			packets: packetsOf(view, leaving),
			flows: namesOf(leaving),
			signs: [
				{
					says: english.ofThatPassThroughHave(ofSource.length, counted(passing.length, 'flow')),
					isSeen: true,
				},
				{ says: english.ruleSays(rule?.text ?? ''), isSeen: true },
				...unread,
			],
			...likeStrangers(leaving, waiting, evidence),
		})
		if (leaving.some((flow) => waiting.has(flow))) proven.push(...leaving)
	}
	return { causes: found, flows: proven }
}

/** Where somebody waits with some of these connections, the others may be strays: most of them tell for the rest. */
function inUse(flows: readonly Seen[], waiting: ReadonlySet<Seen>): readonly Seen[] {
	// Both directions of a connection have the client in common, whatever NAT gives them.
	const clients = new Set(flows.filter((flow) => waiting.has(flow)).map(clientOf))
	const used = flows.filter((flow) => clients.has(clientOf(flow)))
	return used.length === 0 || used.length >= flows.length / 2 ? flows : used
}

/** The end with the larger port. */
const clientOf = ({ query }: Seen): string =>
	query === undefined || (query.sourcePort ?? 0) > (query.destinationPort ?? 0)
		? `${query?.source} ${query?.sourcePort}`
		: `${query.destination} ${query.destinationPort}`

/** Without its entry a stray packet passes untranslated too, and hurts nobody: somebody must wait, or have lost the entry. */
function likeStrangers(flows: readonly Seen[], waiting: ReadonlySet<Seen>, evidence: Evidence) {
	const isProven = flows.some((flow) => waiting.has(flow))
	const ruledOut = unless(isProven, english.somebodyWaits)
	return {
		...(isProven ? {} : { isUsual: true as const }),
		lookAlikes: [
			likeUntranslated(flows, evidence),
			{ title: english.packetsOfStrangers, ruledOut, tells: english.whetherSegmentsComeAgain },
			{ title: english.aPortScan, ruledOut, tells: english.howManyTargets },
		],
	}
}

const likeUntranslated = (flows: readonly Seen[], evidence: Evidence): LookAlike => ({
	title: english.entriesWithoutTranslation,
	ruledOut: unless(
		flows.filter((flow) => endedBefore([flow], evidence).some(isTranslated)).length >= flows.length / 2,
		english.theirEntriesWereTranslated,
	),
	tells: english.whoDeletesTells,
})

/** The rule sends connections to the address that these packets come from. */
function isTargetOf({ text }: ShapingRule, { query }: Seen): boolean {
	if (query === undefined) return false
	const [, nft, ipt, listed] =
		/\bdnat (?:ip6? )?(?:prefix )?to (\[?[\da-f.:]+\]?)|--to-destination (\S+)|\bDNAT\b.*\bto:(\S+)/i.exec(
			text,
		) ?? []
	const target = nft ?? ipt ?? listed
	if (target === undefined) return false
	const [, six, four, bare, port] =
		/^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+)|([\da-f:]+))(?::(\d+))?/i.exec(target) ?? []
	const address = six ?? four ?? bare
	return (
		address !== undefined &&
		mayBeAbout(text, { protocol: query.protocol }) &&
		sameAddress(address, query.source) &&
		(port === undefined || Number(port) === query.sourcePort)
	)
}

/** The rule takes connections to this port of this host and sends them elsewhere, as far as its text says. */
function publishes({ text }: ShapingRule, { query, where, facts }: Seen): boolean {
	if (query?.destinationPort == null || !/\bdnat\b/i.test(text)) return false
	// A connection that a server of this host has was not sent elsewhere.
	const isHere = facts?.sockets?.some(
		({ local, peer }) =>
			local.port === query.destinationPort &&
			peer.port === query.sourcePort &&
			sameAddress(peer.address, query.source),
	)
	if (isHere) return false
	return (
		namesPort(text, query.destinationPort) && mayBeAbout(text, { ...query, into: where.split('>')[0] ?? '' })
	)
}

/** The rule gives connections from there another source, as far as its text says. */
function translatesSource({ text }: ShapingRule, { query, where }: Seen): boolean {
	if (query === undefined || !/\b(?:masquerade|snat)\b/i.test(text)) return false
	// Those that it is not about keep theirs; which of them are of this network, it does not say then.
	if (!namesSources(text) && !isPrivate(query.source)) return false
	return mayBeAbout(text, { ...query, out: where.split('>')[1] ?? '' })
}
