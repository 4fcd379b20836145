import * as english from '../../words/english/investigation/report.ts'
import { findCauses } from '../causes/causes.ts'
import type { Evidence, SeenReason } from '../evidence.ts'
import { joinFlow } from '../join/join.ts'
import type { Obituary } from '../join/obituary.ts'
import type { Cause } from '../proof/cause.ts'
import { asItWas, lineOf } from '../proof/sampled.ts'
import { type StepAnswer, toldBy } from '../step.ts'
import { STEPS } from '../steps/steps.ts'
import type { Fullness, TableFill } from '../table/fill.ts'
import { fillEvidence, fillSays } from '../table/fill-words.ts'
import { judged, linesJudged, trialSays } from '../trial/experiments.ts'
import { compared, type Forecast, forecastOf } from '../trial/forecast.ts'
import { type LastingFile, lastingOfTrials } from '../trial/lasting.ts'
import type { Output } from './outputs.ts'

/** One of our changes, as the report proves its undo. */
export type ReportChange = {
	readonly setting: string
	readonly was: string
	readonly set: string
	readonly now: string | null
	readonly state: string
	/** ms since 1970. */
	readonly appliedAt: number
	readonly endedAt: number | null
	readonly note: string
}

/** What this program did, as the line that does the same in a shell. */
export type ReportCommand = {
	/** ms since 1970. */
	readonly at: number
	readonly command: string
}

export type ReportInput = {
	readonly version: string
	readonly host: string
	readonly kernel: string
	readonly netns: string
	/** ms since 1970. */
	readonly startedAt: number
	readonly writtenAt: number
	readonly evidence: Evidence
	/** What each step came to when it was left; steps that were not looked at are missing. */
	readonly done: Readonly<Record<string, { readonly answer: StepAnswer; readonly wall: number } | undefined>>
	readonly skipped: readonly string[]
	readonly changes: readonly ReportChange[]
	readonly commands: readonly ReportCommand[]
	readonly outputs: readonly Output[]
	/** Settings as they were first read, and as they are now. */
	readonly settings: {
		readonly before: Readonly<Record<string, string>>
		readonly after: Readonly<Record<string, string>>
	}
	/** `conntrack -S`, summed and CPU by CPU as the kernel has them. */
	readonly counters: Readonly<Record<string, number>>
	readonly invalidByCpu: readonly number[]
	/** Entries now and at most; null where they are not told. */
	readonly entries: { readonly count: number | null; readonly max: number | null }
	/** INVALID packets without a line that have a name, most frequent first. */
	readonly named: readonly ReportNamed[]
	/** Who ended the entries of packets that came without one. */
	readonly obituaries: readonly Obituary[]
	/** What kernel probes told beyond reasons; null where there were none. */
	readonly probes: ReportProbes | null
	/** Of a practice: what was set up, and whether it was found. */
	readonly practice: PracticeResult | null
}

export type ReportNamed = {
	readonly id: string
	readonly text: string
	readonly protocol: string
	readonly count: number
	readonly confidence: string
	readonly because: string
	readonly flow: string
}

export type ReportProbes = {
	/** From what packets of a reason were judged, where it says something. */
	readonly ledgers: readonly {
		readonly reason: string
		readonly flow: string
		readonly says: readonly string[]
	}[]
	/** Other network namespaces, most INVALID packets first. */
	readonly elsewhere: readonly {
		readonly netns: string
		readonly count: number
		readonly reasons: readonly { readonly text: string; readonly count: number }[]
	}[]
}

export type PracticeResult = { readonly wasSetUp: string; readonly found: boolean; readonly sentence: string }

export type ReportQuestion = {
	readonly id: string
	readonly question: string
	/** What the step said when it was left, and when (ms since 1970); null when nobody went there. */
	readonly said: { readonly short: string; readonly at: number } | null
	readonly skipped: boolean
	readonly answer: string
	readonly confidence: string
	readonly read: readonly { readonly what: string; readonly value: string }[]
	readonly notChecked: readonly string[]
	/** What shows the same by hand. */
	readonly byHand: readonly string[]
}

type PerSecond = { readonly before: number; readonly during: number; readonly after: number }

const ratesOf = ({ before, during, after }: PerSecond): PerSecond => ({ before, during, after })

type ReportReason = {
	readonly id: string
	readonly title: string
	readonly protocol: string
	readonly verdict: string
	readonly count: number
	readonly sample: string
	readonly flows: SeenReason['flows']
}

/** The whole investigation as data: the JSON report, and what the Markdown one is made of. */
export type Report = {
	readonly v: 1
	readonly ctscope: string
	readonly host: { readonly name: string; readonly kernel: string; readonly netns: string }
	readonly startedAt: string
	readonly writtenAt: string
	readonly causes: readonly Cause[]
	readonly questions: readonly ReportQuestion[]
	readonly reasons: readonly ReportReason[]
	/** INVALID packets without a line, by what they are; null where nobody has looked at them. */
	readonly unlined: readonly ReportReason[] | null
	readonly account: string | null
	readonly named: ReportInput['named']
	readonly obituaries: ReportInput['obituaries']
	readonly probes: ReportInput['probes']
	readonly rules: readonly { readonly place: string; readonly action: string; readonly hook: string }[]
	readonly flows: readonly {
		readonly flow: string
		readonly says: readonly string[]
		readonly evidence: readonly string[]
	}[]
	readonly experiments: readonly {
		readonly setting: string
		readonly from: string
		readonly to: string
		/** How long it was measured with it, and before and after it. */
		readonly seconds: number
		/** INVALID packets. */
		readonly perSecond: PerSecond
		/** Lines of the reason in question. */
		readonly reason: {
			readonly title: string
			readonly perSecond: PerSecond
			readonly verdict: string
		} | null
		readonly chance: number
		readonly verdict: string
		readonly sentence: string
		/** What was said of it before, and how it went; null where nothing was said. */
		readonly said:
			| (NonNullable<Evidence['experiments'][number]['said']> & {
					readonly is: string
					readonly fell: number | null
					readonly sentence: string
			  })
			| null
	}[]
	/** What each setting would do to the INVALID packets that were seen; null where none was. */
	readonly forecast: Forecast | null
	/** What would make the setting last that explains it. */
	readonly lasting: readonly LastingFile[]
	readonly changes: readonly ReportChange[]
	readonly undo: string
	/** Everything that was written, and everything that was put back, by the clock. */
	readonly commands: readonly ReportCommand[]
	/** What maintainers ask for. */
	readonly outputs: readonly Output[]
	readonly settings: ReportInput['settings']
	readonly counters: Readonly<Record<string, number>>
	readonly invalidByCpu: readonly number[]
	readonly entries: ReportInput['entries']
	/** How full the connection table is; null where it was not read. */
	readonly table: {
		readonly fullness: Fullness
		readonly sentence: string
		readonly evidence: readonly string[]
	} | null
	readonly practice: PracticeResult | null
}

/** How each question is answered without this program. */
const BY_HAND: Readonly<Record<string, readonly string[]>> = {
	rising: ['conntrack -S', 'cat /proc/net/stat/nf_conntrack'],
	acting: ['nft -a list ruleset', 'iptables-save -c', 'ip6tables-save -c'],
	telling: [english.sysctlNetNetfilter, 'cat /proc/net/netfilter/nf_log'],
	collect: ['dmesg -w', 'tcpdump -i nflog:0 -nn'],
	reasons: ['ctscope parse /var/log/kern.log'],
	printk: [english.grepNfConntrackProcDynamic],
	setting: ['sysctl -w net.netfilter.nf_conntrack_...'],
	report: [english.ctscopeStatus],
}

/** Of the protocols that reasons were told of; of all where none was. */
function directionsByHand({ reasons }: Evidence): readonly string[] {
	const known = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp', 'dccp', 'udplite', 'gre']
	const told = known.filter((name) => reasons.some(({ reason }) => reason.protocol.toLowerCase() === name))
	const lists =
		told.length === 0
			? ['conntrack -L -o extended']
			: told.map((name) => `conntrack -L -p ${name} -o extended`)
	return [...lists, 'ss -tuanp']
}

const REASONS = 20
const FLOWS = 10

const reasonOf = ({ reason, count, sample, flows }: SeenReason): ReportReason => ({
	id: reason.id,
	title: reason.title,
	protocol: reason.protocol,
	verdict: reason.verdict,
	count,
	sample,
	flows: flows.slice(0, FLOWS),
})

/** What was found out so far. Pure: the same input gives the same report. */
export function reportOf(input: ReportInput): Report {
	const { evidence } = input
	// A question that nobody went to was watched as long as everything else.
	const all = { ...evidence, seconds: Math.max(evidence.seconds, evidence.counts?.watched ?? 0) }
	return {
		v: 1,
		ctscope: input.version,
		host: { name: input.host, kernel: input.kernel, netns: input.netns },
		startedAt: new Date(input.startedAt).toISOString(),
		writtenAt: new Date(input.writtenAt).toISOString(),
		causes: findCauses(evidence),
		questions: STEPS.map((step): ReportQuestion => {
			const left = input.done[step.id]
			// Left while it was still looking, it had nothing to say.
			const said = left?.answer.state === 'reading' ? undefined : left
			// What was undone since would be asked about in vain.
			const answer = said?.answer ?? step.answer(all)
			const { confidence, read, notChecked } = answer
			return {
				id: step.id,
				question: step.question,
				said: said === undefined ? null : { short: said.answer.short, at: said.wall },
				skipped: input.skipped.includes(step.id),
				answer: toldBy(answer),
				confidence,
				read: read.map(([what, value]) => ({ what, value })),
				notChecked,
				byHand: step.id === 'directions' ? directionsByHand(evidence) : (BY_HAND[step.id] ?? []),
			}
		}),
		reasons: evidence.reasons.slice(0, REASONS).map(reasonOf),
		unlined: evidence.unlined?.map(reasonOf) ?? null,
		account: evidence.accounting?.sentence ?? null,
		named: input.named,
		obituaries: input.obituaries,
		probes: input.probes,
		rules: evidence.rules?.acting ?? [],
		flows: evidence.sampled.map((sample) => {
			const join = ({ facts }: typeof sample) => joinFlow(facts, evidence.rules, lineOf(sample, evidence))
			return { flow: sample.flow, says: join(asItWas(sample)).sentences, evidence: join(sample).evidence }
		}),
		experiments: evidence.experiments.map((trial) => {
			const { chance, verdict, ...rates } = judged(trial)
			const lines = linesJudged(trial)
			const against = compared(trial)
			return {
				setting: trial.knob,
				from: trial.from,
				to: trial.to,
				seconds: trial.during.length,
				perSecond: ratesOf(rates),
				reason:
					lines === undefined || trial.lines === undefined
						? null
						: { title: trial.lines.reason, perSecond: ratesOf(lines), verdict: lines.verdict },
				chance,
				verdict,
				sentence: trialSays(trial),
				said:
					against === undefined || trial.said === undefined
						? null
						: { ...trial.said, is: against.is, fell: against.fell, sentence: against.says },
			}
		}),
		forecast: forecastOf(evidence) ?? null,
		lasting: lastingOfTrials(evidence),
		changes: input.changes,
		undo: undoSays(input.changes),
		commands: input.commands.toSorted((one, other) => one.at - other.at),
		outputs: input.outputs,
		settings: input.settings,
		counters: input.counters,
		invalidByCpu: input.invalidByCpu,
		entries: input.entries,
		table: tableReport(evidence.table),
		practice: input.practice,
	}
}

const tableReport = (fill: TableFill | undefined): Report['table'] =>
	fill === undefined
		? null
		: { fullness: fill.fullness, sentence: fillSays(fill), evidence: fillEvidence(fill) }

/** `7 of 7 put back, read back`. */
function undoSays(changes: readonly ReportChange[]): string {
	if (changes.length === 0) return english.nothingWasChanged
	const back = changes.filter(({ state }) => state === 'undone' || state === 'vanished').length
	const left = changes.filter(({ state }) => state === 'conflict').length
	const on = changes.length - back - left
	return [
		english.ofPutBackReadBack(back, changes.length),
		...(left > 0 ? [english.leftAloneSetBySomeone(left)] : []),
		...(on > 0 ? [english.stillInForce(on)] : []),
	].join('; ')
}
