import type { State } from '../../app/state/state.ts'
import { type Cause, findCauses } from '../../investigation/causes/causes.ts'
import type { Evidence, SeenReason } from '../../investigation/evidence.ts'
import { gapWarnings } from '../../investigation/join/rule-warnings.ts'
import { pathsOf } from '../../investigation/path/paths.ts'
import type { Composition } from '../../kernel/conntrack/conntrack-list.ts'
import { builtInChains, type RuleAt } from '../../kernel/given/iptables-trace.ts'
import { gapsOf } from '../../kernel/rules/matching.ts'
import * as english from '../../words/english/commands/read.ts'
import { describe } from '../../words/failure.ts'
import { counted } from '../../words/numbers.ts'
import type { GivenCounters } from './counters.ts'
import type { Gathered } from './gather.ts'
import type { GivenCase } from './given-case.ts'
import { endsOfTheTime, type Known, knownOf } from './state.ts'
import { type Story, storyOf } from './story.ts'

/** What was given comes to. */
export type ReadAnswer = Gathered & {
	readonly state: State
	readonly evidence: Evidence
	readonly causes: readonly Cause[]
	/** Packets by what the kernel says of them, most frequent first; not all of it is INVALID. */
	readonly reasons: readonly SeenReason[]
	readonly counters: GivenCounters | undefined
	/** counted = explained + silent + lost; null where lines and counters are not of one time. */
	readonly account: GivenAccount | null
	/** Undefined where nothing was listed. */
	readonly table: { readonly ipv4: Composition; readonly ipv6: Composition } | undefined
	readonly stories: readonly Story[]
	readonly rulesFormat: string
	readonly notChecked: readonly string[]
	/** Lines with a reason. */
	readonly lines: number
}

export type GivenAccount = {
	readonly counted: number
	readonly explained: number | null
	readonly silent: number | null
	readonly lost: number | null
	readonly sentence: string
}

/** So many traced packets are told. */
const STORIES = 20
/** So many names of namespaces are said. */
const NAMESPACES = 8

export function readAnswerOf(gathered: Gathered): ReadAnswer {
	const { all } = gathered
	const { state, evidence, counters, rulesFormat } = knownOf(all)
	const ruleset = state.rules.value?.ruleset ?? { chains: [], rules: [] }
	const saved = all.logs.traced === 0 ? undefined : all.savedRules()
	const traced = all.logs.trace.packets((place) => savedStep(saved, place))
	// Each tool tells something else of a packet: what one is silent about says nothing of the packets of another.
	const told = [
		{ packets: all.trace.packets(), lost: all.trace.lost() },
		{ packets: all.monitorTrace.packets(), lost: all.monitorTrace.lost() },
		{ packets: traced, lost: 0 },
	]
	const packets = told.flatMap((one) => one.packets)
	const chains = [...builtInChains(packets), ...ruleset.chains]
	const paths = told.flatMap((one) =>
		pathsOf(one.packets, { ruleset: { ...ruleset, chains }, reasons: all.logs.lines, lost: one.lost }),
	)
	return {
		...gathered,
		state,
		evidence,
		causes: findCauses(evidence),
		reasons: evidence.reasons,
		counters,
		account: accountOf(evidence, counters, all.logs.total),
		table: all.listed === 0 ? undefined : all.compositions(),
		stories: paths.slice(0, STORIES).map(storyOf),
		rulesFormat,
		notChecked: [...new Set(notCheckedOf(gathered, { state, evidence, counters }, packets.length))],
		lines: all.logs.total,
	}
}

/** A rule or policy that a line of TRACE names by its number, as iptables-save of the same host has it. */
function savedStep(
	saved: ReturnType<GivenCase['savedRules']> | undefined,
	place: Parameters<RuleAt>[0],
): ReturnType<RuleAt> {
	const { family, table, chain, kind, number } = place
	const rule = kind === 'rule' ? saved?.rule(family, table, chain, number) : undefined
	if (rule !== undefined) return { ...rule, handle: null }
	const policy = kind === 'policy' ? saved?.policy(family, table, chain) : undefined
	return policy === undefined
		? undefined
		: { text: '', handle: null, verdict: { kind: 'final', word: policy } }
}

function accountOf(
	{ accounting }: Evidence,
	counters: GivenCounters | undefined,
	lines: number,
): GivenAccount | null {
	if (accounting !== undefined) {
		const { counted: all, explained, silent, lost, sentence } = accounting
		return { counted: all, explained, silent, lost, sentence }
	}
	if (counters?.rises == null) return null
	const { invalid = 0 } = counters.rises
	return {
		counted: invalid,
		explained: null,
		silent: null,
		lost: null,
		sentence: english.countedBetween(invalid, counted(lines, 'line')),
	}
}

/** What was not among what was given, or says less than it would live. */
function notCheckedOf(
	{ all, refused, moreRefused, configuration, namespaces }: Gathered,
	{ state, evidence, counters }: Pick<Known, 'state' | 'evidence' | 'counters'>,
	traced: number,
): readonly string[] {
	const { logs } = all
	const rules = state.rules.value
	const asked = state.settings.value?.values.log_invalid
	return [
		...(logs.total > 0 ? [] : [english.noReasons]),
		...(counters === undefined
			? [english.noCounters]
			: counters.rises === null
				? [english.oneReading]
				: counters.period === undefined
					? [english.readingsWithoutTime]
					: logs.untimed(counters.host) > 0
						? [english.linesWithoutTime(counted(logs.untimed(counters.host), 'line'))]
						: asked === undefined || asked === '0'
							? [english.notAsked(asked)]
							: evidence.accounting === undefined
								? [english.noLineOfThatTime]
								: []),
		...(counters?.isByNumbers === true && counters.rises !== null ? [english.orderByNumbers] : []),
		...(rules === undefined ? [english.noRules] : rules.failures.map((one) => describe(one).detail)),
		...(rules === undefined ? [] : gapWarnings(gapsOf(rules.ruleset))),
		...(all.settings.size > 0 ? [] : [english.noSettings]),
		...(all.listed > 0 ? [english.listingOfAnotherTime] : [english.noEntries]),
		...(all.events.DESTROY === 0
			? [english.noEvents]
			: !all.saysWho
				? [english.eventsSayNotWho]
				: endsOfTheTime(all)
					? []
					: [english.eventsOfAnotherTime]),
		...(logs.hosts.size > 1 ? [english.severalHosts(logs.hosts.size)] : []),
		...(all.release === undefined ? [english.noRelease] : []),
		...(configuration === 0 ? [] : [english.onlyConfiguration(counted(configuration, 'file'))]),
		...(namespaces.length === 0 ? [] : [english.otherNamespaces(namespaces.slice(0, NAMESPACES).join(', '))]),
		...(traced > STORIES ? [english.moreTraced(traced - STORIES)] : []),
		...(refused.length + moreRefused > 0
			? [english.whatWasRefused(counted(refused.length + moreRefused, 'thing'))]
			: []),
		...(all.sockets.length === 0 ? [english.sockets] : [english.socketsOfAnotherTime]),
		...(all.addresses.size === 0 ? [english.noAddresses] : []),
		english.directions,
		english.around,
	]
}
