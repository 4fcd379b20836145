import type { Group } from '../../kernel/conntrack/list-groups.ts'
import * as english from '../../words/english/investigation/table.ts'
import { grouped, percent, rate } from '../../words/numbers.ts'
import { isPressed, type TableFill } from './fill.ts'

/** One line for every screen, without its full stop; undefined where there is room. `short`: for a narrow one. */
export function fillBanner(fill: TableFill | undefined, short = false): string | undefined {
	if (fill === undefined || !isPressed(fill)) return undefined
	if (short) return shortBanner(fill)
	const of = english.countOfMax(grouped(fill.count), grouped(fill.max ?? 0))
	switch (fill.fullness) {
		case 'dropping':
			return english.newConnectionsAreDropped(rate(fill.rates.noRoom))
		case 'evicting':
			return english.entriesAreThrownOut(rate(fill.rates.evicted))
		case 'full':
			return english.tableIsFull(of)
		default:
			return english.tableIsNearlyFull(of)
	}
}

function shortBanner({ fullness, rates, count, max }: TableFill): string {
	if (fullness === 'dropping') return english.fullDropped(rate(rates.noRoom))
	if (fullness === 'evicting') return english.fullThrownOut(rate(rates.evicted))
	return english.tablePercent(percent(count, max ?? 0))
}

/** The same in whole sentences, with what it means. */
export function fillSays(fill: TableFill): string {
	const of = english.countOfMax(grouped(fill.count), grouped(fill.max ?? 0))
	switch (fill.fullness) {
		case 'dropping':
			return english.fullAndDropping(of, rate(fill.rates.noRoom))
		case 'evicting':
			return english.fullAndEvicting(of, rate(fill.rates.evicted))
		case 'full':
			return english.fullAndStill(of)
		case 'nearly-full':
			return english.nearlyFull(of)
		default:
			return english.thereIsRoom(of)
	}
}

/** For a line of a table: `300 of 300, drop 2.4/s`. */
export function fillBrief({ count, max, rates }: TableFill): string {
	const parts = [english.countOf(grouped(count), grouped(max ?? 0))]
	if (rates.noRoom > 0) parts.push(english.dropRate(rate(rates.noRoom)))
	if (rates.evicted > 0) parts.push(english.earlyDropRate(rate(rates.evicted)))
	return parts.join(', ')
}

/** What was read, one line each. */
export function fillEvidence(fill: TableFill): readonly string[] {
	const { count, peak, max, rates, watched } = fill
	const seconds = grouped(Math.round(watched.seconds))
	return [
		english.entriesNow(grouped(count), grouped(max ?? 0), percent(count, max ?? 0)),
		...(peak > count ? [english.peakOfSeconds(grouped(peak))] : []),
		...(rates.noRoom > 0 ? [english.dropMoves(rate(rates.noRoom))] : []),
		...(rates.noRoom === 0 && watched.noRoom > 0
			? [english.dropMoved(grouped(watched.noRoom), seconds)]
			: []),
		...(rates.evicted > 0 ? [english.earlyDropMoves(rate(rates.evicted))] : []),
		...(rates.evicted === 0 && watched.evicted > 0
			? [english.earlyDropMoved(grouped(watched.evicted), seconds)]
			: []),
		...(rates.clashes > 0 ? [english.clashesBesides(rate(rates.clashes))] : []),
		...(fill.isSetElsewhere ? [english.limitOfTheHost] : []),
		...holderLines(fill),
	]
}

/** A group that has less is one of many. */
const TELLING = 0.2

const tellingOf = (groups: readonly Group[] | undefined, looked: number): Group | undefined => {
	const [first] = groups ?? []
	return first !== undefined && first.count >= looked * TELLING ? first : undefined
}

/** Who has the entries, largest share first; that nobody stands out is said too. */
export function holderLines({ holders, holdersAge }: TableFill): readonly string[] {
	if (holders === undefined || holders.looked === 0) return []
	const { looked, unreplied, kinds } = holders
	const share = ({ count }: Group) => percent(count, looked)
	const { source, prefix, target } = telling(holders)
	return [
		...(source === undefined ? [] : [english.beginFrom(source.name, share(source))]),
		...(prefix === undefined ? [] : [english.beginFrom(prefix.name, share(prefix))]),
		...(target === undefined ? [] : [english.goTo(target.name, share(target))]),
		...((source ?? prefix ?? target) === undefined ? [english.nobodyStandsOut] : []),
		english.kindsOfEntries(
			kinds
				.slice(0, 3)
				.map((one) => `${one.name} ${share(one)}`)
				.join(', '),
			percent(unreplied, looked),
		),
		english.lookedAt(grouped(looked), grouped(Math.round(holdersAge))),
	]
}

/** A network is named where it has clearly more than its largest address. */
function telling({ looked, sources, prefixes, targets }: NonNullable<TableFill['holders']>) {
	const source = tellingOf(sources, looked)
	const network = tellingOf(prefixes, looked)
	const prefix =
		network !== undefined && network.count > (source?.count ?? 0) + looked * 0.1 ? network : undefined
	return { source, prefix, target: tellingOf(targets, looked) }
}

/** Which timeout decides how long an entry of a kind stays: knobs by their ids. */
const TIMEOUTS: Readonly<Record<string, string>> = {
	'tcp ESTABLISHED': 'tcp_timeout_established',
	'tcp TIME_WAIT': 'tcp_timeout_time_wait',
	'tcp SYN_SENT': 'tcp_timeout_syn_sent',
	'tcp SYN_RECV': 'tcp_timeout_syn_recv',
	'tcp FIN_WAIT': 'tcp_timeout_fin_wait',
	'tcp CLOSE_WAIT': 'tcp_timeout_close_wait',
	'tcp LAST_ACK': 'tcp_timeout_last_ack',
	'tcp CLOSE': 'tcp_timeout_close',
	icmp: 'icmp_timeout',
	icmpv6: 'icmpv6_timeout',
}

/** UDP that is answered stays longer (nf_conntrack_proto_udp.c). */
const timeoutOf = (
	kind: string,
	{ looked, unreplied }: NonNullable<TableFill['holders']>,
): string | undefined =>
	kind === 'udp' ? (unreplied > looked / 2 ? 'udp_timeout' : 'udp_timeout_stream') : TIMEOUTS[kind]

/** What would make room, for what was seen: best first. */
export function roomRemedies(fill: TableFill, values: Readonly<Record<string, string>>): readonly string[] {
	const { holders, max, isSetElsewhere } = fill
	const twice = String((max ?? 0) * 2)
	const raise = isSetElsewhere ? english.raiseMaxElsewhere(twice) : english.raiseMax(twice)
	if (holders === undefined || holders.looked === 0) return [raise, english.lookWhoFillsIt]
	const { source, prefix, target } = telling(holders)
	const [kind] = holders.kinds
	const knob =
		kind === undefined || kind.count < holders.looked * TELLING ? undefined : timeoutOf(kind.name, holders)
	const value = knob === undefined ? undefined : values[knob]
	const from = source ?? prefix
	const shorten =
		kind === undefined || knob === undefined || value === undefined
			? []
			: [english.shortenTimeout(kind.name, percent(kind.count, holders.looked), knob, value)]
	const deal =
		from === undefined ? [] : [english.dealWithSource(from.name, percent(from.count, holders.looked))]
	const atTarget = from !== undefined || target === undefined ? [] : [english.lookAtTarget(target.name)]
	// What one source fills, it would fill again.
	return from !== undefined && from.count >= holders.looked / 2
		? [...deal, raise, ...shorten]
		: [raise, ...deal, ...shorten, ...atTarget]
}
