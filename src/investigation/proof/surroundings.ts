import type { Card, Surroundings, SurroundingsState } from '../../model/surroundings.ts'
import * as english from '../../words/english/investigation/surroundings.ts'
import { counted } from '../../words/numbers.ts'
import { visible } from '../../words/visible.ts'

/** So many names of interfaces are said. */
const NAMES = 4

const named = (names: readonly string[]): string => {
	const shown = names.slice(0, NAMES).map(visible)
	return [...shown, ...(names.length > NAMES ? [english.more(names.length - NAMES)] : [])].join(', ')
}

type Row = {
	readonly name: string
	readonly is: string
	/** It decides over packets here: more than "there is nothing of the kind". */
	readonly isTelling: boolean
}

/** What stands around conntrack here, one row for each thing; none before it was read. */
export function surroundingRows(state: SurroundingsState | undefined): readonly Row[] {
	if (state === undefined) return []
	const { last, first } = state
	const { bridges, virtualServers: servers, cards, xdp, ingress } = last
	const programs = programsSeen(last)
	return [
		{
			name: english.REVERSE_PATH,
			is: reversePath(state),
			isTelling: (last.reversePath.dropped ?? 0) > (first.reversePath.dropped ?? 0),
		},
		{
			name: english.BRIDGES,
			is: bridges === null ? english.noBridgeFrames : english.bridgeCalls(bridges.ipv4, bridges.ipv6),
			isTelling: (bridges?.ipv4 === true || bridges?.ipv6 === true) && last.ports?.length !== 0,
		},
		{
			name: english.VIRTUAL_SERVERS,
			is: virtualServers(last),
			isTelling: (servers?.services ?? 0) > 0,
		},
		...(xdp === undefined && ingress === undefined
			? []
			: [
					{
						name: english.BEFORE,
						is: said([
							programs.length > 0 ? said(programs) : '',
							xdp?.length === 0 ? english.noXdp : '',
							ingress?.length === 0 ? english.noFilter : '',
						]),
						isTelling: programs.length > 0,
					},
				]),
		...(cards === undefined
			? []
			: [
					{
						name: english.CARDS,
						is: said(cards.map((card) => ofCard(card, first, secondsOf(state)))) || english.noCard,
						isTelling: cards.some(
							({ joinsLarge, overAllowance = 0 }) => joinsLarge === true || overAllowance > 0,
						),
					},
				]),
	]
}

const said = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ')

const secondsOf = ({ first, last }: SurroundingsState): string =>
	`${Math.round((last.at - first.at) / 1000)} s`

function reversePath(state: SurroundingsState): string {
	const { strict, loose, dropped = 0 } = state.last.reversePath
	const since = dropped - (state.first.reversePath.dropped ?? dropped)
	if (strict.length + loose.length === 0) return english.off
	return said([
		strict.length > 0 ? english.strictOn(named(strict)) : '',
		loose.length > 0 ? english.looseOn(named(loose)) : '',
		since > 0
			? english.dropsNow(counted(since, 'packet'), secondsOf(state))
			: dropped > 0
				? english.hasDropped(counted(dropped, 'packet'))
				: '',
	])
}

function virtualServers({ virtualServers: found }: Surroundings): string {
	if (found === null || found.services === 0) return english.noVirtualServers
	return said([
		english.virtualServices(counted(found.services, english.virtualService), found.tracks),
		found.direct > 0 ? english.serversAnswerPast(counted(found.direct, 'server')) : '',
	])
}

function ofCard(card: Card, first: Surroundings, seconds: string): string {
	const { name, checksRx, joinsLarge, overAllowance } = card
	const before = first.cards?.find((one) => one.name === name)?.overAllowance
	const since = (overAllowance ?? 0) - (before ?? overAllowance ?? 0)
	const parts = [
		checksRx === undefined ? '' : english.checksReceived(checksRx),
		joinsLarge === true ? english.joinsLarge : '',
		overAllowance === undefined
			? ''
			: since > 0
				? english.allowanceDrops(counted(since, 'packet'), seconds)
				: overAllowance > 0
					? english.allowanceDropped(counted(overAllowance, 'packet'))
					: english.allowanceFree,
	].filter((part) => part !== '')
	return parts.length === 0 ? visible(name) : `${visible(name)}: ${parts.join(', ')}`
}

const programsSeen = ({ xdp = [], ingress = [] }: Surroundings): readonly string[] => [
	...(xdp.length > 0 ? [english.xdpOn(named(xdp))] : []),
	...(ingress.length > 0 ? [english.filtersOn(named(ingress))] : []),
]

/** Programs and filters that may drop or answer packets before conntrack sees them. Undefined where that was not read. */
export function programsBefore(state: SurroundingsState | undefined): readonly string[] | undefined {
	if (state?.last.xdp === undefined || state.last.ingress === undefined) return undefined
	return programsSeen(state.last)
}

/** What of it was not looked at, in words. No tool but bpftool shows what tcx runs (kernel/bpf/tcx.c, Linux 6.6). */
export const surroundingsNotChecked = (state: SurroundingsState | undefined): readonly string[] =>
	state === undefined ? [english.notReadYet] : [...state.last.missing, english.tcxPrograms]
