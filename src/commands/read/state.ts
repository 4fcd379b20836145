import { flowToSample } from '../../app/effects/sampling.ts'
import { stepEvidence } from '../../app/screens/steps/evidence.ts'
import type { ActionBody } from '../../app/state/actions.ts'
import type { State } from '../../app/state/state.ts'
import { initialState } from '../../app/store/initial-state.ts'
import { reducer } from '../../app/store/reducer.ts'
import { canonical, KNOBS } from '../../changes/knobs.ts'
import { account, errorIsWithin } from '../../investigation/accounting/accounting.ts'
import { silenceOf } from '../../investigation/accounting/silence.ts'
import type { Evidence, SeenFlow } from '../../investigation/evidence.ts'
import { flowFromText } from '../../investigation/join/flow-words.ts'
import type { FlowFacts, FlowQuery } from '../../kernel/conntrack/flow-facts.ts'
import { socketsOf } from '../../kernel/conntrack/flow-match.ts'
import { readPasted } from '../../kernel/rules/read/pasted.ts'
import type { RulesReading } from '../../model/rules-reading.ts'
import type { Settings } from '../../model/settings.ts'
import { settled, traitsOfRelease } from '../../reasons/traits.ts'
import * as english from '../../words/english/commands/read.ts'
import { type Failure, fail, ok } from '../../words/failure.ts'
import { countersOf, type GivenCounters } from './counters.ts'
import type { GivenCase } from './given-case.ts'

/** A case as the program would know it live, and what of it lacks. */
export type Known = {
	readonly state: State
	readonly evidence: Evidence
	readonly counters: GivenCounters | undefined
	/** What the text of the rules was taken for; empty where there are none. */
	readonly rulesFormat: string
	/** Listings of rules that were not among what was given. */
	readonly rulesMissing: readonly Failure[]
}

const NOBODY = { uid: 0, name: '', sudoUser: null } as const
const NO_TOOLS = { conntrack: null, nft: null, iptables: null, tcpdump: null, setpriv: null } as const
const COUNT = 'net.netfilter.nf_conntrack_count'
const MAX = 'net.netfilter.nf_conntrack_max'

/** Puts a case into the same state, and asks for the same evidence, as what is read live. Pure. */
export function knownOf(all: GivenCase): Known {
	const { logs } = all
	const end = logs.span?.last ?? 0
	let state = initialState({
		modes: { readOnly: true, ascii: true, color: false, ttlMs: 0, source: 'auto' },
		now: 0,
		wall: end,
		columns: 80,
		rows: 24,
	})
	const take = (body: ActionBody): void => {
		state = reducer(state, { ...body, at: 0 })
	}
	if (all.release !== undefined) take({ type: 'facts', facts: factsOf(all, all.release) })
	const settings = settingsOf(all)
	if (settings !== undefined) take({ type: 'settings', result: ok(settings) })
	if (logs.total > 0 || logs.summary.lines > 0) take({ type: 'log-started' })
	if (all.sites.length > 0)
		take({
			type: 'printk',
			result: ok({ path: null, why: '', next: '', canMount: false, at: 0, sites: all.sites, unread: 0 }),
		})
	const { reading, format } = rulesOf(all)
	take({ type: 'rules', result: reading === undefined ? fail(NO_RULES) : ok(reading) })
	const counters = countersOf(all.stats, (from, to) => logs.between(from, to, undefined).lines)
	if (counters !== undefined) {
		const { first, last, period } = counters
		const read = ({ from, table }: typeof last, at: number): ActionBody => ({
			type: 'counters',
			result: ok({ at, proc: from === 'proc' ? table : null, cli: from === 'cli' ? table : null }),
		})
		// A rate needs the time between both.
		if (first !== undefined && period !== undefined) {
			take(read(first, 0))
			state = reducer(state, { ...read(last, period.to - period.from), at: period.to - period.from })
		} else take(read(last, 0))
	}
	const traits = traitsOfRelease(logs.learned().traits, all.release ?? '')
	const shared = settings?.values.nf_log_all_netns === '1' || logs.hosts.size > 1 ? logs.total : 0
	state = {
		...state,
		traits,
		reasons: logs.rows().map((row) => ({ ...row, reason: settled(row.reason, traits), recent: [0] })),
		log: { ...state.log, packetLines: logs.total, sharedLines: shared },
	}
	state = withAccount(state, all, counters)
	for (;;) {
		const wanted = flowToSample(state)
		const query = wanted === undefined ? undefined : flowFromText(wanted.protocol, wanted.flow)
		if (wanted === undefined || query === undefined) break
		const facts = factsOfFlow(query, all, state.settings.value?.values.tcp_loose)
		take({ type: 'sampled', sample: { reasonId: wanted.reasonId, flow: wanted.flow, facts } })
	}
	// Whether this kernel tells the ends of entries that are older than the listener is not in what was given.
	if (endsOfTheTime(all)) take({ type: 'ended', entries: all.ended, olderUntold: true })
	const rulesMissing = reading?.failures ?? []
	return { state, evidence: evidenceOf(state, counters), counters, rulesFormat: format, rulesMissing }
}

/** How far the events may begin after the first line, or end before the last one, ms. */
const SLACK = 60_000

/** Events that tell who has deleted an entry, and that were followed while the lines came: others say nothing of these packets. */
export function endsOfTheTime({ ended, saysWho, logs }: GivenCase): boolean {
	const { span } = logs
	const [first, last] = [ended[0], ended.at(-1)]
	if (!saysWho || span === undefined || first === undefined || last === undefined) return false
	return first.at <= span.first + SLACK && last.at >= span.last - SLACK
}

const NO_RULES: Failure = { kind: 'unsupported', what: english.rulesWhat, why: english.notGiven }

/** What was seen, without what one reading of the counters could only be taken for. */
function evidenceOf(state: State, counters: GivenCounters | undefined): Evidence {
	const evidence = stepEvidence(state)
	return {
		...evidence,
		counts: counters?.period === undefined ? undefined : evidence.counts,
		// Lines and events have clocks of their own here, and some tell the second only, or none.
		reasons: evidence.reasons.map((row) => ({ ...row, flows: row.flows.map(withoutTime) })),
		countsProblem: counters?.period === undefined ? english.noPeriod(counters?.readings ?? 0) : '',
		surroundings: undefined,
	}
}

const withoutTime = ({ came: _, ...flow }: SeenFlow): SeenFlow => flow

function withAccount(state: State, all: GivenCase, counters: GivenCounters | undefined): State {
	if (counters?.period === undefined || counters.rises === null || all.logs.untimed(counters.host) > 0)
		return state
	// Packets without a line are some only where the kernel was asked for one each.
	const asked = state.settings.value?.values.log_invalid
	if (asked === undefined || asked === '0') return state
	const { from, to } = counters.period
	const { tally, keys, lines } = all.logs.between(from, to, counters.host)
	// A log that was saved before says nothing of this time.
	if (lines === 0) return state
	const { invalid = 0, error = 0, drop = 0 } = counters.rises
	const values = state.settings.value?.values ?? {}
	const shared = state.log.sharedLines > 0
	const accounting = account({
		counted: { invalid, error, drop },
		lines: tally,
		lost: { ring: lostIn(all), socket: 0 },
		source: 'kmsg',
		asked,
		shared,
		errorWithin: errorIsWithin(counters.last.table.columns, all.release ?? ''),
	})
	const { paths } = silenceOf({
		values,
		moved: accounting.silent > 0 ? { ...accounting.unexplained, drop } : { invalid: 0, error: 0, drop: 0 },
		traits: state.traits,
		sites: [],
	})
	return {
		...state,
		steps: {
			...state.steps,
			account: { accounting, silent: accounting.silent > 0 ? paths : [], lines: keys },
		},
	}
}

/** Records that are missing between those that are there, and those of which a logger says that they are. */
const lostIn = ({ logs: { summary } }: GivenCase): number =>
	[...summary.neighbours.values()].reduce(
		(sum, { id, count }) => sum + (id === 'missed' ? count : 0),
		summary.gaps,
	)

const factsOf = (all: GivenCase, kernel: string) => ({
	hostname: [...all.logs.hosts][0] ?? '',
	kernel,
	netns: { inode: 0, name: 'init', initial: true },
	user: NOBODY,
	systemd: false,
	capNetAdmin: false,
	tools: NO_TOOLS,
	missing: [],
})

function settingsOf({ settings }: GivenCase): Settings | undefined {
	const values = Object.fromEntries(
		KNOBS.flatMap((knob) => {
			const text = settings.get(knob.sysctl)
			const value = text === undefined ? undefined : canonical(knob, text)
			return value === undefined ? [] : [[knob.id, value]]
		}),
	)
	const number = (name: string): number | null => {
		const text = settings.get(name)
		return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null
	}
	const count = number(COUNT)
	const max = number(MAX) ?? number('net.nf_conntrack_max')
	if (Object.keys(values).length === 0 && count === null && max === null) return undefined
	return { at: 0, values, readOnly: {}, loggers: [], listeners: null, consoles: null, count, max }
}

/** Everything that a host may have: rules of nftables, and those of iptables for both families, which may be legacy ones. */
const LISTINGS = ['nft', 'iptables-save', 'ip6tables-save'] as const

function rulesOf(all: GivenCase): { readonly reading: RulesReading | undefined; readonly format: string } {
	const text = all.rulesText()
	const { ruleset, format } = readPasted(text)
	const isEmpty = format === ''
	if (isEmpty && all.listings.size === 0) return { reading: undefined, format }
	if (/\bnft\b/.test(format) && ruleset.chains.some(({ backend }) => backend === 'nft'))
		all.listings.add('nft')
	const missing = LISTINGS.filter((name) => !all.listings.has(name)).map(
		(name): Failure => ({
			kind: 'unsupported',
			what: english.rulesOf(english.listings[name]),
			why: english.notGiven,
		}),
	)
	const left: readonly Failure[] =
		all.rulesLeft === 0
			? []
			: [{ kind: 'unsupported', what: english.rulesWhat, why: english.rulesLeft(all.rulesLeft) }]
	const of = ruleset.rules.length > 0 ? ruleset.rules : ruleset.chains
	return {
		format,
		reading: {
			at: 0,
			tookMs: 0,
			ruleset,
			backends: [...new Set(of.map(({ backend }) => backend))],
			failures: [...missing, ...left],
		},
	}
}

/**
 * What is known of a flow. Listings were made at some other moment: an entry or a socket that is in one tells something; that none
 * is there tells nothing.
 */
function factsOfFlow(query: FlowQuery, all: GivenCase, loose: string | undefined): FlowFacts {
	const entries = all.entriesOf(query)
	const { sender, receiver, waiting } = socketsOf({ query, entries, sockets: all.sockets })
	const hasSocket = sender !== undefined || receiver !== undefined
	return {
		query,
		entries: entries.length > 0 ? entries : undefined,
		sockets: hasSocket ? [sender, receiver, ...waiting].filter((one) => one !== undefined) : undefined,
		addresses: [...all.addresses],
		missing: [
			...(entries.length > 0 ? [] : [all.listed === 0 ? english.noListing : english.notInTheListing]),
			...(hasSocket ? [] : [all.sockets.length === 0 ? english.noSockets : english.noSuchSocket]),
		],
		...(loose === undefined ? {} : { isLoose: loose === '1' }),
	}
}
