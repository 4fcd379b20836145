import * as english from '../../words/english/investigation/causes.ts'
import { visible } from '../../words/visible.ts'
import { type LookAlike, unless } from '../proof/proof.ts'
import type { Context } from './window-context.ts'

const noRules = (rules: readonly unknown[] | undefined, what: string): string | undefined =>
	rules === undefined ? undefined : unless(rules.length === 0, english.noRuleForThemHas(what))

export const likeOneDirection = ({ both, unreplied, known }: Context): LookAlike => ({
	title: english.asymmetricRouting,
	// The service goes both ways: some of its connections may do so no longer, as their own entries count.
	ruledOut: unless(both && unreplied <= known / 2, english.bothDirectionsWereCounted),
	tells: english.countBothDirectionsTells,
})
export const likeNotrack = ({ notrack, one }: Context): LookAlike => ({
	title: english.oneDirectionIsNotTracked,
	ruledOut: one ? english.countedBeforeConntrackToo : noRules(notrack, 'notrack'),
	tells: english.listTheRawRules,
})
export const likeZones = ({ zone, zonesOf, one }: Context): LookAlike => ({
	title: english.zonesThatDoNotMatch,
	ruledOut: one ? english.countedBeforeConntrackToo : zonesOf.size > 0 ? undefined : noRules(zone, 'zone'),
	tells: english.listEntriesWithTheirZones,
})
export const likeDroppedBefore = ({ before }: Context): LookAlike => ({
	title: english.repliesDroppedBefore,
	ruledOut: before === undefined ? undefined : unless(before.length === 0, english.noChainBefore),
	tells: english.whatChainsBeforeDrop((before ?? []).slice(0, 3).map(visible).join(', ')),
})
/** Servers that take their clients' packets from this host and answer past it are why one direction is all there is. */
export const likeVirtualServers = ({ evidence: { surroundings } }: Context): readonly LookAlike[] =>
	(surroundings?.last.virtualServers?.direct ?? 0) === 0
		? []
		: [
				{
					title: english.directRoutingOfIpvs,
					ruledOut: undefined,
					tells: english.listVirtualServices,
				},
			]
export const likeOffload = ({ offloaded, entries }: Pick<Context, 'offloaded' | 'entries'>): LookAlike => ({
	title: english.offloadedFlows,
	ruledOut: entries.some(({ offload, hwOffload }) => offload || hwOffload)
		? undefined
		: noRules(offloaded, english.FLOW_ADD),
	tells: english.listFlowtables,
})
export const likeRewritten = ({ isNear, unreplied, known, isNotAnswered: one }: Context): LookAlike => ({
	title: english.rewrittenSequenceNumbers,
	ruledOut: one
		? english.theOtherDirectionNeverComes
		: isNear
			? english.theDistanceIsThatOfAWindow
			: unless(known > 0 && unreplied === known, english.theOtherDirectionNeverComes),
	tells: english.compareSequenceNumbersAtBothSides,
})
export const likeScale = ({
	isFar,
	unreplied,
	known,
	isNotAnswered,
	neverAcknowledges,
}: Context): LookAlike => ({
	title: english.windowScaleNotSeen,
	ruledOut: neverAcknowledges
		? isNotAnswered
			? english.theOtherDirectionNeverComes
			: english.noAcknowledgementComesBack
		: isFar
			? english.theDistanceIsLargerThanAnyWindow
			: unless(known > 0 && unreplied === known, english.theOtherDirectionNeverComes),
	tells: english.captureTheHandshake,
})
